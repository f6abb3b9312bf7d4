// The report of a run that did not pass, from its trace: a violated invariant, or what else kept it from passing.

import type { EventSource, Outcome, Violation } from '../sim/index.ts'

import { endingReport } from './ending-report.ts'
import { failureReport } from './failure-report.ts'
import { failureSlice, lastEvents } from './failure-slice.ts'
import { type Palette, plain } from './palette.ts'
import { whoWaits } from './who-waits.ts'

const lastEventsShown = 12

/** How a run ended that did not pass. */
export interface FailedRunEnd {
  readonly outcome: Outcome
  /** The first violation; null where there was none. */
  readonly violation: Violation | null
  readonly events: number
}

/** How to get back to it: where its trace is (absent: not to be told) and the command line that runs it again. */
export interface WayBack {
  readonly tracePath?: string
  readonly command: string
}

/** The report, without a line feed at the end. The last line can be copied and run. Rejects with a TraceError. */
export async function failedRunReport(
  trace: EventSource,
  { outcome, violation, events }: FailedRunEnd,
  way: WayBack,
  palette: Palette = plain,
): Promise<string> {
  const waits = await whoWaits(trace, { outcome, violation, events })
  if (violation !== null) {
    const slice = await failureSlice(trace, violation)
    return failureReport({ violation, slice, waits, ...way }, palette)
  }
  const last = await lastEvents(trace, lastEventsShown, events)
  return endingReport({ outcome, lastEvents: last, waits, ...way }, palette)
}
