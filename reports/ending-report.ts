// A run that did not pass although no invariant was violated: deadlock, livelock, a leak, a bound that was reached.
// What was going on at its end, where the trace is, and the one line that replays it.

import type { Event, Outcome } from '../sim/index.ts'

import { eventLines } from './event-lines.ts'
import { type Palette, plain } from './palette.ts'
import { replayLines } from './replay-lines.ts'
import { stackLines } from './stack-lines.ts'
import { waitsSection } from './who-waits.ts'

/** What the report of such a run shows. */
export interface Ending {
  readonly outcome: Outcome
  /** The last events of the run, in the order of the log. */
  readonly lastEvents: readonly Event[]
  /** Who waited for what (`whoWaits`), where something had to happen and did not. */
  readonly waits?: readonly string[]
  readonly tracePath?: string
  /** The command line that runs it again. */
  readonly command: string
}

/** The report, without a line feed at the end. The last line can be copied and run. */
export function endingReport(ending: Ending, palette: Palette = plain): string {
  const { outcome, lastEvents, waits = [], tracePath, command } = ending
  return [
    ...stackSection(outcome),
    ...waitsSection(waits),
    ...lastSection(outcome, lastEvents, palette),
    ...replayLines(tracePath, command),
  ]
    .join('\n')
    .replace(/^\n/, '')
}

function stackSection(outcome: Outcome): readonly string[] {
  if (outcome.kind !== 'leak') return []
  return [
    `  the real ${outcome.leak.resource} was created:`,
    ...stackLines(outcome.leak.stack).map((line) => `    ${line}`),
  ]
}

/** Where an invariant had the last word, the last events tell nothing. */
function lastSection(outcome: Outcome, events: readonly Event[], palette: Palette): readonly string[] {
  if (events.length === 0 || outcome.kind === 'undecided' || outcome.kind === 'not-violated') return []
  return ['', '  the last events:', ...eventLines(events, { palette })]
}
