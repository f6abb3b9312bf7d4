// The command table: what a command is called, takes and may do, and the function that runs it.
//
// To add a family of commands: write `commands/FAMILY.ts` that exports `readonly Command[]`, each made with `command(…)`, and
// add it to the list in `commands/index.ts`. A handler gets the context and all arguments, the name at 0, and
// - looks keys up with `context.db.readAs(key, kind)` (a command that reads) or `findAs` (one that writes): undefined where
//   there is nothing, WRONGTYPE where there is something else;
// - reads numbers with `commands/arguments.ts`; refuses with `throw new CommandError(text)` before it changes anything;
// - after a change calls `context.changed(key, class, event)`, which tells watchers, keyspace notifications and the dirty
//   count (a command that has done that is told to the append-only file and to replicas as it came, unless it said
//   `context.propagate(…)`: then these commands in its place; without arguments: none);
// - removes a collection that has become empty with `context.deleteIfEmpty(key, size)` (which notifies `del`);
// - replies by `context.reply`, exactly one reply; `context.block(…)` in place of a reply lets the client wait for keys.

import { DurationHistogram } from '../duration-histogram.ts'
import type { CommandContext } from './context.ts'
import type { ByteString } from '../value.ts'

/** Runs a command: args[0] is its name as the client wrote it. */
export type Run = (context: CommandContext, args: readonly ByteString[]) => void

/**
 * Where keys stand: the first, the last (negative: from the end) and the step, or where that says too little a function that
 * says at which indexes; or only such a function.
 */
export type KeyPositions =
  | {
      readonly first: number
      readonly last: number
      readonly step: number
      readonly find?: (args: readonly ByteString[]) => readonly number[]
    }
  | ((args: readonly ByteString[]) => readonly number[])

/** No keys. */
export const noKeys: KeyPositions = { first: 0, last: 0, step: 0 }
/** One key, the first argument. */
export const oneKey: KeyPositions = { first: 1, last: 1, step: 1 }
/** The first two arguments. */
export const twoKeys: KeyPositions = { first: 1, last: 2, step: 1 }
/** All arguments. */
export const allKeys: KeyPositions = { first: 1, last: -1, step: 1 }

/** What Redis calls command flags. */
export type CommandFlag =
  | 'write'
  | 'readonly'
  | 'denyoom'
  | 'admin'
  | 'pubsub'
  | 'noscript'
  | 'blocking'
  | 'loading'
  | 'stale'
  | 'fast'
  | 'no_auth'
  | 'no_multi'
  | 'skip_monitor'
  | 'skip_slowlog'
  | 'asking'
  | 'movablekeys'
  | 'allow_busy'
  | 'no_async_loading'
  | 'no_mandatory_keys'
  | 'sentinel'

/** A command. */
export interface Command {
  /** In lower case; of a subcommand `config|get`. */
  readonly name: string
  /** Arguments with the name; negative: at least so many. Of a subcommand: with both names. */
  readonly arity: number
  readonly flags: ReadonlySet<CommandFlag>
  /** ACL categories, without the @. */
  readonly categories: ReadonlySet<string>
  readonly keys: KeyPositions
  readonly run: Run
  /** By their second names. */
  readonly subcommands: ReadonlyMap<string, Command> | null
  readonly isWrite: boolean
  readonly isReadonly: boolean
  readonly isDenyOom: boolean
  /** Open only where a setting says so (`whyProtected`). */
  readonly isProtected: boolean
  /** How it was used since the start. */
  readonly usage: CommandUsage
}

/** How a command was used (INFO commandstats). */
export interface CommandUsage {
  durations: DurationHistogram
  calls: number
  /** Nanoseconds. */
  time: number
  rejected: number
  failed: number
}

/** What a command has besides name, arity and traits. */
export interface CommandOptions {
  readonly keys?: KeyPositions
  readonly subcommands?: readonly Command[]
}

/**
 * Makes a command. `traits` are flags and, with an @, categories (`write denyoom fast @string`); those categories that
 * follow from flags are added. `protected`, which is no flag that COMMAND INFO shows, closes it unless a setting opens it.
 */
export function command(
  name: string,
  arity: number,
  traits: string,
  run: Run,
  { keys = noKeys, subcommands }: CommandOptions = {},
): Command {
  const words = traits.split(' ').filter((word) => word !== '')
  const isProtected = words.includes('protected')
  const flags = new Set(
    words.filter((word) => word !== 'protected' && !word.startsWith('@')) as CommandFlag[],
  )
  const byName =
    subcommands === undefined
      ? null
      : new Map(subcommands.map((each) => [each.name.slice(each.name.indexOf('|') + 1), each]))
  return {
    name,
    arity,
    flags,
    categories: categoriesOf(words, flags),
    keys,
    run,
    subcommands: byName,
    isWrite: flags.has('write'),
    isReadonly: flags.has('readonly'),
    isDenyOom: flags.has('denyoom'),
    isProtected,
    usage: newUsage(),
  }
}

/** Of a command that was not used yet. */
export function newUsage(): CommandUsage {
  return { calls: 0, time: 0, rejected: 0, failed: 0, durations: new DurationHistogram() }
}

function categoriesOf(words: readonly string[], flags: ReadonlySet<CommandFlag>): ReadonlySet<string> {
  const categories = new Set(words.filter((word) => word.startsWith('@')).map((word) => word.slice(1)))
  if (flags.has('write')) categories.add('write')
  // As Redis: commands of scripts read, but are not listed under it.
  if (flags.has('readonly') && !categories.has('scripting')) categories.add('read')
  if (flags.has('admin')) categories.add('admin').add('dangerous')
  if (flags.has('pubsub')) categories.add('pubsub')
  if (flags.has('blocking')) categories.add('blocking')
  categories.add(flags.has('fast') ? 'fast' : 'slow')
  return categories
}

/** The indexes at which keys stand in a command's arguments. */
export function keyIndexes(command: Command, args: readonly ByteString[]): readonly number[] {
  const { keys } = command
  if (typeof keys === 'function') return keys(args)
  if (keys.find !== undefined) return keys.find(args)
  if (keys.first === 0) return []
  const last = keys.last < 0 ? args.length + keys.last : keys.last
  const indexes: number[] = []
  for (let index = keys.first; index <= last && index < args.length; index += keys.step) indexes.push(index)
  return indexes
}
