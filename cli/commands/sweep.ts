// `faultline sweep`: many seeds of one scenario.

import { type Command, Option } from 'commander'

import { untilVerdict } from '../verdict.ts'
import {
  countArgument,
  readPlanFile,
  secondsArgument,
  seedsArgument,
  withPlanFrom,
  withSettings,
} from '../arguments.ts'
import { replayLine, runLine } from '../command-line.ts'
import { keepFailures, type KnownFailure, tryKnownFailures } from '../sweep-failures.ts'
import { findScenario, type FoundScenario } from '../find-scenario.ts'
import { variationChoices, type VariationFlags, withVariation } from '../variation-flags.ts'
import { createOutput, type Output } from '../output.ts'
import {
  type Annotation,
  errorAnnotations,
  type SweepFailure,
  type SweepResult as SweepReport,
  sweepSummary,
} from '../../reports/index.ts'
import {
  type Data,
  describeOutcome,
  type Duration,
  exitCode,
  type FaultPlan,
  type RunOptions,
  type SeedRange,
  seedCount,
  type SeedResult,
  setUp,
  sweep,
  type SweepResult,
  toSeconds,
} from '../../sim/index.ts'

interface SweepFlags extends VariationFlags {
  readonly seeds: SeedRange
  readonly jobs: number
  readonly set: ReadonlyMap<string, Data>
  readonly plan?: string
  readonly checked?: true
  readonly failuresMax?: number
  readonly shrinkSeconds: number
  readonly ci?: true
  readonly json?: true
}

/** Adds the command. */
export function addSweep(program: Command): void {
  withVariation(withSettings(program.command('sweep')))
    .description('run many seeds of one scenario and say which of them fail')
    .argument('<scenario>', 'the name of a shipped scenario, or the path of your own .ts or .js file')
    .addOption(
      new Option('--seeds <a..b>', 'the seeds, both ends included')
        .argParser(seedsArgument)
        .default({ first: 1, last: 100 }, '1..100'),
    )
    .option('--jobs <n>', 'how many threads; the result does not depend on it', countArgument('--jobs'), 1)
    .option('--plan <file>', 'one fault plan for all seeds, from a JSON file')
    .option('--failures-max <n>', 'stop once so many seeds have failed', countArgument('--failures-max'))
    .option(
      '--shrink-seconds <n>',
      'how long each kind of failure is shrunk at most; 0 keeps it as it was found',
      secondsArgument('--shrink-seconds'),
      20,
    )
    .option(
      '--checked',
      'look for real timers, sockets and files that a program creates (slower; same digests)',
    )
    .addOption(
      new Option('--ci', 'also print annotations of GitHub Actions, one for each failure').conflicts('json'),
    )
    .option('--json', 'print one JSON object a seed, then one for the sweep')
    .addHelpText(
      'after',
      `
Failures are shrunk and kept in .faultline/, a folder each; the next sweep tries them first.

Examples:
  faultline sweep chaos --seeds 1..1000 --jobs 2
  faultline sweep ./my-scenario.ts --seeds 1..200 --failures-max 1`,
    )
    .action(async (name: string, flags: SweepFlags) => {
      await untilVerdict(async () => sweepCommand(await findScenario(name), flags))
    })
}

async function sweepCommand(found: FoundScenario, flags: SweepFlags): Promise<number> {
  const output = createOutput(flags.json === true)
  const plan = flags.plan === undefined ? null : readPlanFile(flags.plan)
  // What is wrong with the parameters or the plan is wrong for the first seed as well: said here, not by a thread.
  withPlanFrom(flags.plan, () => setUp(found.scenario, runOptions(flags, plan, flags.seeds.first)))
  const known = await tryKnownFailures(found, flags.set, output)
  const begin = performance.now()
  const result = await sweepSeeds({ found, flags, plan, output })
  const report = reportOf(found, flags, result, performance.now() - begin)
  for (const each of result.results) output.json(each)
  output.text(sweepSummary(report, output.palette))
  // Before what is kept: the last line is the command that replays it.
  if (flags.ci === true)
    for (const line of errorAnnotations(annotationsOf(found, report, known))) output.text(line)
  const limits = { jobs: flags.jobs, secondsMax: result.isInterrupted ? 0 : flags.shrinkSeconds }
  const options = (seed: number): RunOptions => runOptions(flags, plan, seed)
  const kept = await keepFailures({ found, options, flags, limits, output }, result.failures)
  output.json({ ...report, known, ...kept })
  return known.some(({ stillFails }) => stillFails) ? 1 : exitCodeOf(result)
}

