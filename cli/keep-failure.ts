// What becomes of a failing seed: it is shrunk and kept in the corpus, with its trace, the trace of the shrunk run, and a
// report of that.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { replayLine } from './command-line.ts'
import type { FoundScenario } from './find-scenario.ts'
import type { Output } from './output.ts'
import { runWithTrace } from './recorded-run.ts'
import { failedRunReport, shrinkText } from '../reports/index.ts'
import {
  describeOutcome,
  type CorpusEntry,
  corpusFolder,
  type Data,
  keepFailure,
  type KeptFailure,
  type RunOptions,
  type RunResult,
  setUp,
  shrink,
  type ShrinkResult,
  shrinkStart,
  TraceFile,
} from '../sim/index.ts'

/** Where failures are kept, below the folder in which the command runs. */
export const corpusRoot = '.faultline'

/** How a failure is shrunk. */
export interface ShrinkLimits {
  readonly jobs: number
  /** Real time; 0: the failure is kept as it was found. */
  readonly secondsMax: number
  /** Ends it sooner, with what was reached by then. */
  readonly isOver?: () => boolean
}

/** A failure that was shrunk and kept. */
export interface Kept extends CorpusEntry {
  readonly isNew: boolean
  readonly shrunk: ShrinkResult
}

/** Shrinks the failure of a run and keeps it. */
export async function shrinkAndKeep(
  found: FoundScenario,
  options: RunOptions,
  limits: ShrinkLimits,
  output: Output,
): Promise<Kept> {
  const shrunk = await shrinkRun(found, options, limits, output)
  const kept = await keepShrunk(found, options, shrunk)
  return { ...kept, shrunk }
}

async function shrinkRun(
  found: FoundScenario,
  options: RunOptions,
  { jobs, secondsMax, isOver = () => false }: ShrinkLimits,
  output: Output,
): Promise<ShrinkResult> {
  const deadline = performance.now() + secondsMax * 1000
  const job = {
    scenarioUrl: found.url,
    set: options.set ?? new Map<string, Data>(),
    plan: null,
    isChecked: options.isChecked ?? true,
  }
  const result = await shrink(job, shrinkStart(found.scenario, options), {
    jobs,
    isOver: () => isOver() || performance.now() > deadline,
    onProgress: ({ trials, faults, operations, events }) => {
      output.progress(
        `shrinking seed ${options.seed}: ${trials} trials, ${faults} faults, ${operations} operations, ${events} events left`,
      )
    },
  })
  output.clearProgress()
  return result
}

/** Keeps a failure that was shrunk, with the traces of both runs and a report. `options` are those of the run as found. */
export async function keepShrunk(
  found: FoundScenario,
  options: RunOptions,
  shrunk: ShrinkResult,
): Promise<CorpusEntry & { readonly isNew: boolean }> {
  const { plan, variation } = setUp(found.scenario, options)
  const failure: KeptFailure = {
    scenario: found.name,
    seed: options.seed,
    set: Object.fromEntries(options.set ?? []),
    signature: shrunk.signature,
    found: { plan, variation, size: shrunk.before },
    shrunk: { ...shrunk.candidate, size: shrunk.after, isMinimal: shrunk.isMinimal },
  }
  return keepFailure(corpusFolder(corpusRoot, found.name), failure, async (folder) => {
    await runWithTrace(
      found,
      { ...options, plan, variation, isSwarm: false },
      join(folder, 'trace.ndjson.gz'),
    )
    const trace = join(folder, 'shrunk.ndjson.gz')
    const again = await runWithTrace(found, { ...options, ...shrunk.candidate, isSwarm: false }, trace)
    writeFileSync(join(folder, 'report.txt'), `${await reportOf(again, trace, shrunk)}\n`)
  })
}

async function reportOf(result: RunResult, path: string, shrunk: ShrinkResult): Promise<string> {
  const command = replayLine('shrunk.ndjson.gz')
  const end = { ...result, violation: result.violations[0] ?? null }
  const report = await failedRunReport(await TraceFile.open(path), end, { command })
  const what = end.violation === null ? `${describeOutcome(result.outcome)}\n${report}` : report
  return `${shrinkText(shrunk)}\n\n${what}`
}
