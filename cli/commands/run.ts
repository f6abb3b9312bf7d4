// `faultline run`: one scenario on one seed.

import type { Command } from 'commander'

import { readPlanFile, seedArgument, withPlanFrom, withSettings } from '../arguments.ts'
import { explainFailure, type FailedRun, type TracedFailure, traceFailure } from '../explain-failure.ts'
import { findScenario, type FoundScenario } from '../find-scenario.ts'
import { createOutput, type Output } from '../output.ts'
import { variationChoices, type VariationFlags, withVariation } from '../variation-flags.ts'
import { headerFor, prepareTrace, runInMemory, runWithTrace } from '../recorded-run.ts'
import { untilVerdict } from '../verdict.ts'
import { checkOutput, type WriteOptions, writeOutput } from '../write-output.ts'
import { pageMark, replayReport, runSummary } from '../../reports/index.ts'
import {
  type Data,
  exitCode,
  type FaultPlan,
  formatInstant,
  memorySource,
  printPlan,
  replay,
  run,
  type RunOptions,
  type RunResult,
  setUp,
  writePlan,
} from '../../sim/index.ts'

interface RunFlags extends VariationFlags {
  readonly seed: number
  readonly set: ReadonlyMap<string, Data>
  readonly plan?: string
  readonly trace?: string
  readonly html?: string
  readonly force?: true
  readonly verify?: true
  readonly unchecked?: true
  readonly printPlan?: true
  readonly json?: true
}

/** Adds the command. */
export function addRun(program: Command): void {
  withVariation(withSettings(program.command('run')))
    .description('run one scenario on one seed and say how it ended')
    .argument(
      '<scenario>',
      'the name of a shipped scenario (see `faultline list`), or the path of your own .ts or .js file',
    )
    .option('--seed <n>', 'the seed, which decides everything', seedArgument, 1)
    .option('--plan <file>', 'take the fault plan from a JSON file instead of drawing it from the seed')
    .option('--print-plan', 'print the fault plan as JSON (to edit and give back with --plan) and do not run')
    .option(
      '--trace <file>',
      'write every event to a trace (.ndjson, or .ndjson.gz); a failed run writes one anyway',
    )
    .option('--html <file>', 'show the run as `report` does; without --trace, its trace goes beside the page')
    .option('--force', 'with --html, replace whatever stands there')
    .option('--verify', 'run twice and compare event by event')
    .option(
      '--unchecked',
      'do not look for real timers, sockets and files that a program creates (faster; same digest)',
    )
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
Examples:
  faultline run chaos --seed 7
  faultline run ./my-scenario.ts --seed 7 --set replicas=3 --verify
  faultline run chaos --seed 7 --html chaos.html
  faultline run chaos --seed 7 --print-plan > plan.json
  faultline run chaos --seed 7 --plan plan.json --trace chaos-7.ndjson`,
    )
    .action(async (name: string, flags: RunFlags) => {
      await untilVerdict(async () => runCommand(await findScenario(name), withTraceOfPage(flags)))
    })
}

/** What a page shows is a trace, which its last line runs again. */
function withTraceOfPage(flags: RunFlags): RunFlags {
  if (flags.html === undefined) return flags
  checkOutput(flags.html, pageOptions(flags))
  return { ...flags, trace: flags.trace ?? `${flags.html.replace(/\.html?$/, '')}.ndjson.gz` }
}

function pageOptions({ force }: RunFlags): WriteOptions {
  return { mark: pageMark, isForced: force === true }
}

async function writePage(path: string, trace: string, flags: RunFlags): Promise<void> {
  // Most runs have no page: what makes one is not loaded for them.
  const { pageOf } = await import('../trace-page.ts')
  await writeOutput(path, [await pageOf(trace, undefined, {})], pageOptions(flags))
}

async function runCommand(found: FoundScenario, flags: RunFlags): Promise<number> {
  const output = createOutput(flags.json === true)
  const options = optionsOf(flags)
  const { plan } = withPlanFrom(flags.plan, () => setUp(found.scenario, options))
  if (flags.printPlan === true) return printThePlan(plan, output)
  if (flags.trace !== undefined) prepareTrace(flags.trace)
  const begin = performance.now()
  const result =
    flags.trace === undefined
      ? await run(found.scenario, withProgress(options, output))
      : await runWithTrace(found, withProgress(options, output), flags.trace)
  const wallMs = performance.now() - begin
  output.text(runSummary(result, wallMs, output.palette))
  const isSame = flags.verify !== true || (await verify(found, options, result, output))
  const failure = await explain(
    { found, options, plan: flags.plan, variation: flags, result },
    flags.trace,
    output,
  )
  if (flags.html !== undefined && flags.trace !== undefined) {
    await writePage(flags.html, flags.trace, flags)
    output.text(`\nwritten: ${flags.html}`)
  }
  output.json({
    ...result,
    wallMs,
    ...(flags.html === undefined ? {} : { html: flags.html }),
    ...(flags.trace === undefined ? {} : { trace: flags.trace }),
    ...failure,
    ...(flags.verify === true ? { isVerified: isSame } : {}),
  })
  return isSame ? exitCode(result.outcome) : 1
}

/** For a failed run: where its trace is, and the line that replays it. */
async function explain(
  failed: FailedRun & { readonly result: RunResult },
  path: string | undefined,
  output: Output,
): Promise<{ readonly trace?: string; readonly command?: string }> {
  if (failed.result.outcome.kind === 'passed') return {}
  const traced: TracedFailure =
    path === undefined ? await traceFailure(failed) : { tracePath: path, result: failed.result, isSame: true }
  return { trace: traced.tracePath, command: await explainFailure(failed, traced, output) }
}

function optionsOf(flags: RunFlags): RunOptions {
  return {
    seed: flags.seed,
    set: flags.set,
    isChecked: flags.unchecked !== true,
    ...variationChoices(flags),
    ...(flags.plan === undefined ? {} : { plan: readPlanFile(flags.plan) }),
  }
}

function withProgress(options: RunOptions, output: Output): RunOptions {
  return {
    ...options,
    onProgress: ({ at, end, events }) => {
      output.progress(`${formatInstant(at)} of ${formatInstant(end)}, ${events} events`)
      return true
    },
  }
}

function printThePlan(plan: FaultPlan, output: Output): number {
  output.json(plan)
  output.text(writePlan(plan).trimEnd())
  // Where the JSON goes into a file, people still see what is planned.
  if (process.stderr.isTTY) process.stderr.write(`${printPlan(plan)}\n`)
  return 0
}

// The second run is made in the other way: full mode, and unchecked if the first was checked. All must agree.
async function verify(
  found: FoundScenario,
  options: RunOptions,
  first: RunResult,
  output: Output,
): Promise<boolean> {
  const again = { ...options, isChecked: options.isChecked === false }
  const { result, events } = await runInMemory(found, again)
  if (result.digest === first.digest && result.events === first.events) {
    output.text(
      `${output.palette.good('verified')}  a second run gave the same ${result.events} events, digest ${result.digest}`,
    )
    return true
  }
  const header = headerFor(found, options)
  const rerun = await replay(
    memorySource('the second run', header, events),
    async (_header, onEvent, isOver) => {
      await run(found.scenario, { ...options, onEvent, onProgress: () => !isOver() })
      return header
    },
  )
  output.text(
    `${output.palette.bad('not deterministic')}  two runs of one seed differ\n${replayReport(rerun, output.palette)}`,
  )
  return false
}
