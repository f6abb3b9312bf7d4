// Unions, intersections and differences of sorted sets. Plain sets take part with scores of 1.

import { CommandError, syntaxError, wrongType } from '../command-error.ts'
import type { ByteString, Entry } from '../value.ts'
import { argument, integer } from './arguments.ts'
import { type Command, command, type KeyPositions, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { replyScored, type Scored, storeScored } from './sorted-set-store.ts'
import { score } from './sorted-sets.ts'

type Operation = 'union' | 'inter' | 'diff'
type Aggregate = 'SUM' | 'MIN' | 'MAX'

/** A set that takes part. */
interface Source {
  readonly size: number
  readonly scoreOf: (member: ByteString) => number | undefined
  readonly entries: () => Iterable<Scored>
  weight: number
}

const nothing: Omit<Source, 'weight'> = { size: 0, scoreOf: () => undefined, entries: () => [] }

function sourceOf(entry: Entry | undefined): Source {
  if (entry === undefined) return { ...nothing, weight: 1 }
  const { value } = entry
  if (value.kind === 'zset') {
    const { members } = value
    return {
      size: members.size,
      scoreOf: (member) => members.score(member),
      entries: () => members,
      weight: 1,
    }
  }
  if (value.kind !== 'set') throw new CommandError(wrongType)
  const { members } = value
  return {
    size: members.size,
    scoreOf: (member) => (members.has(member) ? 1 : undefined),
    entries: () => [...members].map((member) => [member, 1] as const),
    weight: 1,
  }
}

interface Query {
  readonly sources: Source[]
  aggregate: Aggregate
  hasScores: boolean
  /** 0: no limit. */
  limit: number
}

/** How a command of the family reads its options. */
interface Form {
  readonly name: string
  readonly operation: Operation
  readonly kind: 'reply' | 'store' | 'count'
}

/** Reads `numkeys key … [WEIGHTS …] [AGGREGATE …] [WITHSCORES] [LIMIT n]`. */
function readQuery(context: CommandContext, args: readonly ByteString[], form: Form): Query {
  const start = form.kind === 'store' ? 2 : 1
  const count = integer(argument(args, start))
  if (count < 1) throw new CommandError(`ERR at least 1 input key is needed for '${form.name}' command`)
  if (count > args.length - start - 1) throw new CommandError(syntaxError)
  const { db } = context
  const keys = args.slice(start + 1, start + 1 + count)
  const sources = keys.map((key) => sourceOf(form.kind === 'store' ? db.find(key) : db.read(key)))
  const query: Query = { sources, aggregate: 'SUM', hasScores: false, limit: 0 }
  let at = start + 1 + count
  while (at < args.length) at = readOption(query, args, at, form)
  return query
}

/** Reads one option; returns where the next one stands. */
function readOption(query: Query, args: readonly ByteString[], at: number, form: Form): number {
  const word = argument(args, at).toUpperCase()
  const remaining = args.length - at
  const isWeighted = form.operation !== 'diff' && form.kind !== 'count'
  if (isWeighted && word === 'WEIGHTS' && remaining > query.sources.length) {
    for (const [i, source] of query.sources.entries())
      source.weight = score(argument(args, at + 1 + i), 'ERR weight value is not a float')
    return at + 1 + query.sources.length
  }
  if (isWeighted && word === 'AGGREGATE' && remaining >= 2) {
    query.aggregate = aggregateOf(argument(args, at + 1).toUpperCase())
    return at + 2
  }
  if (form.kind === 'reply' && word === 'WITHSCORES') {
    query.hasScores = true
    return at + 1
  }
  if (form.kind === 'count' && word === 'LIMIT' && remaining >= 2) {
    query.limit = integer(argument(args, at + 1), "ERR LIMIT can't be negative")
    if (query.limit < 0) throw new CommandError("ERR LIMIT can't be negative")
    return at + 2
  }
  throw new CommandError(syntaxError)
}

function aggregateOf(word: string): Aggregate {
  if (word === 'SUM' || word === 'MIN' || word === 'MAX') return word
  throw new CommandError(syntaxError)
}

function combined({ sources, aggregate }: Query, operation: Operation): ReadonlyMap<ByteString, number> {
  if (operation === 'diff') return difference(sources)
  // The smallest first, as in Redis: sums of floating point numbers depend on the order.
  const bySize = sources.toSorted((a, b) => a.size - b.size)
  return operation === 'union' ? union(bySize, aggregate) : intersection(bySize, aggregate)
}

function union(sources: readonly Source[], aggregate: Aggregate): ReadonlyMap<ByteString, number> {
  const scores = new Map<ByteString, number>()
  for (const source of sources) {
    for (const [member, value] of source.entries()) {
      const weighted = product(source.weight, value)
      const current = scores.get(member)
      scores.set(member, current === undefined ? weighted : joined(current, weighted, aggregate))
    }
  }
  return scores
}

function intersection(sources: readonly Source[], aggregate: Aggregate): ReadonlyMap<ByteString, number> {
  const scores = new Map<ByteString, number>()
  const [smallest = { ...nothing, weight: 1 }, ...others] = sources
  for (const [member, value] of smallest.entries()) {
    let result: number | undefined = product(smallest.weight, value)
    for (const other of others) {
      const found = other.scoreOf(member)
      if (found === undefined) result = undefined
      if (found === undefined || result === undefined) break
      result = joined(result, other.weight * found, aggregate)
    }
    if (result !== undefined) scores.set(member, result)
  }
  return scores
}

function difference([first, ...others]: readonly Source[]): ReadonlyMap<ByteString, number> {
  const scores = new Map<ByteString, number>()
  for (const [member, value] of first?.entries() ?? []) {
    if (others.every((other) => other.scoreOf(member) === undefined)) scores.set(member, value)
  }
  return scores
}

/** 0 times infinity is 0. */
function product(weight: number, value: number): number {
  const result = weight * value
  return Number.isNaN(result) ? 0 : result
}

function joined(first: number, second: number, aggregate: Aggregate): number {
  if (aggregate === 'MIN') return second < first ? second : first
  if (aggregate === 'MAX') return second > first ? second : first
  // Infinities of different signs add up to 0.
  const sum = first + second
  return Number.isNaN(sum) ? 0 : sum
}

function inOrder(scores: ReadonlyMap<ByteString, number>): readonly Scored[] {
  return [...scores].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x < y ? -1 : 1))
}

