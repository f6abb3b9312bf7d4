// `faultline exhaust`: every order of one small scenario.

import type { Command } from 'commander'

import { countArgument, seedArgument, withSettings, wrongValue } from '../arguments.ts'
import { sameLine } from '../command-line.ts'
import { findScenario, type FoundScenario } from '../find-scenario.ts'
import { createOutput, type Output } from '../output.ts'
import { exhaustReport } from '../../reports/index.ts'
import {
  type Data,
  exhaust,
  type ExhaustOptions,
  type ExhaustProgress,
  type ExhaustVerdict,
  type MessageOrder,
  type ResolvedExhaustSettings,
} from '../../sim/index.ts'

interface ExhaustFlags {
  readonly seed: number
  readonly set: ReadonlyMap<string, Data>
  readonly network?: MessageOrder
  readonly timers?: 'due' | 'any'
  readonly crashes?: number
  readonly losses?: number
  readonly duplicates?: number
  readonly restarts: boolean
  readonly depth: number
  readonly states: number
  readonly time: number
  readonly deepFirst?: true
  readonly reduction: boolean
  readonly json?: true
}

/** Adds the command. */
export function addExhaust(program: Command): void {
  const command = withSettings(program.command('exhaust'))
    .description('try every order of deliveries, timers and crashes of a small scenario')
    .argument(
      '<scenario>',
      'the name of a shipped scenario (those in scenarios/small are made for it), or the path of your own .ts or .js file',
    )
    .option('--seed <n>', 'decides what parameters and programs draw', seedArgument, 1)
  withBounds(withWhatMayHappen(command))
    .option('--json', 'print one JSON object instead of text')
    .addHelpText('after', help)
    .action(async (name: string, flags: ExhaustFlags) => {
      process.exitCode = await exhaustCommand(await findScenario(name), flags)
    })
}

function withWhatMayHappen(command: Command): Command {
  return command
    .option(
      '--network <order>',
      'how messages travel: multiset (any order, each once), set (any order, any number of times), ordered (each link in order)',
      choice('--network', ['multiset', 'set', 'ordered']),
    )
    .option(
      '--timers <order>',
      'how timers of one node fire: due (as they are due), any (in any order)',
      choice('--timers', ['due', 'any']),
    )
    .option('--crashes <n>', 'crashes on a path at most; a crashed node may start again', limit('--crashes'))
    .option('--no-restarts', 'a crashed node stays down')
    .option('--losses <n>', 'messages lost on a path at most, or any', limit('--losses'))
    .option('--duplicates <n>', 'messages that arrive twice on a path at most, or any', limit('--duplicates'))
}

function withBounds(command: Command): Command {
  return command
    .option('--depth <n>', 'steps on a path at most', countArgument('--depth'), 1000)
    .option('--states <n>', 'distinct states at most', countArgument('--states'), 1_000_000)
    .option('--time <seconds>', 'wall time at most', countArgument('--time'), 600)
    .option('--no-reduction', 'take every step in every order: more transitions, the same states')
    .option('--deep-first', 'go on from the latest state: fewer executions, but no shortest path')
}

const help = `
Time stands still: whatever is pending may come next. States count as equal when all programs have published the same,
their disks hold the same, the same messages are in flight and the same timers set. A program publishes with
env.probe('state', value), at its start and whenever what it would go on from changes; where one does not, paths are
followed to --depth. What may happen is as the scenario says in \`exhaust\`, where no option says otherwise; its fault
profile plays no part. A violation comes with a shortest path to it.

Exit codes: 0 everything was seen and nothing is bad, 1 violation or deadlock, 2 bad input, 3 a bound was reached.

Examples:
  faultline exhaust two-phase-commit --set managers=5
  faultline exhaust lock-service --set bug=trusting
  faultline exhaust lock-service --crashes 1 --json
  faultline exhaust ./my-protocol.ts --network ordered --losses 1 --depth 40`

async function exhaustCommand(found: FoundScenario, flags: ExhaustFlags): Promise<number> {
  const output = createOutput(flags.json === true)
  const begin = performance.now()
  const options = { ...optionsOf(flags), onProgress: progressOf(output, begin, flags.time) }
  const result = await exhaust(found.scenario, options)
  const wallMs = performance.now() - begin
  const command = sameLine(process.argv.slice(2))
  output.text(exhaustReport(result, { wallMs, command, palette: output.palette }))
  output.json({ ...result, settings: withoutInfinity(result.settings), wallMs })
  return exitCodeOf(result.verdict)
}

function optionsOf(flags: ExhaustFlags): ExhaustOptions {
  const { seed, set, network, timers, crashes, losses, duplicates, restarts, depth, states } = flags
  return {
    seed,
    set,
    ...(network === undefined ? {} : { network }),
    ...(timers === undefined ? {} : { timers }),
    ...(crashes === undefined ? {} : { crashes }),
    ...(losses === undefined ? {} : { losses }),
    ...(duplicates === undefined ? {} : { duplicates }),
    ...(restarts ? {} : { restarts }),
    depthMax: depth,
    statesMax: states,
    isReduced: flags.reduction,
    isDeepFirst: flags.deepFirst === true,
  }
}

function progressOf(output: Output, begin: number, seconds: number): (progress: ExhaustProgress) => boolean {
  return ({ states, transitions, depth }) => {
    output.progress(`${states} states, ${transitions} transitions, ${depth} steps deep`)
    return performance.now() - begin < seconds * 1000
  }
}

function exitCodeOf(verdict: ExhaustVerdict): 0 | 1 | 3 {
  switch (verdict.kind) {
    case 'exhausted':
      return 0
    case 'violated':
    case 'deadlock':
      return 1
    case 'bound':
    case 'undecided':
    case 'interrupted':
      return 3
  }
}

/** JSON has no infinity. */
function withoutInfinity(settings: ResolvedExhaustSettings): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, value === Infinity ? 'any' : (value as unknown)]),
  )
}

function choice<const T extends string>(option: string, wanted: readonly T[]): (text: string) => T {
  return (text) => {
    const found = wanted.find((each) => each === text)
    if (found === undefined) throw wrongValue(option, text, `one of ${wanted.join(', ')}`)
    return found
  }
}

function limit(option: string): (text: string) => number {
  return (text) => {
    if (text === 'any') return Infinity
    const count = Number(text)
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(count))
      throw wrongValue(option, text, 'a whole number of at least 0, or any')
    return count
  }
}
