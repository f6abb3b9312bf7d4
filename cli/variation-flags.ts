// The flags that let runs depart from what their scenario says: a swarm, a strategy, a variation from a file.

import { readFileSync } from 'node:fs'

import type { Command } from 'commander'

import { wrongValue } from './arguments.ts'
import { UsageError } from './usage-error.ts'
import { readVariation, type RunChoices, type Strategy, type Variation } from '../sim/index.ts'

/** The flags as commander gives them. */
export interface VariationFlags {
  readonly swarm?: true
  readonly strategy?: Strategy
  readonly variation?: string
}

/** Adds `--swarm`, `--strategy` and `--variation`. */
export function withVariation(command: Command): Command {
  return command
    .option('--swarm', 'let each seed draw which faults, operations and settings are on and how strong')
    .option(
      '--strategy <name>',
      'the order of what is ready, and of deliveries as far as the network allows: first-in, random, pos, or pct[:DEPTH[:STEPS]]',
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
const stepsDefault = 10_000

/** A strategy: `first-in`, `random`, `pos`, `pct`, `pct:4`, `pct:4:20000`. */
export function strategyArgument(text: string): Strategy {
  if (text === 'first-in' || text === 'random' || text === 'pos') return { kind: text }
  const match = /^pct(?::([1-9]\d{0,2})(?::([1-9]\d{0,8}))?)?$/.exec(text)
  if (match === null) throw wrongValue('--strategy', text, 'first-in, random, pos, or pct[:DEPTH[:STEPS]]')
  return { kind: 'pct', depth: Number(match[1] ?? depthDefault), steps: Number(match[2] ?? stepsDefault) }
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
