// `faultline sweep`: many seeds of one scenario.

import { type Command, Option } from 'commander'

import { untilVerdict } from '../verdict.ts'
import {
  countArgument,
  countOrNoneArgument,
  readPlanFile,
  secondsArgument,
  seedsArgument,
  shardArgument,
  withPlanFrom,
  withSettings,
} from '../arguments.ts'
import { resumeLine } from '../command-line.ts'
import { corpusRoot } from '../keep-failure.ts'
import { Interruption } from '../interruption.ts'
import { keepFailures, type KnownFailure, tryKnownFailures } from '../sweep-failures.ts'
import { findScenario, type FoundScenario } from '../find-scenario.ts'
import { guidedSweep } from '../guided-sweep.ts'
import { openJournal } from '../sweep-resume.ts'
import { sweepJunit } from '../sweep-junit.ts'
import { middlePass, seeRun } from '../passing-run.ts'
import { recordSweep, SweepClock } from '../sweep-record.ts'
import { sweepExitCode, sweepReport } from '../sweep-report.ts'
import { variationChoices, type VariationFlags, withVariation } from '../variation-flags.ts'
import { UsageError } from '../usage-error.ts'
import { createOutput, type Output } from '../output.ts'
import { checkOutput, writeOutput } from '../write-output.ts'
import {
  type Annotation,
  errorAnnotations,
  type SweepResult as SweepReport,
  type SweepRun,
  sweepSummary,
} from '../../reports/index.ts'
import {
  corpusFolder,
  type Data,
  type Duration,
  type EffectSample,
  type FaultPlan,
  type Job,
  type RunOptions,
  sampleEffects,
  type SeedRange,
  seedCount,
  type SeedResult,
  setUp,
  type Shard,
  shardOf,
  sweep,
  type SweepJournal,
  type SweepResult,
  toSeconds,
  withThreads,
} from '../../sim/index.ts'

interface SweepFlags extends VariationFlags {
  readonly seeds: SeedRange
  readonly shard?: Shard
  readonly jobs: number
  readonly set: ReadonlyMap<string, Data>
  readonly plan?: string
  readonly checked?: true
  readonly failuresMax?: number
  readonly shrinkSeconds: number
  readonly effects: number
  readonly strict?: true
  readonly resume?: true
  readonly untilPlateau?: number
  readonly coverage?: true
  readonly guided?: true
  readonly ci?: true
  readonly junit?: string
  readonly force?: true
  readonly json?: true
}

/** Damage of a disk matters only where it is read back, which is in few runs: with three seeds or so it looks vain. */
const effectsMax = 20

/** Adds the command. */
export function addSweep(program: Command): void {
  withReach(withVariation(withSettings(program.command('sweep'))))
    .description('run many seeds of one scenario and say which of them fail')
    .argument('<scenario>', 'the name of a shipped scenario, or the path of your own .ts or .js file')
    .addOption(
      new Option('--seeds <a..b>', 'the seeds, both ends included')
        .argParser(seedsArgument)
        .default({ first: 1, last: 100 }, '1..100'),
    )
    .option(
      '--shard <i/n>',
      'only every nth of the seeds, from the ith on: a part for each machine',
      shardArgument,
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
      '--until-plateau <n>',
      'stop once n seeds in a row have reached nothing new: points, probes, faults by the state of their node, …',
      countArgument('--until-plateau'),
    )
    .option(
      '--resume',
      'go on with the same sweep, if it was interrupted: only seeds that are missing are run',
    )
    .option(
      '--checked',
      'look for real timers, sockets and files that a program creates (slower; same digests)',
    )
    .option(
      '--effects <n>',
      'on how many seeds at most it is measured whether a kind of fault changed what programs were given; 0 for none',
      countOrNoneArgument('--effects'),
      effectsMax,
    )
    .option('--strict', 'fail, with exit code 1, when something that was to be tested was not (see below)')
    .addOption(
      new Option('--ci', 'also print annotations of GitHub Actions, one for each failure').conflicts('json'),
    )
    .option('--junit <file>', 'also write JUnit XML: one test a seed, and one a known failure')
    .option('--force', 'replace the file of --junit if it is there')
    .option('--json', 'print one JSON object a seed, then one for the sweep')
    .addHelpText(
      'after',
      `
Failures are shrunk and kept in .faultline/, a folder each; the next sweep tries them first.
Warnings say what was not tested: faults without an effect, invariants that never looked at anything, points
that no seed reached, buggify sites never taken. With --strict they make the exit code 1.

Examples:
  faultline sweep chaos --seeds 1..1000 --jobs 2
  faultline sweep ./my-scenario.ts --seeds 1..200 --failures-max 1`,
    )
    .action(async (name: string, flags: SweepFlags) => {
      await untilVerdict(async () => sweepCommand(await findScenario(name), withShard(flags)))
    })
}

