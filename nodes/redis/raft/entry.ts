// An entry of the replicated log: commands that take effect together, and the time at which they do so on every replica.

import type { ByteString } from '../value.ts'
import type { Data, DataRecord } from '../../../sim/index.ts'

/** One command. `name` is the table's, with subcommands as in `xgroup|create`. */
export interface LoggedCommand {
  readonly name: string
  readonly db: number
  readonly args: readonly ByteString[]
}

/** An entry. */
export interface RedisEntry {
  /** Who waits for it: unique among all entries. */
  readonly id: string
  /** The leader's time, in milliseconds since 1970. */
  readonly now: number
  readonly isTransaction: boolean
  readonly commands: readonly LoggedCommand[]
}

/** The entry as plain data. */
export function encodeEntry({ id, now, isTransaction, commands }: RedisEntry): Data {
  return { id, now, isTransaction, commands: commands.map(({ name, db, args }) => [name, db, ...args]) }
}

/** Reads what `encodeEntry` made. */
export function decodeEntry(data: Data): RedisEntry {
  const { id, now, isTransaction, commands } = data as DataRecord
  return {
    id: id as string,
    now: now as number,
    isTransaction: isTransaction as boolean,
    commands: (commands as readonly (readonly Data[])[]).map(([name, db, ...args]) => ({
      name: name as string,
      db: db as number,
      args: args as readonly ByteString[],
    })),
  }
}
