// Key specifications: where a command's keys stand and what it does with each.

import type { Command } from './command.ts'
import { keyIndexes } from './command.ts'
import { commandTips, keyPlaces } from './key-places.ts'
import type { ByteString } from '../value.ts'

/** One place of keys. */
export interface KeySpecification {
  readonly flags: readonly string[]
  readonly begin:
    | { readonly kind: 'index'; readonly index: number }
    | { readonly kind: 'keyword'; readonly keyword: string; readonly from: number }
    | { readonly kind: 'unknown' }
  readonly find:
    | { readonly kind: 'range'; readonly last: number; readonly step: number; readonly limit: number }
    | { readonly kind: 'keynum'; readonly index: number; readonly first: number; readonly step: number }
    | { readonly kind: 'unknown' }
}

/** A key among a command's arguments. */
export interface KeyUse {
  readonly index: number
  readonly flags: readonly string[]
}

const byCommand: ReadonlyMap<string, readonly KeySpecification[]> = new Map(
  keyPlaces.flatMap(([places, names]) =>
    names.split(' ').map((name) => [name, places.split('; ').map(parsed)] as const),
  ),
)
const tips: ReadonlyMap<string, readonly string[]> = new Map(
  commandTips.flatMap(([words, names]) => names.split(' ').map((name) => [name, words.split(' ')] as const)),
)

/** The places of a command's keys. */
export function keySpecifications(name: string): readonly KeySpecification[] {
  return byCommand.get(name) ?? []
}

/** The tips of a command. */
export function tipsOf(name: string): readonly string[] {
  return tips.get(name) ?? []
}

function parsed(text: string): KeySpecification {
  const [flags = '', begin = '', find = ''] = text.split(' ')
  return { flags: flags.split(','), begin: beginOf(begin), find: findOf(find) }
}

function beginOf(text: string): KeySpecification['begin'] {
  if (text === '?') return { kind: 'unknown' }
  const [keyword = '', from] = text.split('@')
  return from === undefined
    ? { kind: 'index', index: Number(keyword) }
    : { kind: 'keyword', keyword, from: Number(from) }
}

function findOf(text: string): KeySpecification['find'] {
  if (text === '?') return { kind: 'unknown' }
  const [first = 0, second = 0, third = 0] = text.replace('#', '').split('/').map(Number)
  return text.startsWith('#')
    ? { kind: 'keynum', index: first, first: second, step: third }
    : { kind: 'range', last: first, step: second, limit: third }
}

/** The keys of a call, each with what the call does with it. */
export function keyUses(command: Command, args: readonly ByteString[]): readonly KeyUse[] {
  const special = specialUses(command.name, args)
  const specifications = keySpecifications(command.name)
  const isComplete = specifications.every(
    ({ begin, find, flags }) =>
      begin.kind !== 'unknown' && find.kind !== 'unknown' && !flags.includes('incomplete'),
  )
  if (special === null && isComplete && specifications.length > 0)
    return specifications.flatMap((each) =>
      each.flags.includes('not_key')
        ? []
        : indexesOf(each, args).map((index) => ({ index, flags: each.flags })),
    )
  return keyIndexes(command, args).map((index) => ({
    index,
    flags: special?.(index) ?? ['RW', 'access', 'update'],
  }))
}

/** What only the arguments tell: whether SET and BITFIELD read or write, which keys SORT stores to. */
function specialUses(
  name: string,
  args: readonly ByteString[],
): ((index: number) => readonly string[]) | null {
  const words = args.map((arg) => arg.toUpperCase())
  switch (name) {
    case 'set':
      return () => (words.slice(3).includes('GET') ? ['RW', 'access', 'update'] : ['OW', 'update'])
    case 'bitfield': {
      const isRead = !words.slice(2).some((word) => word === 'SET' || word === 'INCRBY')
      return () => (isRead ? ['RO', 'access'] : ['RW', 'access', 'update'])
    }
    case 'sort':
    case 'georadius':
    case 'georadiusbymember':
      return (index) => (index === 1 ? ['RO', 'access'] : ['OW', 'update'])
    case 'migrate':
      return () => ['RW', 'access', 'delete']
    default:
      return null
  }
}

function indexesOf({ begin, find }: KeySpecification, args: readonly ByteString[]): readonly number[] {
  const start = startOf(begin, args)
  if (start === null || find.kind === 'unknown') return []
  const { step } = find
  let [first, last] = [start, start]
  if (find.kind === 'keynum') {
    const count = Number(args[start + find.index])
    if (!Number.isInteger(count) || count < 0) return []
    first = start + find.first
    last = first + count * step - 1
  } else if (find.last >= 0) last = start + find.last
  else if (find.limit <= 1) last = args.length + find.last
  else last = start + Math.floor((args.length - start) / find.limit) + find.last
  const indexes: number[] = []
  for (let index = first; index <= last && index < args.length; index += step) indexes.push(index)
  return indexes
}

function startOf(begin: KeySpecification['begin'], args: readonly ByteString[]): number | null {
  switch (begin.kind) {
    case 'unknown':
      return null
    case 'index':
      return begin.index
    case 'keyword': {
      const at = args.findIndex((arg, index) => index >= begin.from && arg.toUpperCase() === begin.keyword)
      return at < 0 ? null : at + 1
    }
  }
}