/** The flags about what runs reach. */
function withReach(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--guided',
        'let half of the runs be mutants of runs that reached something new: other faults, orders, continuations (not with --plan, --resume or --shard)',
      ).conflicts(['plan', 'resume', 'shard']),
    )
    .option(
      '--coverage',
      'also say which parts of the programs no seed came to, which count for --until-plateau (about twice as slow)',
    )
}

function withShard(flags: SweepFlags): SweepFlags {
  const { seeds, shard } = flags
  if (shard === undefined) return flags
  const part = shardOf(seeds, shard)
  if (part === null)
    throw new UsageError(
      `--shard: got part ${shard.index} of ${shard.count}, wanted at most ${seedCount(seeds)} parts`,
    )
  return { ...flags, seeds: part }
}

async function sweepCommand(found: FoundScenario, flags: SweepFlags): Promise<number> {
  const interruption = new Interruption()
  try {
    return await sweepUntilAsked(found, flags, interruption)
  } finally {
    interruption.end()
  }
}

async function sweepUntilAsked(
  found: FoundScenario,
  flags: SweepFlags,
  interruption: Interruption,
): Promise<number> {
  const output = createOutput(flags.json === true)
  const { junit, force = false } = flags
  if (junit !== undefined) checkOutput(junit, { mark: null, isForced: force })
  const plan = flags.plan === undefined ? null : readPlanFile(flags.plan)
  // What is wrong with the parameters or the plan is wrong for the first seed as well: said here, not by a thread.
  withPlanFrom(flags.plan, () => setUp(found.scenario, runOptions(flags, plan, flags.seeds.first)))
  const known = await tryKnownFailures(found, flags.set, output)
  const begin = performance.now()
  const clock = new SweepClock()
  const { result, journal, guided } = await sweepSeeds({ found, flags, plan, output, clock, interruption })
  const wallMs = performance.now() - begin
  const samples = result.isInterrupted
    ? []
    : await effectsOf({ found, flags, plan, output, clock, interruption }, result)
  const report = sweepReport({ found, flags, result, samples, guided, wallMs })
  if (!result.isInterrupted) await record({ found, flags, plan, output, clock, interruption }, report, result)
  for (const each of result.results) output.json(each)
  output.text(sweepSummary(report, output.palette))
  if (junit !== undefined) {
    const seeds = result.results.map(({ seed }) => seed)
    await writeOutput(junit, [sweepJunit({ found, report, known, seeds })], { mark: null, isForced: force })
  }
  // Before what is kept: the last line is the command that replays it.
  if (flags.ci === true)
    for (const line of errorAnnotations(annotationsOf(found, report, known))) output.text(line)
  const limits = {
    jobs: flags.jobs,
    secondsMax: result.isInterrupted ? 0 : flags.shrinkSeconds,
    isOver: () => interruption.isAsked,
  }
  const options = (failure: SeedResult): RunOptions => resultOptions(flags, plan, failure)
  const kept = await keepFailures({ found, options, flags, limits, output }, result.failures)
  output.json({ ...report, known, ...kept })
  if (result.isInterrupted && journal !== null)
    output.text(`\n  go on with:\n    ${resumeLine(process.argv.slice(2))}`)
  else journal?.remove()
  return known.some(({ stillFails }) => stillFails) ? 1 : sweepExitCode(result, report, flags)
}

/** Keeps what a report of all sweeps shows of this one. */
async function record(sweeping: Sweeping, report: SweepReport, { results }: SweepResult): Promise<void> {
  const { found, output, clock } = sweeping
  const seen = await seenRun(sweeping, results)
  const folder = corpusFolder(corpusRoot, found.name)
  const problem = recordSweep(folder, { clock, report, results, ...(seen === null ? {} : { run: seen }) })
  if (problem !== null) output.text(`nothing of this sweep is kept for a report of all of them: ${problem}`)
}

