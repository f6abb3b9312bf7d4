// What becomes of a failure that a property test has shrunk: it is kept where the command keeps its failures, and told as
// the command tells it, down to the line that replays it.

import { join } from 'node:path'

import type { ScenarioPlace } from './scenario-file.ts'
import { freeTracePath, keepShrunk, replayLine, runWithTrace } from '../../cli/index.ts'
import { failedRunReport, shrinkText } from '../../reports/index.ts'
import {
  type Candidate,
  type Data,
  describeOutcome,
  type RunOptions,
  type RunResult,
  type Seed,
  type ShrinkResult,
  TraceError,
  TraceFile,
} from '../../sim/index.ts'

/** A failure and what was left of it. */
export interface ShrunkFailure {
  readonly seed: Seed
  readonly set: ReadonlyMap<string, Data>
  /** The run as it was found. */
  readonly found: Candidate
  readonly shrunk: ShrinkResult
}

/** A failure that is kept. */
export interface ToldFailure {
  /** What went wrong, the events that led to it, and as its last line the command. */
  readonly report: string
  /** The command that replays it. */
  readonly command: string
  readonly folder: string
  readonly tracePath: string
  readonly planPath: string
}

/** Keeps a failure below `.faultline` and tells it. */
export async function keepAndTell(place: ScenarioPlace, failure: ShrunkFailure): Promise<ToldFailure> {
  const { seed, set, found, shrunk } = failure
  const options: RunOptions = { seed, set, isChecked: false, ...found }
  const { folder } = await keepShrunk(place, options, shrunk)
  const tracePath = await traceOf(place, { ...options, ...shrunk.candidate }, { folder, shrunk })
  const command = replayLine(tracePath)
  const planPath = join(folder, 'shrunk-plan.json')
  return { report: await tell(place, shrunk, { tracePath, command }), command, folder, tracePath, planPath }
}

// A failure of the same cause may have been kept before, of another run or of other code: then this one's trace is beside.
async function traceOf(
  place: ScenarioPlace,
  options: RunOptions,
  { folder, shrunk }: { readonly folder: string; readonly shrunk: ShrinkResult },
): Promise<string> {
  const kept = join(folder, 'shrunk.ndjson.gz')
  if ((await digestIn(kept)) === shrunk.result.digest) return kept
  const path = freeTracePath(place.name, options.seed)
  await runWithTrace(place, options, path)
  return path
}

async function digestIn(path: string): Promise<string | null> {
  try {
    const trace = await TraceFile.open(path)
    // The footer is known when everything before it was read.
    for await (const batch of trace.batches()) void batch
    return trace.footer?.digest ?? null
  } catch (error) {
    if (error instanceof TraceError) return null
    throw error
  }
}

async function tell(
  place: ScenarioPlace,
  shrunk: ShrinkResult,
  { tracePath, command }: { readonly tracePath: string; readonly command: string },
): Promise<string> {
  const trace = await TraceFile.open(tracePath)
  const { violation, outcome } = shrunk.result
  const report = await failedRunReport(trace, shrunk.result, { tracePath, command })
  const what = violation === null ? `${describeOutcome(outcome)}\n${report}` : report
  return [...hintOf(place), shrinkText(shrunk), '', what].join('\n')
}

function hintOf({ isLoadable, name }: ScenarioPlace): readonly string[] {
  return isLoadable ? [] : [`(the command below works once ${name} exports the scenario by default)`, '']
}

/** What a run came to, in a few words. */
export function outcomeText({ outcome, violations }: Pick<RunResult, 'outcome' | 'violations'>): string {
  const [violation] = violations
  return violation === undefined ? describeOutcome(outcome) : `${violation.invariant}: ${violation.message}`
}
