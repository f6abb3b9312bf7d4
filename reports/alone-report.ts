// What came of replaying one node alone: the same outputs again, or the first thing that differs, and what it followed.

import { type AloneDivergence, type AloneResult, describeOutcome, type HeaderChange } from '../sim/index.ts'

import { differenceText, headerChangeLines, type Sides } from './difference-text.ts'
import { eventList, eventSection } from './event-sections.ts'
import { type Palette, plain } from './palette.ts'
import { countText } from './rows.ts'

const sides: Sides = { a: 'recorded', b: 'now' }

/** The report, without a line feed at the end; `changes` is what of the trace's header changed. */
export function aloneReport(
  result: AloneResult,
  changes: readonly HeaderChange[],
  palette: Palette = plain,
): string {
  const changed = changes.length === 0 ? [] : headerChangeLines(changes, sides, palette)
  switch (result.kind) {
    case 'same':
      return [`${palette.good(palette.bold('same'))}  ${work(result)}`, ...changed].join('\n')
    case 'undecided':
      return `${palette.warning(palette.bold('undecided'))}  ${describeOutcome(result.outcome)}; ${work(result)}`
    case 'diverged':
      return [
        `${palette.bad(palette.bold('diverged'))}  ${reasonText(result.divergence)}; until then ${work(result)}`,
        ...sections(result.divergence, palette),
        ...headerChangeLines(changes, sides, palette),
        ...eventList('the inputs before', result.divergence.before, palette),
      ].join('\n')
  }
}

function work({ node, inputs, outputs }: AloneResult): string {
  return `${countText(inputs)} inputs fed to ${node} alone, ${countText(outputs)} outputs compared`
}

function reasonText(divergence: AloneDivergence): string {
  if (divergence.kind === 'input') return 'the program no longer takes an input'
  const { recorded, produced, difference } = divergence
  if (recorded === null) return 'an output more than recorded'
  if (produced === null) return 'an output is missing'
  return difference === null ? 'an output of another input' : differenceText(difference, sides)
}

function sections(divergence: AloneDivergence, palette: Palette): readonly string[] {
  if (divergence.kind === 'input') return eventSection('recorded', divergence.recorded, palette)
  const { recorded, produced } = divergence
  return [
    ...eventSection('recorded', recorded ?? 'nothing more before the next input', palette),
    ...eventSection('now', produced ?? 'nothing more before the next input', palette),
  ]
}