/** Makes one of the runs again, to keep what clients saw in it. */
async function seenRun(
  { found, flags, plan, output, interruption }: Sweeping,
  results: readonly SeedResult[],
): Promise<SweepRun | null> {
  const middle = middlePass(results)
  if (middle === null) return null
  const options = resultOptions(flags, plan, middle)
  const again = await seeRun(found.scenario, options, middle, () => interruption.isAsked)
  if (again.kind === 'seen') return again.seen
  if (again.kind === 'nondeterministic')
    output.text(
      `seed ${middle.seed} went another way when it was run again: the scenario is not deterministic`,
    )
  return null
}

/** Seeds that failed, and failures that are known, each by the line that runs it anywhere. */
function annotationsOf(
  found: FoundScenario,
  { failed, undecided }: SweepReport,
  known: readonly KnownFailure[],
): readonly Annotation[] {
  const still = known.filter(({ stillFails }) => stillFails)
  return [
    ...still.map(({ name, anywhere }) => ({
      title: `${found.name}: ${name}`,
      message: 'a known failure still fails',
      command: anywhere,
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
  readonly clock: SweepClock
  readonly interruption: Interruption
}

interface SweptSeeds {
  readonly result: SweepResult
  readonly journal: SweepJournal | null
  readonly guided?: SweepReport['guided']
}

async function sweepSeeds(sweeping: Sweeping): Promise<SweptSeeds> {
  const { found, flags, plan, output, clock, interruption } = sweeping
  const showProgress = progressOf(flags, output)
  const { seeds, jobs } = flags
  const job = jobOf(found, flags, plan)
  if (flags.guided === true) {
    const { untilPlateau: plateau, failuresMax } = flags
    const onRun = (result: SeedResult, done: number): boolean => {
      clock.take(result)
      showProgress(result, done)
      return !interruption.isAsked
    }
    const swept = await guidedSweep({ found, job, seeds, jobs, plateau, failuresMax, onRun })
    output.clearProgress()
    return { ...swept, journal: null }
  }
  const { done, journal } = openJournal({ found, job, seeds, isResumed: flags.resume === true, output })
  const result = await sweep(job, {
    seeds,
    jobs,
    done,
    ...(flags.untilPlateau === undefined ? {} : { plateau: flags.untilPlateau }),
    ...(flags.failuresMax === undefined ? {} : { failuresMax: flags.failuresMax }),
    onSeed: (seed, done) => {
      journal?.append(seed)
      clock.take(seed)
      showProgress(seed, done)
      return !interruption.isAsked
    },
  })
  journal?.close()
  output.clearProgress()
  return { result, journal }
}

function jobOf(found: FoundScenario, flags: SweepFlags, plan: FaultPlan | null): Job {
  const { set, checked, untilPlateau, coverage = false } = flags
  const hasCoverage = untilPlateau !== undefined
  const isChecked = checked === true
  return {
    scenarioUrl: found.url,
    set,
    plan,
    isChecked,
    hasCoverage,
    hasFaultStates: true,
    ...(coverage ? { hasBranches: true } : {}),
    ...variationChoices(flags),
  }
}

/** Runs a few seeds again with and without each kind of fault. */
async function effectsOf(
  { found, flags, plan, output, interruption }: Sweeping,
  { results }: SweepResult,
): Promise<readonly EffectSample[]> {
  const drawn = results.filter(({ mutant }) => mutant === undefined)
  const fired = drawn.some(({ faults }) => faults.some(([, { begun }]) => begun > 0))
  if (!fired || flags.effects === 0) return []
  output.progress('measuring which faults had an effect')
  const planOf = (seed: number): FaultPlan => setUp(found.scenario, runOptions(flags, plan, seed)).plan
  const samples = await withThreads(jobOf(found, flags, plan), flags.jobs, (runners) =>
    sampleEffects(runners, {
      results: drawn,
      planOf,
      seedsMax: flags.effects,
      isOver: () => interruption.isAsked,
    }),
  )
  output.clearProgress()
  return samples
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

/** What a run was made from: of a mutant not what its seed draws. */
function resultOptions(flags: SweepFlags, plan: FaultPlan | null, { seed, mutant }: SeedResult): RunOptions {
  const options = runOptions(flags, plan, seed)
  return mutant === undefined ? options : { ...options, ...mutant, isSwarm: false }
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
