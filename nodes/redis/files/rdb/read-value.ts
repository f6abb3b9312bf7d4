// Values of RDB files, in every encoding that Redis up to 7.2 writes.

import type { ByteSource } from '../bytes/byte-source.ts'
import { readIntset } from '../packed/intset.ts'
import { readListpack } from '../packed/listpack.ts'
import { readZiplist } from '../packed/ziplist.ts'
import { readZipmap } from '../packed/zipmap.ts'
import { ByteList } from '../../structures/byte-list.ts'
import { IndexedMap, IndexedSet } from '../../structures/indexed-map.ts'
import { sortedSet } from '../../structures/sorted-set.ts'
import { type ByteString, stringValue, type Value } from '../../value.ts'
import { type EncodingLimits, isIntset, isListpack } from './encodings.ts'
import { valueType } from './opcodes.ts'
import { readStream } from './read-stream.ts'
import { parseScore, readTextScore } from './scores.ts'
import { readInside, readLength, readString } from './strings.ts'

type Scored = readonly (readonly [member: ByteString, score: number])[]

/** Reads a value of a type. Throws a RedisFileError; types of modules, and what no type is, are refused. */
export function readValue(source: ByteSource, type: number, limits: EncodingLimits): Value {
  const place = source.place
  switch (type) {
    case valueType.string:
      return stringValue(readString(source))
    case valueType.list:
      return listOf(readStrings(source, readLength(source)))
    case valueType.listZiplist:
      return listOf(readInside(source, readZiplist))
    case valueType.listQuicklist:
      return listOf(readNodes(source, false))
    case valueType.listQuicklist2:
      return listOf(readNodes(source, true))
    case valueType.set:
      return setOf(source, readStrings(source, readLength(source)), limits)
    case valueType.setIntset:
      return setOf(source, readInside(source, readIntset), limits)
    case valueType.setListpack:
      return setOf(source, readInside(source, readListpack), limits)
    case valueType.hash:
      return hashOf(source, readStrings(source, readLength(source) * 2), limits)
    case valueType.hashZipmap:
      return hashOf(source, readInside(source, readZipmap), limits)
    case valueType.hashZiplist:
      return hashOf(source, readInside(source, readZiplist), limits)
    case valueType.hashListpack:
      return hashOf(source, readInside(source, readListpack), limits)
    case valueType.zset:
      return zsetOf(source, readScored(source, readTextScore), limits)
    case valueType.zset2:
      return zsetOf(source, readScored(source, readBinaryScore), limits)
    case valueType.zsetZiplist:
      return zsetOf(source, scored(source, readInside(source, readZiplist)), limits)
    case valueType.zsetListpack:
      return zsetOf(source, scored(source, readInside(source, readListpack)), limits)
    case valueType.stream:
      return { kind: 'stream', entries: readStream(source, 1) }
    case valueType.stream2:
      return { kind: 'stream', entries: readStream(source, 2) }
    case valueType.stream3:
      return { kind: 'stream', entries: readStream(source, 3) }
    case valueType.module:
    case valueType.module2:
      throw source.wrong('a value of a module', 'a type of Redis itself', place)
    default:
      throw source.wrong(`the type ${type}`, 'a type of values', place)
  }
}

/** Whether a value holds nothing; Redis drops such keys when it loads them. */
export function isEmpty(value: Value): boolean {
  switch (value.kind) {
    case 'list':
      return value.items.length === 0
    case 'set':
      return value.members.size === 0
    case 'hash':
      return value.fields.size === 0
    case 'zset':
      return value.members.size === 0
    case 'string':
    case 'stream':
      return false
  }
}

/** Gives a collection the encoding of the type under which it was written. */
export function keepEncoding(value: Value, type: number): void {
  if (value.kind === 'set') value.encoding = type === valueType.set ? 'hashtable' : 'intset'
  else if (value.kind === 'hash') value.encoding = type === valueType.hash ? 'hashtable' : 'listpack'
  else if (value.kind === 'zset') value.encoding = type === valueType.zset2 ? 'skiplist' : 'listpack'
}

function readStrings(source: ByteSource, count: number): ByteString[] {
  const strings: ByteString[] = []
  for (let place = 0; place < count; place++) strings.push(readString(source))
  return strings
}

// A quicklist: nodes that are ziplists; in its second form listpacks, or single elements that are too large for one.
function readNodes(source: ByteSource, isSecondForm: boolean): ByteString[] {
  const items: ByteString[] = []
  for (let nodes = readLength(source); nodes > 0; nodes--) {
    const place = source.place
    const container = isSecondForm ? readLength(source) : 2
    if (container === 1) items.push(readString(source))
    else if (container === 2)
      for (const item of readInside(source, isSecondForm ? readListpack : readZiplist)) items.push(item)
    else throw source.wrong(`a list node of kind ${container}`, '1 or 2', place)
  }
  return items
}

function readScored(source: ByteSource, readScore: (source: ByteSource) => number): Scored {
  const members: (readonly [ByteString, number])[] = []
  for (let left = readLength(source); left > 0; left--) members.push([readString(source), readScore(source)])
  return members
}

function readBinaryScore(source: ByteSource): number {
  const score = source.float64()
  if (Number.isNaN(score)) throw source.wrong('a score that is no number', 'a score')
  return score
}

function scored(source: ByteSource, strings: readonly ByteString[]): Scored {
  const members: (readonly [ByteString, number])[] = []
  for (let place = 0; place < strings.length; place += 2) {
    const score = parseScore(strings[place + 1] ?? '')
    if (score === null) throw source.wrong('no score', 'members and scores')
    members.push([strings[place] ?? '', score])
  }
  return members
}

function listOf(items: readonly ByteString[]): Value {
  return { kind: 'list', items: new ByteList(items) }
}

function setOf(source: ByteSource, strings: readonly ByteString[], limits: EncodingLimits): Value {
  const members = new IndexedSet(strings)
  if (members.size !== strings.length) throw source.wrong('a member of a set twice', 'each once')
  return { kind: 'set', members, encoding: isIntset(strings, limits) ? 'intset' : 'hashtable' }
}

function hashOf(source: ByteSource, strings: readonly ByteString[], limits: EncodingLimits): Value {
  if (strings.length % 2 !== 0) throw source.wrong('a field without value', 'pairs')
  const fields = new IndexedMap<ByteString>()
  for (let place = 0; place < strings.length; place += 2)
    fields.set(strings[place] ?? '', strings[place + 1] ?? '')
  if (fields.size * 2 !== strings.length) throw source.wrong('a field of a hash twice', 'each once')
  const { hashListpackEntries, hashListpackValue } = limits
  const isSmall = isListpack(fields.size, strings, hashListpackEntries, hashListpackValue)
  return { kind: 'hash', fields, encoding: isSmall ? 'listpack' : 'hashtable' }
}

function zsetOf(source: ByteSource, rows: Scored, limits: EncodingLimits): Value {
  const members = sortedSet()
  for (const [member, score] of rows) members.set(member, score)
  if (members.size !== rows.length) throw source.wrong('a member of a sorted set twice', 'each once')
  const names = rows.map(([member]) => member)
  const isSmall = isListpack(rows.length, names, limits.zsetListpackEntries, limits.zsetListpackValue)
  return { kind: 'zset', members, encoding: isSmall ? 'listpack' : 'skiplist' }
}
