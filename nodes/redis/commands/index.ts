// All commands, by families.

import { bitFieldCommands } from './bit-fields.ts'
import { bitmapCommands } from './bitmaps.ts'
import type { Command } from './command.ts'
import { clientCommands } from './client.ts'
import { connectionCommands } from './connection.ts'
import { geoCommands } from './geo.ts'
import { hyperLogLogCommands } from './hyper-log-logs.ts'
import { persistenceCommands } from './persistence.ts'
import { sortedSetAlgebraCommands } from './sorted-set-algebra.ts'
import { sortedSetPopCommands } from './sorted-set-pops.ts'
import { sortedSetSampleCommands } from './sorted-set-samples.ts'
import { sortedSetCommands } from './sorted-sets.ts'
import { expiryCommands } from './expiry.ts'
import { hashCommands } from './hashes.ts'
import { keyCommands } from './keys.ts'
import { listMoveCommands } from './list-moves.ts'
import { listCommands } from './lists.ts'
import { objectCommands } from './object.ts'
import { pubsubCommands } from './pubsub.ts'
import { scanCommands } from './scan.ts'
import { setAlgebraCommands } from './set-algebra.ts'
import { setCommands } from './sets.ts'
import { sortCommands } from './sort.ts'
import { stringNumberCommands } from './string-numbers.ts'
import { stringPieceCommands } from './string-pieces.ts'
import { stringCommands } from './strings.ts'
import { transactionCommands } from './transactions.ts'

const families: readonly (readonly Command[])[] = [
  connectionCommands,
  persistenceCommands,
  stringCommands,
  sortedSetCommands,
  sortedSetAlgebraCommands,
  sortedSetPopCommands,
  sortedSetSampleCommands,
  hyperLogLogCommands,
  bitmapCommands,
  bitFieldCommands,
  clientCommands,
  stringCommands,
  stringPieceCommands,
  stringNumberCommands,
  keyCommands,
  expiryCommands,
  scanCommands,
  objectCommands,
  hashCommands,
  listCommands,
  listMoveCommands,
  setCommands,
  setAlgebraCommands,
  sortCommands,
  transactionCommands,
  pubsubCommands,
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
