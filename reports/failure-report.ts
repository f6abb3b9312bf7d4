// A violated invariant: what, when, the events that led to it, where the trace is, and the one line that replays it.

import { type Event, formatInstant, type Violation } from '../sim/index.ts'

import { eventLines } from './event-lines.ts'
import { showingEvents } from './failure-slice.ts'
import { type Palette, plain } from './palette.ts'
import { replayLines } from './replay-lines.ts'
import { stackLines } from './stack-lines.ts'
import { waitsSection } from './who-waits.ts'

/** What a failure's report shows. */
export interface Failure {
  readonly violation: Violation
  /** The events that led to it, in the order of the log (`CausalGraph.slice` of the violation's event and witnesses). */
  readonly slice: readonly Event[]
  /** Who waited for what (`whoWaits`), where something had to happen and did not. */
  readonly waits?: readonly string[]
  /** Where the trace was written; absent when it was not. */
  readonly tracePath?: string
  /** The command line that runs it again. */
  readonly command: string
}

/** The report, without a line feed at the end. The last line can be copied and run. */
export function failureReport(failure: Failure, palette: Palette = plain): string {
  const { violation, slice, waits = [], tracePath, command } = failure
  return [
    `${palette.bad(palette.bold('violated'))}  ${palette.bold(violation.invariant)}`,
    `  ${placeText(violation, slice)}`,
    ...violation.message.split('\n').map((line) => `  ${line}`),
    ...stackOf(slice, violation),
    ...waitsSection(waits),
    ...sliceLines(slice, violation, palette),
    ...replayLines(tracePath, command),
  ].join('\n')
}

/** Where it showed. What was judged at the end of the run showed before, at the first of its witnesses. */
function placeText(violation: Violation, slice: readonly Event[]): string {
  const [first] = showingEvents(violation)
  const witness = first === violation.seq ? undefined : slice.find(({ seq }) => seq === first)
  return witness === undefined
    ? placeOf(violation)
    : `${placeOf(witness)}; judged at ${formatInstant(violation.at)}`
}

function placeOf({ at, node, seq }: Pick<Event, 'at' | 'node' | 'seq'>): string {
  return `at ${formatInstant(at)}${node === '' ? '' : ` on ${node}`}, event #${seq}`
}

/** Where in its code a program was when it ended by an error. */
function stackOf(slice: readonly Event[], { seq }: Violation): readonly string[] {
  const event = slice.find((each) => each.seq === seq)
  if (event?.kind !== 'exit' || event.stack === undefined) return []
  return stackLines(event.stack).map((line) => `    ${line}`)
}

function sliceLines(slice: readonly Event[], violation: Violation, palette: Palette): readonly string[] {
  if (slice.length === 0) return []
  const marked = new Set(showingEvents(violation))
  return ['', `  what led to it (${slice.length} events):`, ...eventLines(slice, { palette, marked })]
}
