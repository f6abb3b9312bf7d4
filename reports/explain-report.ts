// Why a run failed, as text: the story, the nearest run that passes, the order that decides, the turning point.

import { barText } from './bar-text.ts'
import { coneLines } from './cone-lines.ts'
import { diffReport } from './diff-report.ts'
import { eventLines } from './event-lines.ts'
import { type Palette, plain } from './palette.ts'
import { countText } from './rows.ts'
import { shrinkText } from './shrink-text.ts'
import { waitsSection } from './who-waits.ts'
import {
  type Event,
  type ForkPoint,
  formatInstant,
  type OrderPair,
  type RunDiff,
  type ShrinkResult,
  type TurningPoint,
  type Violation,
} from '../sim/index.ts'

/** Everything that was found out about a failure. */
export interface Explanation {
  readonly shrunk: ShrinkResult
  /** Null where the run failed without violating an invariant. */
  readonly violation: Violation | null
  /** What happened, in sentences (`storyOf`); none where no invariant was violated. */
  readonly story: readonly string[]
  /** The nearest causal past of the violation, in the order of the log. */
  readonly slice: readonly Event[]
  /** Who waited for what (`whoWaits`), where something had to happen and did not. */
  readonly waits: readonly string[]
  /** The nearest run in which nothing is wrong; null when none was found. */
  readonly nearest: {
    /** How it differs, as the rest of a sentence that begins with it. */
    readonly change: string
    readonly difference: RunDiff
    readonly order: OrderPair | null
  } | null
  /** How often the failure came about again from points along the run. */
  readonly curve: readonly (ForkPoint & { readonly event: Event | null })[]
  /** What made it likely, with the events in question; null when no rise stands out from chance. */
  readonly jump: (TurningPoint & { readonly events: readonly Event[] }) | null
}

const barWidth = 30
const turningMax = 12

/** The report, without a line feed at the end. */
export function explainReport(explanation: Explanation, palette: Palette = plain): string {
  const { shrunk, nearest, waits } = explanation
  return [
    ...storyLines(explanation, palette),
    shrinkText(shrunk, palette),
    ...pastLines(explanation, palette),
    ...waitsSection(waits),
    ...(nearest === null ? [] : ['', ...nearestLines(nearest, palette)]),
    ...curveLines(explanation, palette),
  ].join('\n')
}

function storyLines({ story, violation }: Explanation, palette: Palette): readonly string[] {
  if (violation === null) return []
  const details = violation.message.split('\n').slice(1)
  return [palette.bold('the story'), ...[...story, ...details].map((line) => `  ${line}`), '']
}

function pastLines({ slice, violation }: Explanation, palette: Palette): readonly string[] {
  if (violation === null) return []
  const lines = coneLines(slice, new Set(violation.witnesses), palette)
  return ['', palette.bold('what led to it'), ...lines.map((line) => `  ${line}`)]
}

function nearestLines(
  { change, difference, order }: NonNullable<Explanation['nearest']>,
  palette: Palette,
): readonly string[] {
  const sides = { a: 'failing', b: 'passing' }
  return [
    palette.bold(`the nearest run in which nothing is wrong ${change}`),
    ...(order === null ? [] : orderLines(order, palette)),
    '',
    ...diffReport(difference, sides, palette)
      .split('\n')
      .map((line) => `  ${line}`),
  ]
}

function orderLines({ node, first, second, status }: OrderPair, palette: Palette): readonly string[] {
  const how =
    status === 'verified'
      ? `the order that decides, on ${node}`
      : `a candidate for the order that decides, on ${node} (no run has changed it alone)`
  return [
    '',
    `  ${how}: the failing run takes the first of these first, the passing one the second`,
    ...eventLines([first, second], { palette }).map((line) => `  ${line}`),
  ]
}

function curveLines({ curve, jump }: Explanation, palette: Palette): readonly string[] {
  if (curve.length === 0) return []
  return [
    '',
    palette.bold(
      'how likely the failure is when everything behind an event is drawn anew, and no fault begins any more',
    ),
    ...curve.map((point) => `  ${pointText(point, palette)}`),
    ...turningLines(jump, palette),
  ]
}

function turningLines(jump: Explanation['jump'], palette: Palette): readonly string[] {
  if (jump === null) return ['', '  no turning point: nowhere does it rise by more than chance']
  const { from, to, isSharp, events } = jump
  const rise = `the failure goes from ${shareText(from)} to ${shareText(to)}`
  return [
    '',
    isSharp
      ? `  the turning point, with which ${rise}:`
      : `  no sharp turning point: over the ${countText(events.length)} events from #${from.at + 1} to #${to.at} ${rise}:`,
    ...eventLines(events.slice(0, turningMax), { palette }).map((line) => `  ${line}`),
    ...(events.length > turningMax ? [`    and ${countText(events.length - turningMax)} more`] : []),
  ]
}

function pointText({ event, ...point }: Explanation['curve'][number], palette: Palette): string {
  const bar = barText(point.failures, point.decided, barWidth)
  const instant = event === null ? '' : formatInstant(event.at)
  return `#${countText(point.at).padStart(8)}  ${instant.padStart(14)}  ${palette.bad(bar)}  ${shareText(point)}`
}

function shareText({ runs, decided, failures }: ForkPoint): string {
  return `${failures} of ${decided}${decided < runs ? ` decided (${runs} runs)` : ''}`
}
