// What a failed run leaves behind: its trace, and the report that ends with the line that replays it.

import { replayLine, runLine } from './command-line.ts'
import type { FoundScenario } from './find-scenario.ts'
import type { Output } from './output.ts'
import type { VariationFlags } from './variation-flags.ts'
import { freeTracePath, runWithTrace } from './recorded-run.ts'
import { failedRunReport, replayLines } from '../reports/index.ts'
import { type RunOptions, type RunResult, TraceFile } from '../sim/index.ts'

/** A run that did not pass. */
export interface FailedRun {
  readonly found: FoundScenario
  readonly options: RunOptions
  /** The path of the plan, when it was not drawn. */
  readonly plan?: string | undefined
  /** The flags that let it depart from its scenario. */
  readonly variation?: VariationFlags
  readonly result: Pick<RunResult, 'seed' | 'digest'>
}

/** A failed run with its trace. */
export interface TracedFailure {
  readonly tracePath: string
  readonly result: RunResult
  /** Whether the run that was recorded is the one that failed. */
  readonly isSame: boolean
}

/** Runs a failure again and writes its trace to a place of its own. */
export async function traceFailure({ found, options, result }: FailedRun): Promise<TracedFailure> {
  const tracePath = freeTracePath(found.name, result.seed)
  const again = await runWithTrace(found, options, tracePath)
  return { tracePath, result: again, isSame: again.digest === result.digest }
}

/** Prints what led to a failure and how to replay it; returns that command line. */
export async function explainFailure(
  failed: FailedRun,
  traced: TracedFailure,
  output: Output,
): Promise<string> {
  if (!traced.isSame) return explainOtherRun(failed, traced, output)
  const { tracePath, result } = traced
  const command = replayLine(tracePath)
  const trace = await TraceFile.open(tracePath)
  const end = { ...result, violation: result.violations[0] ?? null }
  output.text(`\n${await failedRunReport(trace, end, { tracePath, command }, output.palette)}`)
  return command
}

/** A scenario that is not deterministic: what was recorded explains nothing about the run that failed. */
export function explainOtherRun(failed: FailedRun, traced: TracedFailure, output: Output): string {
  const { found, options, plan, variation = {} } = failed
  const { seed, set = new Map() } = options
  const command = `${runLine({ scenario: found.name, seed, set, plan, variation })} --verify`
  output.text(
    [
      '',
      `${output.palette.bad('not deterministic')}  the run that failed has digest ${failed.result.digest}; run again for its trace, it has ${traced.result.digest}`,
      ...replayLines(traced.tracePath, command),
    ].join('\n'),
  )
  return command
}
