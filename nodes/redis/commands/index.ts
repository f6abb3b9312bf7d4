// All commands, by families.

import { bitFieldCommands } from './bit-fields.ts'
import { bitmapCommands } from './bitmaps.ts'
import type { Command } from './command.ts'
import { connectionCommands } from './connection.ts'
import { geoCommands } from './geo.ts'
import { hyperLogLogCommands } from './hyper-log-logs.ts'
import { sortedSetAlgebraCommands } from './sorted-set-algebra.ts'
import { sortedSetPopCommands } from './sorted-set-pops.ts'
import { sortedSetSampleCommands } from './sorted-set-samples.ts'
import { sortedSetCommands } from './sorted-sets.ts'
import { stringCommands } from './strings.ts'

const families: readonly (readonly Command[])[] = [
  connectionCommands,
  stringCommands,
  sortedSetCommands,
  sortedSetAlgebraCommands,
  sortedSetPopCommands,
  sortedSetSampleCommands,
  hyperLogLogCommands,
  bitmapCommands,
  bitFieldCommands,
  geoCommands,
]

/** A table of all commands by name, made for one server: usage is counted in it. */
export function commandTable(): ReadonlyMap<string, Command> {
  return new Map(families.flat().map((each) => [each.name, copyOf(each)]))
}

function copyOf(original: Command): Command {
  const { subcommands } = original
  const usage = { calls: 0, time: 0, rejected: 0, failed: 0 }
  if (subcommands === null) return { ...original, usage }
  return {
    ...original,
    usage,
    subcommands: new Map([...subcommands].map(([name, each]) => [name, copyOf(each)])),
  }
}
