// The flags that let runs depart from what their scenario says: a swarm, a strategy, a variation from a file.

import { readFileSync } from 'node:fs'

import type { Command } from 'commander'

import { wrongValue } from './arguments.ts'
import { findScenario } from './find-scenario.ts'
import { UsageError } from './usage-error.ts'
import { undecided, untilVerdict } from './verdict.ts'
import {
  type Data,
  plainSteps,
  readVariation,
  type RunChoices,
  type Strategy,
  type Variation,
} from '../sim/index.ts'

/** The flags as commander gives them. */
export interface VariationFlags {
  readonly swarm?: true
  readonly strategy?: Strategy
  readonly variation?: string
}

/** A strategy as it was typed: the number of steps may be left to the scenario. */
type AskedStrategy = Strategy | { readonly kind: 'pct'; readonly depth: number; readonly steps?: never }

/** Adds `--swarm`, `--strategy` and `--variation` to a command whose first argument is a scenario. */
export function withVariation(command: Command): Command {
  return command
    .hook('preAction', (_, action) => completeStrategy(action))
    .option('--swarm', 'let each seed draw which faults, operations and settings are on and how strong')
    .option(
      '--strategy <name>',
      'the order of what is ready, and of deliveries as far as the network allows: first-in, random, pos, or pct[:DEPTH[:STEPS]] (STEPS: as many as a plain run of seed 1 takes)',
      strategyArgument,
    )
    .option(
      '--variation <file>',
      "how the run departs from its scenario: a file of JSON, or JSON (see a trace's header)",
    )
}

/** What the flags say of a run. */
export function variationChoices(flags: VariationFlags): Pick<RunChoices, 'variation' | 'isSwarm'> {
  const { swarm, strategy } = flags
  const given = flags.variation === undefined ? {} : readVariationFile(flags.variation)
  return {
    isSwarm: swarm === true,
    variation: { ...given, ...(strategy === undefined ? {} : { strategy }) },
  }
}

/** The words of the flags, for command lines to copy. */
export function variationWords({ swarm, strategy, variation }: VariationFlags): readonly string[] {
  return [
    ...(swarm === true ? ['--swarm'] : []),
    ...(strategy === undefined ? [] : ['--strategy', strategyText(strategy)]),
    ...(variation === undefined ? [] : ['--variation', variation]),
  ]
}

const depthDefault = 3

/**
 * Before the command begins, takes the number of steps from the scenario where none was typed: change points beyond the end
 * of a run would change nothing. From here on it stands wherever the strategy does: in headers, and in lines to copy.
 */
async function completeStrategy(command: Command): Promise<void> {
  const { strategy, set } = command.opts<{
    readonly strategy?: AskedStrategy
    readonly set: ReadonlyMap<string, Data>
  }>()
  if (strategy?.kind !== 'pct' || strategy.steps !== undefined) return
  const [name = ''] = command.args
  await untilVerdict(async () => {
    const steps = await plainSteps((await findScenario(name)).scenario, set)
    command.setOptionValue('strategy', { ...strategy, steps } satisfies Strategy)
    return undecided
  })
}

/** A strategy: `first-in`, `random`, `pos`, `pct`, `pct:4`, `pct:4:20000`. */
function strategyArgument(text: string): AskedStrategy {
  if (text === 'first-in' || text === 'random' || text === 'pos') return { kind: text }
  const match = /^pct(?::([1-9]\d{0,2})(?::([1-9]\d{0,8}))?)?$/.exec(text)
  if (match === null) throw wrongValue('--strategy', text, 'first-in, random, pos, or pct[:DEPTH[:STEPS]]')
  const depth = Number(match[1] ?? depthDefault)
  return { kind: 'pct', depth, ...(match[2] === undefined ? {} : { steps: Number(match[2]) }) }
}

function strategyText(strategy: Strategy): string {
  return strategy.kind === 'pct' ? `pct:${strategy.depth}:${strategy.steps}` : strategy.kind
}

function readVariationFile(path: string): Variation {
  try {
    if (path.startsWith('{')) return readVariation(JSON.parse(path) as unknown, '--variation')
    return readVariation(JSON.parse(readFileSync(path, 'utf8')) as unknown, `variation ${path}`)
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error))
      throw new UsageError(`variation ${path}: ${error.message}`)
    throw error
  }
}
