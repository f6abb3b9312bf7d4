// Whatever bytes come over a connection, the server answers in its protocol or ends the connection, soon, and serves others.

import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { commandTable } from './commands/index.ts'
import { ReplyDecoder } from './resp/reply-decoder.ts'
import { encodeCommand } from './resp/request-encoder.ts'
import { startOurRedis } from './testing/our-redis.ts'
import { shown, Wire } from './testing/wire.ts'
import { exchange } from '../../sim/real/testing/exchange.ts'
import type { Served } from '../../sim/real/testing/served.ts'

/** What would end the server, or change it for those who come after. */
const spared = new Set([
  'shutdown',
  'replicaof',
  'slaveof',
  'config',
  'acl',
  'client',
  'debug',
  'psync',
  'sync',
])
let server: Served
beforeAll(async () => {
  server = await startOurRedis()
})
afterAll(async () => {
  await server.stop()
})

/** Whether bytes are replies, the last of them perhaps cut off. */
function areReplies(bytes: Buffer): boolean {
  const decoder = new ReplyDecoder()
  decoder.push(bytes)
  while (decoder.next() !== null);
  return true
}

async function stillServes(): Promise<void> {
  const wire = await Wire.open(server.port)
  const [ping, clients] = await wire.askAll([['PING'], ['INFO', 'clients']])
  wire.close()
  expect(shown(ping)).toBe('+PONG')
  // Those of the last run may not be gone yet.
  expect(Number(/connected_clients:([0-9]+)/.exec(shown(clients))?.[1])).toBeLessThan(5)
}

/** Bytes in pieces, as the numbers say where to cut. */
function cut(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}

const cuts = fc.array(fc.nat(10_000), { maxLength: 4 })
const argument = fc.oneof(
  fc.constantFrom(
    'key',
    'other',
    'x',
    '0',
    '-1',
    '1',
    '10',
    '*',
    '[a',
    '(1',
    '+inf',
    'nan',
    '',
    '$',
    '>',
    '1-1',
  ),
  fc.constantFrom(
    'COUNT',
    'LIMIT',
    'WITHSCORES',
    'STREAMS',
    'GROUP',
    'EX',
    'GET',
    'BY',
    'MATCH',
    'ALPHA',
    'STORE',
  ),
  fc.integer().map(String),
  fc.double().map(String),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
)
const names = [...commandTable()].flatMap(([name, { subcommands }]) =>
  spared.has(name) ? [] : [[name], ...[...(subcommands?.keys() ?? [])].map((second) => [name, second])],
)
const command = fc
  .tuple(fc.constantFrom(...names), fc.array(argument, { maxLength: 7 }))
  .map(([name, args]) => encodeCommand([...name, ...args]))
const pipeline = fc
  .array(command, { minLength: 1, maxLength: 12 })
  .map((commands) => Buffer.from(commands.join(''), 'latin1'))

interface Mutation {
  readonly at: number
  readonly remove: number
  readonly insert: Uint8Array
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(10_000),
  remove: fc.nat(3),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 3 }),
    fc.constantFrom('\r\n', '*', '$', '-1', '999999999', '4294967296', '"').map((text) => Buffer.from(text)),
  ),
})

function mutated(bytes: Buffer, mutations: readonly Mutation[]): Buffer {
  let all = bytes
  for (const { at, remove, insert } of mutations) {
    const place = at % (all.length + 1)
    all = Buffer.concat([all.subarray(0, place), insert, all.subarray(place + remove)])
  }
  return all
}

/** Whatever of this is sent is answered in the protocol, up to a clean end. */
async function answers(bytes: fc.Arbitrary<Buffer>, numRuns: number): Promise<boolean> {
  await fc.assert(
    fc.asyncProperty(bytes, cuts, async (all, places) =>
      areReplies(await exchange(server.port, cut(all, places))),
    ),
    { numRuns },
  )
  await stillServes()
  return true
}

test('random bytes', async () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each))
  expect(await answers(bytes, 150)).toBe(true)
}, 60_000)

test('commands of all kinds with arguments of all kinds', async () => {
  expect(await answers(pipeline, 400)).toBe(true)
}, 60_000)

test('commands with bytes changed', async () => {
  const changes = fc.array(mutation, { minLength: 1, maxLength: 4 })
  const changed = fc.tuple(pipeline, changes).map(([all, some]) => mutated(all, some))
  expect(await answers(changed, 250)).toBe(true)
}, 60_000)

test('a request that grows without end is cut off before memory is', async () => {
  const before = process.memoryUsage().rss
  // Many arguments announced, each as large as may be, none of them complete.
  const sent = await exchange(server.port, [
    Buffer.from(`*1000000\r\n$3\r\nSET\r\n$535822336\r\n${'x'.repeat(1_000_000)}`),
  ])
  expect(sent.length).toBe(0)
  expect(await exchange(server.port, [Buffer.from('*1\r\n$535822337\r\n')])).toEqual(
    Buffer.from('-ERR Protocol error: invalid bulk length\r\n'),
  )
  expect(await exchange(server.port, [Buffer.from('x'.repeat(70_000))])).toEqual(
    Buffer.from('-ERR Protocol error: too big inline request\r\n'),
  )
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
  await stillServes()
})

test('fifty clients that send sixteen commands at a time get their own answers', async () => {
  const wires = await Promise.all(Array.from({ length: 50 }, () => Wire.open(server.port)))
  await Promise.all(
    wires.map(async (wire, client) => {
      for (let round = 0; round < 20; round++) {
        const commands = Array.from({ length: 8 }, (_, at) => [
          ['SET', `key:${client}:${at}`, `${round}`],
          ['GET', `key:${client}:${at}`],
        ]).flat()
        const replies = (await wire.askAll(commands)).map(shown)
        expect(replies).toEqual(commands.map(([name]) => (name === 'SET' ? '+OK' : `"${round}"`)))
      }
      wire.close()
    }),
  )
}, 60_000)
