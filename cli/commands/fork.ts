// `faultline fork`: other continuations of a run, from an event on.

import { type Command, Option } from 'commander'

import { countArgument } from '../arguments.ts'
import { findScenario } from '../find-scenario.ts'
import { demandSimulation } from '../real-log.ts'
import { createOutput } from '../output.ts'
import { prepareTrace, runWithTrace } from '../recorded-run.ts'
import { UsageError } from '../usage-error.ts'
import { optionsOf } from './replay.ts'
import { forkReport } from '../../reports/index.ts'
import {
  exitCode,
  forks,
  type ForkedRun,
  forkTask,
  type Job,
  type RunOptions,
  setUp,
  TraceFile,
  withThreads,
} from '../../sim/index.ts'

interface ForkFlags {
  readonly at: number
  readonly runs: number
  readonly jobs: number
  readonly number?: number
  readonly trace?: string
  readonly json?: true
}

/** Adds the command. */
export function addFork(program: Command): void {
  program
    .command('fork')
    .description(
      'go on from an event of a trace with fresh randomness, again and again, and say how that ends',
    )
    .argument('<trace>', 'a trace file (.ndjson or .ndjson.gz)')
    .addOption(
      new Option('--at <event>', 'the number of the event in whose step it still happens as recorded')
        .argParser(countArgument('--at'))
        .makeOptionMandatory(),
    )
    .option('--runs <n>', 'how many continuations', countArgument('--runs'), 100)
    .option('--jobs <n>', 'how many threads; the result does not depend on it', countArgument('--jobs'), 1)
    .option('--number <n>', 'with --trace: which continuation', countArgument('--number'))
    .option('--trace <file>', 'make only the continuation --number and write its trace')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
Examples:
  faultline fork .faultline/chaos-seed-7.ndjson.gz --at 1200 --runs 200 --jobs 2
  faultline fork .faultline/chaos-seed-7.ndjson.gz --at 1200 --number 3 --trace fork-3.ndjson.gz`,
    )
    .action(async (path: string, flags: ForkFlags) => {
      process.exitCode = await forkCommand(path, flags)
    })
}

async function forkCommand(path: string, flags: ForkFlags): Promise<number> {
  checkTogether(flags)
  const output = createOutput(flags.json === true)
  const trace = await TraceFile.open(path)
  demandSimulation('fork', path, trace.header)
  const found = await findScenario(trace.header.scenario)
  const options = optionsOf(trace.header, found)
  const { plan, variation } = setUp(found.scenario, options)
  const events = await countEvents(trace)
  if (flags.at > events)
    throw new UsageError(`--at: got ${flags.at}, wanted an event of the trace: 1 to ${events}`)
  const base: ForkedRun = { seed: options.seed, plan, variation }
  if (flags.trace !== undefined && flags.number !== undefined) {
    prepareTrace(flags.trace)
    const result = await runWithTrace(
      found,
      { ...options, ...taskOptions(base, flags.at, flags.number) },
      flags.trace,
    )
    output.text(`${result.outcome.kind}  ${flags.trace}`)
    output.json(result)
    return exitCode(result.outcome)
  }
  const job: Job = { scenarioUrl: found.url, set: options.set ?? new Map(), plan: null, isChecked: false }
  const results = await withThreads(job, flags.jobs, (runners) =>
    forks(runners, base, { at: flags.at, count: flags.runs }),
  )
  output.text(forkReport({ path, at: flags.at, results }, output.palette))
  output.json({ at: flags.at, results })
  const codes = results.map(({ outcome }) => exitCode(outcome))
  return codes.includes(1) ? 1 : Math.max(0, ...codes)
}

/** One of the two without the other would be passed over in silence. */
function checkTogether({ trace, number }: ForkFlags): void {
  if (trace !== undefined && number === undefined)
    throw new UsageError('--trace: wanted --number with it: which continuation')
  if (number !== undefined && trace === undefined)
    throw new UsageError('--number: wanted --trace with it: where the trace of that continuation goes')
}

async function countEvents(trace: TraceFile): Promise<number> {
  let count = 0
  for await (const { events } of trace.batches()) count = events.at(-1)?.seq ?? count
  return count
}

function taskOptions(base: ForkedRun, at: number, number: number): Partial<RunOptions> {
  const { seed, plan = [], variation = {} } = forkTask(base, at, number)
  return { seed, plan, variation, isSwarm: false }
}
