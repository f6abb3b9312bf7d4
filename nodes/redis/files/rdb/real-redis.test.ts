// Snapshots exchanged with a real redis-server: what we write it loads, what it writes we read.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { findProgram } from '../../../../sim/real/testing/programs.ts'
import { ByteSink } from '../bytes/byte-sink.ts'
import { crc64 } from '../bytes/crc64.ts'
import {
  byteStrings,
  entries,
  hash,
  list,
  plain,
  plainEntry,
  set,
  values,
  zset,
} from '../testing/plain-value.ts'
import { fill } from '../testing/all-types.ts'
import { RealRedis } from '../testing/real-redis.ts'
import { writeZiplist } from '../testing/ziplist-writer.ts'
import { type ByteString, stringValue, type Value } from '../../value.ts'
import { dumpValue, restoreValue } from './dump.ts'
import { valueType } from './opcodes.ts'
import { RdbReader, type RdbRecord } from './reader.ts'
import { writeBlob } from './strings.ts'
import { RdbWriter, type SavedEntry } from './writer.ts'

const program = findProgram('redis-server')
const checker = findProgram('redis-check-rdb', 'redis-server')
const run = promisify(execFile)

describe.skipIf(program === null)('a real redis-server', () => {
  let folder = ''
  let server: RealRedis

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'redis-files-'))
    server = await RealRedis.start(program ?? '', folder)
  })

  afterAll(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  test('restores what we dump, and what it dumps then restores here to the same', async () => {
    await fc.assert(
      fc.asyncProperty(values, fc.boolean(), async (value, isCompressing) => {
        expect(await server.call('RESTORE', 'key', 0, dumpValue(value, isCompressing), 'REPLACE')).toBe('OK')
        const dumped = await server.call('DUMP', 'key')
        expect(plain(restoreValue(String(dumped)))).toEqual(plain(value))
      }),
      { numRuns: 300 },
    )
  })

  test('dumps the same bytes as we do, where nothing is compressed', async () => {
    const numbers = Array.from({ length: 130 }, (_, place) => String(place * place * 400))
    const cases: Value[] = [
      ...['', 'text', '12', '-129', '40000', '2147483648', '007', '\xff\x00'].map((text) =>
        stringValue(text),
      ),
      list(['a', '1', '-4097', '70000', '9223372036854775807']),
      set(['3', '-1', '70000']),
      set(['only']),
      hash([
        ['field', 'value'],
        ['n', '65'],
      ]),
      zset([
        ['a', 1],
        ['b', 2.5],
        ['c', -Infinity],
        ['d', 1e-7],
        ['e', 1e22],
        ['f', 0.1],
        ['g', -0],
        ['h', 2 ** 53],
      ]),
      zset(numbers.map((number, place) => [number, place / 3])),
    ]
    await server.call('CONFIG', 'SET', 'rdbcompression', 'no')
    for (const value of cases) {
      await server.call('RESTORE', 'key', 0, dumpValue(value), 'REPLACE')
      expect(await server.call('DUMP', 'key')).toBe(dumpValue(value, false))
    }
    await server.call('CONFIG', 'SET', 'rdbcompression', 'yes')
  })

  test('and we read ziplists as it does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(byteStrings, { minLength: 1 }), async (elements) => {
        const asList = payload(valueType.listZiplist, writeZiplist(elements))
        const asHash = payload(valueType.hashZiplist, writeZiplist(elements.flatMap((each) => [each, each])))
        for (const given of [asList, asHash]) {
          expect(await server.call('RESTORE', 'key', 0, given, 'REPLACE')).toBe('OK')
          const told = String(await server.call('DUMP', 'key'))
          expect(plain(restoreValue(given))).toEqual(plain(restoreValue(told)))
        }
      }),
      { numRuns: 50 },
    )
  })

  test('wrote a snapshot with everything in it that we read', async () => {
    await server.call('FLUSHALL')
    await fill(server)
    await server.call('SAVE')
    const records = readFileOf(await readFile(join(folder, 'dump.rdb')))
    const keys = records.filter((record) => record.kind === 'key')
    expect(keys.length).toBe((await count(server, 0)) + (await count(server, 3)))
    for (const { database, key, ...entry } of keys) {
      await server.call('SELECT', database)
      const dumped = restoreValue(String(await server.call('DUMP', key)))
      expect([key, plain(entry.value)]).toEqual([key, plain(dumped)])
      const expiry = await server.call('PEXPIRETIME', key)
      expect(entry.expiresAt ?? -1).toBe(expiry)
    }
    expect(records.filter((record) => record.kind === 'function')).toHaveLength(1)
    await server.call('SELECT', 0)
  })

  test.skipIf(checker === null)(
    'loads a snapshot that we wrote, after its checker has accepted it',
    async () => {
      const all = fc.sample(entries, { numRuns: 30, seed: 7 }).flatMap((keys) => [...keys])
      // What has expired is not loaded.
      const far = (entry: SavedEntry): SavedEntry => ({
        ...entry,
        expiresAt: entry.expiresAt === null ? null : 4e12 + entry.expiresAt,
      })
      const keys = new Map(all.map(([key, entry]) => [key, far(entry)]))
      const other = await mkdtemp(join(tmpdir(), 'redis-files-'))
      await writeFile(join(other, 'dump.rdb'), fileOf(keys))
      const { stdout } = await run(checker ?? '', [join(other, 'dump.rdb')])
      expect(stdout).toContain('RDB looks OK!')
      expect(stdout).toContain(`${keys.size} keys read`)
      const loaded = await RealRedis.start(program ?? '', other)
      try {
        expect(await count(loaded, 0)).toBe(keys.size)
        for (const [key, entry] of keys) {
          const value = restoreValue(String(await loaded.call('DUMP', key)))
          const expiry = Number(await loaded.call('PEXPIRETIME', key))
          expect(plainEntry({ value, expiresAt: expiry < 0 ? null : expiry })).toEqual(plainEntry(entry))
        }
      } finally {
        await loaded.stop()
        await rm(other, { recursive: true })
      }
    },
  )
})

function payload(type: number, blob: Buffer): ByteString {
  const sink = new ByteSink()
  sink.byte(type)
  writeBlob(sink, blob, true)
  sink.uint16(9)
  sink.bytes(crc64(sink.view()))
  return sink.take().toString('latin1')
}

async function count(server: RealRedis, database: number): Promise<number> {
  await server.call('SELECT', database)
  return Number(await server.call('DBSIZE'))
}

function fileOf(keys: ReadonlyMap<ByteString, SavedEntry>): Buffer {
  const writer = new RdbWriter()
  writer.aux('redis-ver', '7.0.15')
  writer.database(0, keys.size, [...keys.values()].filter(({ expiresAt }) => expiresAt !== null).length)
  for (const [key, entry] of keys) writer.key(key, entry)
  writer.end()
  return writer.take()
}

function readFileOf(file: Buffer): RdbRecord[] {
  const reader = new RdbReader()
  return [...reader.push(file.subarray(0, 1000)), ...reader.push(file.subarray(1000)), ...reader.finish()]
}
