// All commands, by families.

import { type Command, newUsage } from './command.ts'
import { aclCommands } from './acl.ts'
import { clientCommands } from './client.ts'
import { clusterCommands } from './cluster.ts'
import { commandTableCommands } from './command-table.ts'
import { configCommands } from './config.ts'
import { connectionCommands } from './connection.ts'
import { debugCommands } from './debug.ts'
import { failoverCommands } from './failover.ts'
import { replicationCommands } from './replication.ts'
import { expiryCommands } from './expiry.ts'
import { hashCommands } from './hashes.ts'
import { keyCommands } from './keys.ts'
import { latencyCommands } from './latency.ts'
import { listMoveCommands } from './list-moves.ts'
import { listCommands } from './lists.ts'
import { memoryCommands } from './memory.ts'
import { migrateCommands } from './migrate.ts'
import { moduleCommands } from './modules.ts'
import { objectCommands } from './object.ts'
import { persistenceCommands } from './persistence.ts'
import { pubsubCommands } from './pubsub.ts'
import { scanCommands } from './scan.ts'
import { functionCommands } from './functions.ts'
import { scriptingCommands } from './scripting.ts'
import { serverCommands } from './server-commands.ts'
import { setAlgebraCommands } from './set-algebra.ts'
import { setCommands } from './sets.ts'
import { sortCommands } from './sort.ts'
import { stringNumberCommands } from './string-numbers.ts'
import { stringPieceCommands } from './string-pieces.ts'
import { stringCommands } from './strings.ts'
import { structureCommands } from './structure-commands.ts'
import { transactionCommands } from './transactions.ts'

const families: readonly (readonly Command[])[] = [
  connectionCommands,
  replicationCommands,
  failoverCommands,
  clientCommands,
  aclCommands,
  stringCommands,
  stringPieceCommands,
  stringNumberCommands,
  structureCommands,
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
  serverCommands,
  memoryCommands,
  debugCommands,
  moduleCommands,
  clusterCommands,
  configCommands,
  commandTableCommands,
  latencyCommands,
  persistenceCommands,
  migrateCommands,
  scriptingCommands,
  functionCommands,
]

/** A table of all commands by name, made for one server: usage is counted in it. */
export function commandTable(): ReadonlyMap<string, Command> {
  return new Map(families.flat().map((each) => [each.name, copyOf(each)]))
}

/** The same command, of which usage is counted apart. */
export function copyOf(original: Command): Command {
  const { subcommands } = original
  const usage = newUsage()
  if (subcommands === null) return { ...original, usage }
  return {
    ...original,
    usage,
    subcommands: new Map([...subcommands].map(([name, each]) => [name, copyOf(each)])),
  }
}