/** Seeds that failed, by the line that runs them anywhere; known failures by that of their trace. */
function annotationsOf(
  found: FoundScenario,
  { failed, undecided }: SweepReport,
  known: readonly KnownFailure[],
): readonly Annotation[] {
  const still = known.filter(({ stillFails }) => stillFails)
  return [
    ...still.map(({ name, folder }) => ({
      title: `${found.name}: ${name}`,
      message: 'a known failure still fails',
      command: replayLine(`${folder}/shrunk.ndjson.gz`),
    })),
    ...[...failed, ...undecided].map(({ seed, name, message, command }) => ({
      title: `${found.name} seed ${seed}: ${name}`,
      message,
      command,
    })),
  ]
}

interface Sweeping {
  readonly found: FoundScenario
  readonly flags: SweepFlags
  readonly plan: FaultPlan | null
  readonly output: Output
}

async function sweepSeeds({ found, flags, plan, output }: Sweeping): Promise<SweepResult> {
  let isInterrupted = false
  const interrupt = (): void => {
    isInterrupted = true
  }
  process.once('SIGINT', interrupt)
  const showProgress = progressOf(flags, output)
  const result = await sweep(
    {
      scenarioUrl: found.url,
      set: flags.set,
      plan,
      isChecked: flags.checked === true,
      ...variationChoices(flags),
    },
    {
      seeds: flags.seeds,
      jobs: flags.jobs,
      ...(flags.failuresMax === undefined ? {} : { failuresMax: flags.failuresMax }),
      onSeed: (seed, done) => {
        showProgress(seed, done)
        return !isInterrupted
      },
    },
  )
  process.off('SIGINT', interrupt)
  output.clearProgress()
  return result
}

function progressOf(flags: SweepFlags, output: Output): (seed: SeedResult, done: number) => void {
  const begin = performance.now()
  let virtual = 0
  let failed = 0
  return (seed, done) => {
    virtual += seed.virtual
    failed += seed.outcome.kind === 'passed' ? 0 : 1
    const wall = (performance.now() - begin) / 1000
    const rate = `${(done / wall).toFixed(1)} seeds a second, ${Math.round(toSeconds(virtual as Duration) / wall)} times real time`
    output.progress(`${done} of ${seedCount(flags.seeds)} seeds, ${rate}, ${failed} failed`)
  }
}

function runOptions(flags: SweepFlags, plan: FaultPlan | null, seed: number): RunOptions {
  return {
    seed,
    set: flags.set,
    isChecked: flags.checked === true,
    ...variationChoices(flags),
    ...(plan === null ? {} : { plan }),
  }
}

function exitCodeOf({ results, isInterrupted }: SweepResult): number {
  const codes = results.map(({ outcome }) => exitCode(outcome))
  if (codes.includes(1)) return 1
  return codes.includes(3) || isInterrupted ? 3 : 0
}

function reportOf(
  found: FoundScenario,
  flags: SweepFlags,
  { results, isInterrupted }: SweepResult,
  wallMs: number,
): SweepReport {
  const withCode = (code: number): SeedResult[] => results.filter(({ outcome }) => exitCode(outcome) === code)
  const asFailure = (result: SeedResult): SweepFailure => failureOf(found, flags, result)
  return {
    title: found.scenario.title,
    seeds: flags.seeds,
    isInterrupted,
    passed: withCode(0).length,
    failed: withCode(1).map(asFailure),
    undecided: withCode(3).map(asFailure),
    events: results.reduce((sum, { events }) => sum + events, 0),
    virtual: results.reduce((sum, result) => sum + result.virtual, 0),
    wallMs,
    faults: [...sumFaults(results)].map(([kind, counts]) => ({ kind, ...counts })),
    invariants: [...sumLooked(results)].map(([invariant, looked]) => ({ invariant, looked })),
  }
}

function failureOf(
  found: FoundScenario,
  flags: SweepFlags,
  { seed, outcome, violation }: SeedResult,
): SweepFailure {
  return {
    seed,
    name: violation?.invariant ?? outcome.kind,
    message: violation?.message ?? describeOutcome(outcome),
    command: runLine({ scenario: found.name, seed, set: flags.set, plan: flags.plan, variation: flags }),
  }
}

function sumFaults(
  results: readonly SeedResult[],
): Map<string, { planned: number; fired: number; effects: number }> {
  const sums = new Map<string, { planned: number; fired: number; effects: number }>()
  for (const [kind, counts] of results.flatMap(({ faults }) => faults)) {
    const sum = sums.get(kind) ?? { planned: 0, fired: 0, effects: 0 }
    sum.planned += counts.planned
    sum.fired += counts.begun
    sum.effects += counts.effective
    sums.set(kind, sum)
  }
  return sums
}

function sumLooked(results: readonly SeedResult[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [name, looked] of results.flatMap((result) => result.looked))
    sums.set(name, (sums.get(name) ?? 0) + looked)
  return sums
}
