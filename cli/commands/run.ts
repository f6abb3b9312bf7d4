// `faultline run`: one scenario on one seed.

import type { Command } from 'commander'

import { readPlanFile, seedArgument, setArgument } from '../arguments.ts'
import { findScenario, type FoundScenario } from '../find-scenario.ts'
import { createOutput, type Output } from '../output.ts'
import { freeTracePath, headerFor, runInMemory, runWithTrace } from '../recorded-run.ts'
import { failureReport, failureSlice, replayReport, runSummary } from '../../reports/index.ts'
import {
  type Data,
  exitCode,
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

interface RunFlags {
  readonly seed: number
  readonly set: ReadonlyMap<string, Data>
  readonly plan?: string
  readonly trace?: string
  readonly verify?: true
  readonly unchecked?: true
  readonly randomOrder?: true
  readonly printPlan?: true
  readonly json?: true
}

/** Adds the command. */
export function addRun(program: Command): void {
  program
    .command('run')
    .description('run one scenario on one seed and say how it ended')
    .argument(
      '<scenario>',
      'the name of a shipped scenario (see `faultline list`), or the path of your own .ts or .js file',
    )
    .option('--seed <n>', 'the seed, which decides everything', seedArgument, 1)
    .option(
      '--set <key=value>',
      'set a parameter of the scenario; may be given several times',
      setArgument,
      new Map<string, Data>(),
    )
    .option('--plan <file>', 'take the fault plan from a JSON file instead of drawing it from the seed')
    .option('--print-plan', 'print the fault plan as JSON (to edit and give back with --plan) and do not run')
    .option(
      '--trace <file>',
      'write every event to a trace (.ndjson, or .ndjson.gz); a failed run writes one anyway',
    )
    .option('--verify', 'run twice and compare event by event')
    .option(
      '--unchecked',
      'do not look for real timers, sockets and files that a program creates (faster; same digest)',
    )
    .option('--random-order', 'order what happens at the same instant at random instead of first-in')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  faultline run chaos --seed 7\n  faultline run ./my-scenario.ts --seed 7 --set replicas=3 --verify\n  faultline run chaos --seed 7 --print-plan > plan.json',
    )
    .action(async (name: string, flags: RunFlags) => {
      process.exitCode = await runCommand(await findScenario(name), flags)
    })
}

async function runCommand(found: FoundScenario, flags: RunFlags): Promise<number> {
  const output = createOutput(flags.json === true)
  const options = optionsOf(flags)
  if (flags.printPlan === true) return printThePlan(found, options, output)
  const begin = performance.now()
  const first =
    flags.trace === undefined
      ? await run(found.scenario, withProgress(options, output))
      : await runWithTrace(found, options, flags.trace)
  const wallMs = performance.now() - begin
  output.text(runSummary(first, wallMs, output.palette))
  const isSame = flags.verify !== true || (await verify(found, options, first, output))
  const tracePath = await explainFailure({ found, options, output, result: first }, flags.trace)
  output.json({
    ...first,
    wallMs,
    trace: tracePath,
    ...(flags.verify === true ? { isVerified: isSame } : {}),
  })
  return isSame ? exitCode(first.outcome) : 1
}

function optionsOf(flags: RunFlags): RunOptions {
  return {
    seed: flags.seed,
    set: flags.set,
    isChecked: flags.unchecked !== true,
    isOrderRandom: flags.randomOrder === true,
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

function printThePlan(found: FoundScenario, options: RunOptions, output: Output): number {
  const { plan } = setUp(found.scenario, options)
  process.stdout.write(writePlan(plan))
  if (process.stdout.isTTY) output.text(printPlan(plan))
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

interface Failed {
  readonly found: FoundScenario
  readonly options: RunOptions
  readonly output: Output
  readonly result: RunResult
}

/** For a failed run: its trace, and the report that says what led to the violation. Returns the trace's path. */
async function explainFailure(
  { found, options, output, result }: Failed,
  path: string | undefined,
): Promise<string | undefined> {
  if (result.outcome.kind === 'passed') return path
  const tracePath = path ?? freeTracePath(found.name, options.seed)
  if (path === undefined) await runWithTrace(found, options, tracePath)
  const command = `npx faultline replay ${tracePath}`
  const [violation] = result.violations
  if (violation === undefined) output.text(`\ntrace   ${tracePath}\nreplay  ${command}`)
  else {
    const { events } = await runInMemory(found, options)
    const slice = failureSlice(events, violation)
    output.text(`\n${failureReport({ violation, slice, tracePath, command }, output.palette)}`)
  }
  return tracePath
}
