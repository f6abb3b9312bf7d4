// Values of RDB files, in every encoding that Redis up to 7.2 writes.

import type { ByteSource } from '../bytes/byte-source.ts'
import { readIntset } from '../packed/intset.ts'
import { readListpack } from '../packed/listpack.ts'
import { readZiplist } from '../packed/ziplist.ts'
import { readZipmap } from '../packed/zipmap.ts'
import type { ByteString, Value } from '../../value.ts'
import { valueType } from './opcodes.ts'
import { readStream } from './read-stream.ts'
import { parseScore, readTextScore } from './scores.ts'
import { readInside, readLength, readString } from './strings.ts'
import type { Structures } from './structures.ts'

/** Reads a value of a type. Throws a RedisFileError; types of modules, and what no type is, are refused. */
export function readValue(source: ByteSource, type: number, structures: Structures): Value {
  const place = source.place
  switch (type) {
    case valueType.string:
      return { kind: 'string', bytes: readString(source) }
    case valueType.list:
      return { kind: 'list', items: readStrings(source, readLength(source)) }
    case valueType.listZiplist:
      return { kind: 'list', items: readInside(source, readZiplist) }
    case valueType.listQuicklist:
      return { kind: 'list', items: readNodes(source, false) }
    case valueType.listQuicklist2:
      return { kind: 'list', items: readNodes(source, true) }
    case valueType.set:
      return setOf(source, readStrings(source, readLength(source)))
    case valueType.setIntset:
      return setOf(source, readInside(source, readIntset))
    case valueType.setListpack:
      return setOf(source, readInside(source, readListpack))
    case valueType.hash:
      return hashOf(source, readStrings(source, readLength(source) * 2))
    case valueType.hashZipmap:
      return hashOf(source, readInside(source, readZipmap))
    case valueType.hashZiplist:
      return hashOf(source, readInside(source, readZiplist))
    case valueType.hashListpack:
      return hashOf(source, readInside(source, readListpack))
    case valueType.zset:
      return readZset(source, structures, readTextScore)
    case valueType.zset2:
      return readZset(source, structures, (source) => source.float64())
    case valueType.zsetZiplist:
      return packedZset(source, structures, readInside(source, readZiplist))
    case valueType.zsetListpack:
      return packedZset(source, structures, readInside(source, readListpack))
    case valueType.stream:
      return { kind: 'stream', entries: readStream(source, structures.stream(), 1) }
    case valueType.stream2:
      return { kind: 'stream', entries: readStream(source, structures.stream(), 2) }
    case valueType.stream3:
      return { kind: 'stream', entries: readStream(source, structures.stream(), 3) }
    case valueType.module:
    case valueType.module2:
      throw source.wrong('a value of a module', 'a type of Redis itself', place)
    default:
      throw source.wrong(`the type ${type}`, 'a type of values', place)
  }
}

/** Whether a type's values hold nothing; Redis drops such keys when it loads them. */
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

function setOf(source: ByteSource, strings: readonly ByteString[]): Value {
  const members = new Set(strings)
  if (members.size !== strings.length) throw source.wrong('a member of a set twice', 'each once')
  return { kind: 'set', members }
}

function hashOf(source: ByteSource, strings: readonly ByteString[]): Value {
  if (strings.length % 2 !== 0) throw source.wrong('a field without value', 'pairs')
  const fields = new Map<ByteString, ByteString>()
  for (let place = 0; place < strings.length; place += 2)
    fields.set(strings[place] ?? '', strings[place + 1] ?? '')
  if (fields.size * 2 !== strings.length) throw source.wrong('a field of a hash twice', 'each once')
  return { kind: 'hash', fields }
}

function readZset(
  source: ByteSource,
  structures: Structures,
  readScore: (source: ByteSource) => number,
): Value {
  const count = readLength(source)
  const members = structures.sortedSet()
  for (let place = 0; place < count; place++) {
    const member = readString(source)
    const score = readScore(source)
    if (Number.isNaN(score)) throw source.wrong('a score that is no number', 'a score')
    members.set(member, score)
  }
  if (members.size !== count) throw source.wrong('a member of a sorted set twice', 'each once')
  return { kind: 'zset', members }
}

function packedZset(source: ByteSource, structures: Structures, strings: readonly ByteString[]): Value {
  const members = structures.sortedSet()
  for (let place = 0; place < strings.length; place += 2) {
    const score = parseScore(strings[place + 1] ?? '')
    if (score === null) throw source.wrong('no score', 'members and scores')
    members.set(strings[place] ?? '', score)
  }
  if (members.size * 2 !== strings.length) throw source.wrong('a member of a sorted set twice', 'each once')
  return { kind: 'zset', members }
}
