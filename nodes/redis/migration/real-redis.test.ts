// MIGRATE between ours and a real redis-server, both ways, and to targets that answer all kinds of things: the same bytes
// sent, the same replies, the same keys left.

import type { Buffer } from 'node:buffer'
import { createServer } from 'node:net'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasRealRedis, type Pair, startPair } from '../testing/differential.ts'
import { type RealRedis, startRealRedis } from '../testing/real-redis.ts'
import { shown, Wire } from '../testing/wire.ts'

const numbers = Array.from({ length: 400 }, (_, at) => String(at))
const values: readonly (readonly string[])[] = [
  ['SET', 'text', 'a\r\n\u0000\u00ff'],
  ['SET', 'long', 'abcdefgh'.repeat(40_000)],
  ['SET', 'volatile', 'v', 'EX', '1000'],
  ['RPUSH', 'list', 'a', '1', 'b'.repeat(300)],
  ['RPUSH', 'long list', ...numbers.map((text) => `item ${text.repeat(20)}`)],
  ['SADD', 'numbers', ...numbers],
  ['HSET', 'hash', 'f', 'v', 'g', '2'],
  ['ZADD', 'sorted', '1.5', 'a', '-inf', 'b', '2', 'c'],
  ['XADD', 'stream', '1-1', 'f', 'v'],
  ['XADD', 'stream', '2-1', 'f', 'w'],
  ['XGROUP', 'CREATE', 'stream', 'g', '0'],
  ['XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '1', 'STREAMS', 'stream', '>'],
  ['PFADD', 'logs', 'a', 'b', 'c'],
]
const keys = [
  ...new Set(values.map(([name, key]) => (/^XG|^XR/.test(name ?? '') ? 'stream' : key))),
] as string[]

describe.skipIf(!hasRealRedis)('MIGRATE', () => {
  let pair: Pair
  let real: Wire
  let ours: Wire
  beforeAll(async () => {
    pair = await startPair(2)
    real = pair.real
    ours = pair.ours
  })
  afterAll(() => pair.stop())

  test('moves keys from ours to a real server and back, with what they hold and when they expire', async () => {
    for (const wire of [real, ours]) await wire.ask('FLUSHALL')
    await ours.askAll(values)
    const dumps = (wire: Wire): Promise<readonly string[]> =>
      all(
        wire,
        keys.map((key) => ['DUMP', key]),
      )
    const before = await dumps(ours)
    const moved = ['127.0.0.1', String(pair.ports.real), '', '0', '5000', 'KEYS', ...keys]
    expect(shown(await ours.ask('MIGRATE', ...moved))).toBe('+OK')
    expect(await all(ours, [['DBSIZE']])).toEqual([':0'])
    expect(await dumps(real)).toEqual(before)
    expect(Number(shown(await real.ask('TTL', 'volatile')).slice(1))).toBeGreaterThan(990)
    expect(await all(real, [['TTL', 'text'], ['DBSIZE']])).toEqual([':-1', `:${keys.length}`])
    const back = ['127.0.0.1', String(pair.ports.ours), '', '0', '5000', 'KEYS', ...keys]
    expect(shown(await real.ask('MIGRATE', ...back))).toBe('+OK')
    expect(await all(real, [['DBSIZE']])).toEqual([':0'])
    expect(await dumps(ours)).toEqual(before)
  })

  test.each([
    ['refuses as a real one', []],
    ['COPY and REPLACE as a real one', ['COPY', 'REPLACE']],
  ])('%s', async (_, words) => {
    const target = await startRealRedis()
    const to = ['MIGRATE', '127.0.0.1', String(target.port)]
    const asked: readonly (readonly string[])[] = [
      ['FLUSHALL'],
      ['MSET', 'a', '1', 'b', '2', 'c', '3', 'd', '4'],
      [...to, 'a', '0', '1000', ...words],
      [...to, 'a', '0', '1000', ...words],
      ['SET', 'a', 'again'],
      [...to, '', '0', '1000', ...words, 'KEYS', 'a', 'b', 'none', 'c'],
      [...to, 'b', '99', '1000', ...words],
      [...to, 'd', '0', '1000', ...words, 'AUTH', 'wrong'],
      [...to, 'd', '0', '1000', ...words, 'AUTH2', 'nobody', 'wrong'],
      [...to, 'd', '3', '0', ...words],
      ['EXISTS', 'a', 'b', 'c', 'd'],
      ['MIGRATE', '127.0.0.1', '1', 'a', '0', '100'],
      ['MIGRATE', 'nobody.invalid', '6379', 'a', '0', '100'],
      ['MIGRATE', '127.0.0.1', '1', 'none', '0', '100'],
      ['MIGRATE', '127.0.0.1', '1', '', '0', '100', 'KEYS'],
      ['MIGRATE', '127.0.0.1', '1', 'none', 'x', '100'],
      ['MIGRATE', '127.0.0.1', '1', 'none', '0', 'x'],
      ['MIGRATE', '127.0.0.1', '1', 'a', '0', '1', 'AUTH'],
      ['MIGRATE', '127.0.0.1', '1', 'a', '0', '1', 'AUTH2', 'x'],
      ['MIGRATE', '127.0.0.1', '1', 'a', '0', '1', 'KEYS', 'a'],
      ['MIGRATE', '127.0.0.1', '1', 'a', '0', '1', 'x'],
    ]
    const told: (readonly string[])[] = []
    for (const wire of [real, ours]) {
      told.push(await all(wire, asked))
      await emptied(target)
    }
    expect(told[1]).toEqual(told[0])
    expect(told[1]?.slice(2, 4)).toEqual(words.length > 0 ? ['+OK', '+OK'] : ['+OK', '+NOKEY'])
    await target.stop()
  })

  test.each([
    ['+OK\r\n+OK\r\n', ['k', '0', '300']],
    ['+A\r\n+B\r\n+C\r\n', ['k', '3', '300', 'COPY', 'REPLACE', 'AUTH2', 'u', 'p']],
    ['+A\r\n-E1\r\n+C\r\n-E2\r\n', ['', '3', '300', 'AUTH', 'p', 'KEYS', 'k', 'l']],
    ['+A\r\n+B\r\n-E3\r\n+D\r\n', ['', '3', '300', 'AUTH', 'p', 'KEYS', 'k', 'l']],
    ['+A\r\n+B\r\n', ['', '0', '300', 'KEYS', 'k', 'l']],
    ['+A\r\n', ['k', '0', '300']],
    [null, ['k', '0', '300']],
  ])('to one who answers %j sends the same bytes and replies the same', async (answer, words) => {
    const told: unknown[] = []
    for (const wire of [real, ours]) {
      const target = await fakeTarget(answer)
      await wire.askAll([['FLUSHALL'], ['MSET', 'k', 'v', 'l', 'w']])
      const call = ['MIGRATE', '127.0.0.1', String(target.port), ...words]
      told.push(await all(wire, [call, ['EXISTS', 'k'], ['EXISTS', 'l']]), target.heard())
      target.stop()
    }
    expect(told.slice(2)).toEqual(told.slice(0, 2))
  })

  test('a connection is used again, until its target has closed it: then another is tried', async () => {
    const told: unknown[] = []
    for (const wire of [real, ours]) {
      const target = await fakeTarget('+A\r\n+B\r\n', '+C\r\n')
      await wire.askAll([['FLUSHALL'], ['MSET', 'k', 'v', 'l', 'w', 'm', 'x']])
      const move = (key: string): readonly string[] => [
        'MIGRATE',
        '127.0.0.1',
        String(target.port),
        key,
        '0',
        '300',
        'COPY',
      ]
      told.push(await all(wire, ['k', 'l', 'm'].map(move)), target.heard())
      target.stop()
    }
    expect(told.slice(2)).toEqual(told.slice(0, 2))
    expect(told[3]).toHaveLength(2)
  })

  test('caches and subscribers hear of what has moved', async () => {
    const target = await startRealRedis()
    const told: unknown[] = []
    for (const wire of [real, ours]) {
      await wire.askAll([
        ['FLUSHALL'],
        ['HELLO', '3'],
        ['CONFIG', 'SET', 'notify-keyspace-events', 'Kg'],
        ['MSET', 'k', 'v', 'l', 'w'],
        ['CLIENT', 'TRACKING', 'ON'],
        ['MGET', 'k', 'l'],
        ['SUBSCRIBE', '__keyspace@0__:k'],
      ])
      wire.send(['MIGRATE', '127.0.0.1', String(target.port), '', '0', '1000', 'REPLACE', 'KEYS', 'k', 'l'])
      const heard = [await wire.next(), await wire.next(), await wire.next(), await wire.next()]
      told.push(heard.map(shown).sort())
      await wire.askAll([['CLIENT', 'TRACKING', 'OFF'], ['UNSUBSCRIBE'], ['HELLO', '2']])
    }
    expect(told[1]).toEqual(told[0])
    await target.stop()
  })
})

async function all(wire: Wire, commands: readonly (readonly string[])[]): Promise<readonly string[]> {
  return (await wire.askAll(commands)).map(shown)
}

async function emptied({ port }: RealRedis): Promise<void> {
  const wire = await Wire.open(port)
  await wire.ask('FLUSHALL')
  wire.close()
}

/** Somebody who answers everything with a text (null: with its end), or once with this text, once with the last one, and then ends. */
async function fakeTarget(
  answer: string | null,
  last: string | null = null,
): Promise<{ readonly port: number; heard: () => readonly string[]; stop: () => void }> {
  const heard: string[] = []
  const server = createServer((socket) => {
    const place = heard.push('') - 1
    let times = 0
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      heard[place] += bytes.toString('latin1')
      times += 1
      if (answer === null) socket.end()
      else if (times === 2 && last !== null) socket.end(last)
      else socket.write(answer)
    })
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : 0)
    })
  })
  return { port, heard: () => heard, stop: () => void server.close() }
}
