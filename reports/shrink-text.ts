// What shrinking has left of a failure.

import { type Palette, plain } from './palette.ts'
import { countText, rowLines } from './rows.ts'
import { type Duration, formatDuration, printPlan, type ShrinkResult, type Variation } from '../sim/index.ts'

/** The sizes before and after, and the plan that is left, without a line feed at the end. */
export function shrinkText(shrunk: ShrinkResult, palette: Palette = plain): string {
  const { before, after, candidate, trials, isMinimal, signature, others } = shrunk
  const size = (field: keyof typeof before, what: string): string =>
    `${what} ${countText(before[field])} → ${countText(after[field])}`
  const { plan, variation } = candidate
  return [
    `${palette.good('shrunk')}  ${palette.bold(signature.name)}${isMinimal ? '' : palette.warning('  (time was up before nothing more could be left out)')}`,
    ...rowLines(
      [
        [
          'size',
          `${size('faults', 'faults')}, ${size('operations', 'operations')}, ${size('nodes', 'nodes')}, ${size('events', 'events')}`,
        ],
        ['trials', countText(trials)],
        ['plan', ...(plan.length === 0 ? ['no faults'] : printPlan(plan).trimEnd().split('\n'))],
        ['otherwise', ...variationLines(variation)],
        ...(others.length === 0
          ? []
          : [['met', ...others.map((other) => otherText(other.signature))] as const]),
      ],
      palette,
    ),
  ].join('\n')
}

function otherText({ name, message }: ShrinkResult['signature']): string {
  return message === '' ? name : `${name}: ${message}`
}

/** How a run departs from its scenario, a line each. */
function variationLines({ calls, late, duration, settle, buggify, ...rest }: Variation): readonly string[] {
  const made = Object.entries(calls ?? {}).map(([node, places]) => `${node} ${places.length}`)
  return [
    ...endLines(duration, settle),
    ...(buggify === undefined
      ? []
      : [buggify.sites === 0 ? 'no buggify' : `buggify ${JSON.stringify(buggify)}`]),
    ...Object.entries(rest)
      .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
      .map(([field, value]) => `${field} ${JSON.stringify(value)}`),
    ...(calls === undefined ? [] : [`calls made: ${made.join(', ') || 'none'}`]),
    ...(late === undefined ? [] : [`late deliveries: ${late.length === 0 ? 'none' : late.join(', ')}`]),
  ]
}

function endLines(duration: Duration | undefined, settle: Duration | undefined): readonly string[] {
  return [
    ...(duration === undefined ? [] : [`ends after ${formatDuration(duration)}`]),
    ...(settle === undefined
      ? []
      : [settle === 0 ? 'nothing settles' : `settles for ${formatDuration(settle)}`]),
  ]
}
