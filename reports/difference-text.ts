// What changed between two things that should be the same, as lines.

import type { Difference, HeaderChange } from '../sim/index.ts'

import { dataText } from './data-text.ts'
import type { Palette } from './palette.ts'
import { shownText } from './shown-text.ts'

/** How the two sides are called. */
export interface Sides {
  readonly a: string
  readonly b: string
}

/** A difference on one line: `message.term: recorded 3, now 4`. */
export function differenceText(difference: Difference, sides: Sides): string {
  const { path, a, b } = difference
  return `${shownText(path)}: ${sides.a} ${dataText(a, 60)}, ${sides.b} ${dataText(b, 60)}`
}

/** What of the header changed, one line each; a line that says so when nothing did. */
export function headerChangeLines(
  changes: readonly HeaderChange[],
  sides: Sides,
  palette: Palette,
): readonly string[] {
  if (changes.length === 0)
    return ['  nothing in the header changed: same code, version, seed, parameters and plan']
  const shown = changes
    .slice(0, changesShown)
    .map((change) => `  ${palette.warning(differenceText(change, sides))}`)
  const more = changes.length - changesShown
  return [
    '  what changed:',
    ...shown.map((line) => `  ${line}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ]
}

const changesShown = 12