function reply(name: string, operation: Operation): Run {
  return (context, args) => {
    const query = readQuery(context, args, { name, operation, kind: 'reply' })
    replyScored(context, inOrder(combined(query, operation)), query.hasScores)
  }
}

function store(name: string, operation: Operation): Run {
  return (context, args) => {
    const query = readQuery(context, args, { name, operation, kind: 'store' })
    storeScored(context, argument(args, 1), [...combined(query, operation)], name)
  }
}

const zintercard: Run = (context, args) => {
  const query = readQuery(context, args, { name: 'zintercard', operation: 'inter', kind: 'count' })
  const { size } = combined(query, 'inter')
  context.reply.integer(query.limit > 0 ? Math.min(query.limit, size) : size)
}

/** Keys behind their number, which stands at an index. */
export function countedKeys(at: number): KeyPositions {
  return (args) => {
    const count = Number(args[at])
    if (!Number.isSafeInteger(count) || count < 1) return []
    return args.slice(at + 1, at + 1 + count).map((_, i) => at + 1 + i)
  }
}

/** The key that is written, and those that are read. */
function storeKeys(args: readonly ByteString[]): readonly number[] {
  const counted = countedKeys(2)
  return [1, ...(typeof counted === 'function' ? counted(args) : [])]
}

const read = 'readonly movablekeys @sortedset'
const write = 'write denyoom movablekeys @sortedset'

/** Commands that join sorted sets. */
export const sortedSetAlgebraCommands: readonly Command[] = [
  command('zunion', -3, read, reply('zunion', 'union'), { keys: countedKeys(1) }),
  command('zinter', -3, read, reply('zinter', 'inter'), { keys: countedKeys(1) }),
  command('zdiff', -3, read, reply('zdiff', 'diff'), { keys: countedKeys(1) }),
  command('zintercard', -3, read, zintercard, { keys: countedKeys(1) }),
  command('zunionstore', -4, write, store('zunionstore', 'union'), {
    keys: { first: 1, last: 1, step: 1, find: storeKeys },
  }),
  command('zinterstore', -4, write, store('zinterstore', 'inter'), {
    keys: { first: 1, last: 1, step: 1, find: storeKeys },
  }),
  command('zdiffstore', -4, write, store('zdiffstore', 'diff'), {
    keys: { first: 1, last: 1, step: 1, find: storeKeys },
  }),
]
