// SORT: the items of a list, set or sorted set in another order, by themselves or by other keys.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { orderedMembers } from './set-encoding.ts'
import { CommandError, syntaxError, wrongType } from '../command-error.ts'
import { parseDouble } from '../numbers.ts'
import { ByteList } from '../structures/byte-list.ts'
import type { ByteString } from '../value.ts'

interface SortOptions {
  by: ByteString | null
  isUnsorted: boolean
  readonly get: ByteString[]
  isDescending: boolean
  isAlphabetic: boolean
  offset: number
  count: number
  target: ByteString | null
}

function sortOptions(args: readonly ByteString[], mayStore: boolean): SortOptions {
  const options: SortOptions = {
    by: null,
    isUnsorted: false,
    get: [],
    isDescending: false,
    isAlphabetic: false,
    offset: 0,
    count: -1,
    target: null,
  }
  for (let at = 2; at < args.length; at += 1) {
    const [word, next] = [args[at], args[at + 1]]
    if (isWord(word, 'ASC')) options.isDescending = false
    else if (isWord(word, 'DESC')) options.isDescending = true
    else if (isWord(word, 'ALPHA')) options.isAlphabetic = true
    else if (next === undefined) throw new CommandError(syntaxError)
    else if (isWord(word, 'LIMIT') && args[at + 2] !== undefined) {
      options.offset = integer(next)
      options.count = integer(argument(args, at + 2))
      at += 2
    } else {
      at += 1
      if (isWord(word, 'STORE') && mayStore) options.target = next
      else if (isWord(word, 'BY')) {
        options.by = next
        // A pattern without a star is the same for all: nothing to sort by.
        options.isUnsorted = !next.includes('*')
      } else if (isWord(word, 'GET')) options.get.push(next)
      else throw new CommandError(syntaxError)
    }
  }
  return options
}

function itemsOf(context: CommandContext, key: ByteString, options: SortOptions): ByteString[] {
  const value = context.db.read(key)?.value
  switch (value?.kind) {
    case undefined:
      return []
    case 'list': {
      const items = [...value.items]
      return options.isUnsorted && options.isDescending ? items.reverse() : items
    }
    case 'set':
      return [...orderedMembers(value)]
    case 'zset': {
      // As in Redis a small set takes the form for large ones by being looked at.
      value.encoding = 'skiplist'
      const members = [...value.members].map(([member]) => member)
      return options.isUnsorted && options.isDescending ? members.reverse() : members
    }
    default:
      throw new CommandError(wrongType)
  }
}

/** What a pattern leads to for an item: the star is the item, `key->field` a field of a hash, # the item itself. */
function lookUp(context: CommandContext, pattern: ByteString, item: ByteString): ByteString | undefined {
  if (pattern === '#') return item
  const star = pattern.indexOf('*')
  if (star < 0) return undefined
  const arrow = pattern.indexOf('->', star + 1)
  const isField = arrow >= 0 && arrow + 2 < pattern.length
  const keyPattern = isField ? pattern.slice(0, arrow) : pattern
  const key = keyPattern.slice(0, star) + item + keyPattern.slice(star + 1)
  const value = context.db.read(key)?.value
  if (isField) return value?.kind === 'hash' ? value.fields.get(pattern.slice(arrow + 2)) : undefined
  return value?.kind === 'string' ? value.bytes : undefined
}

function compareBytes(a: ByteString, b: ByteString): number {
  return a < b ? -1 : a > b ? 1 : 0
}

interface Weighed {
  readonly item: ByteString
  readonly text: ByteString | undefined
  readonly score: number
}

/** As C's strtod reads it, up to a zero byte: nothing is 0. */
function scoreOf(text: ByteString): number | null {
  const [read = ''] = text.split('\0', 1)
  return read === '' ? 0 : parseDouble(read.trimStart())
}

function weigh(context: CommandContext, item: ByteString, { by, isAlphabetic }: SortOptions): Weighed {
  const text = by === null ? item : lookUp(context, by, item)
  if (isAlphabetic || text === undefined) return { item, text, score: 0 }
  const score = scoreOf(text)
  if (score === null) throw new CommandError("ERR One or more scores can't be converted into double")
  return { item, text, score }
}

function comparison({ by, isAlphabetic, isDescending }: SortOptions): (a: Weighed, b: Weighed) => number {
  const sign = isDescending ? -1 : 1
  return (a, b) => {
    // What is missing comes first; what is equal by other keys keeps its order.
    if (!isAlphabetic)
      return sign * (a.score === b.score ? compareBytes(a.item, b.item) : a.score < b.score ? -1 : 1)
    if (a.text === undefined || b.text === undefined)
      return sign * (a.text === b.text ? 0 : a.text === undefined ? -1 : 1)
    return sign * compareBytes(by === null ? a.item : a.text, by === null ? b.item : b.text)
  }
}

function sort(mayStore: boolean): Run {
  return (context, args) => {
    const options = sortOptions(args, mayStore)
    const items = itemsOf(context, argument(args, 1), options)
    const isSorted = !options.isUnsorted
    const sorted = isSorted
      ? items
          .map((item) => weigh(context, item, options))
          .sort(comparison(options))
          .map(({ item }) => item)
      : items
    const from = Math.max(0, options.offset)
    const part = sorted.slice(from, options.count < 0 ? undefined : from + options.count)
    const found =
      options.get.length === 0
        ? part
        : part.flatMap((item) => options.get.map((pattern) => lookUp(context, pattern, item)))
    if (options.target !== null) store(context, options.target, found)
    else {
      context.reply.array(found.length)
      for (const item of found) context.reply.bulkOrNull(item)
    }
  }
}

function store(
  context: CommandContext,
  target: ByteString,
  found: readonly (ByteString | undefined)[],
): void {
  const { db, keyspace, reply } = context
  reply.integer(found.length)
  if (found.length === 0) {
    if (!db.delete(target)) return
    db.notify('g', 'del', target)
  } else {
    db.set(target, { kind: 'list', items: new ByteList(found.map((item) => item ?? '')) })
    db.notify('l', 'sortstore', target)
  }
  keyspace.dirty += 1
}

function storeKeys(args: readonly ByteString[]): readonly number[] {
  const at = args.findLastIndex((arg, index) => index > 1 && isWord(arg, 'STORE'))
  return at > 0 && at + 1 < args.length ? [1, at + 1] : [1]
}

/** SORT and SORT_RO. */
export const sortCommands: readonly Command[] = [
  command('sort', -2, 'write denyoom movablekeys @set @sortedset @list @dangerous', sort(true), {
    keys: { first: 1, last: 1, step: 1, find: storeKeys },
  }),
  command('sort_ro', -2, 'readonly movablekeys @set @sortedset @list @dangerous', sort(false), {
    keys: oneKey,
  }),
]
