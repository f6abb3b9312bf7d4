import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  hasRealRedis,
  oneCommand,
  type Pair,
  sameReplies,
  someInteger,
  someKey,
  startPair,
} from '../testing/differential.ts'
import { comparedCommands } from '../testing/compared-commands.ts'

const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array).toString('latin1'))
const offset = fc.oneof(
  { weight: 8, arbitrary: fc.nat(100).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('-1', '4294967296', 'x', '', '01') },
)
const bit = fc.constantFrom('0', '1', '0', '1', '2', 'x')
const unit = fc.constantFrom([], ['BIT'], ['byte'], ['x'])
const span = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: someInteger.map((n) => [n]) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 }), unit)
      .map(([a, b, word]) => [String(a), String(b), ...word]),
  },
  { weight: 2, arbitrary: fc.tuple(someInteger, someInteger, unit).map(([a, b, word]) => [a, b, ...word]) },
)
const type = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('i', 'u'), fc.integer({ min: 1, max: 64 }))
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom('i0', 'u64', 'x8', 'i65', '', 'i08', 'i8x') },
)
const place = fc.oneof(
  offset,
  fc.nat(6).map((n) => `#${n}`),
)
const value = fc.oneof(someInteger, fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String))
const operation = oneCommand(
  ['GET', type, place],
  ['SET', type, place, value],
  ['INCRBY', type, place, value],
  ['INCRBY', type, place, value],
  ['OVERFLOW', fc.constantFrom('WRAP', 'sat', 'FAIL', 'x')],
  ['SET', type],
)
const operations = fc.array(operation, { maxLength: 4 }).map((all) => all.flat())

const command = oneCommand(
  ['SET', someKey, bytes],
  ['SETBIT', someKey, offset, bit],
  ['SETBIT', someKey, offset, bit],
  ['GETBIT', someKey, offset],
  ['BITCOUNT', someKey, span],
  ['BITPOS', someKey, bit, span],
  ['BITPOS', someKey, bit, span],
  [
    'BITOP',
    fc.constantFrom('AND', 'or', 'XOR', 'NOT', 'x'),
    someKey,
    fc.array(someKey, { minLength: 1, maxLength: 3 }),
  ],
  ['BITFIELD', someKey, operations],
  ['BITFIELD', someKey, operations],
  [
    'BITFIELD_RO',
    someKey,
    fc.oneof(
      operations,
      fc.tuple(type, place).map(([a, b]) => ['GET', a, b]),
    ),
  ],
  ['GET', someKey],
  ['OBJECT', 'ENCODING', someKey],
  ['SADD', 'k3', 'a'],
  ['DEL', someKey],
)

const element = fc.oneof(
  fc.nat(300).map((n) => `e${n}`),
  bytes,
)
const elements = fc.array(element, { maxLength: 200, size: 'max' })
// No long run of zeros without its second byte: Redis reads that beyond the end.
const runBytes = fc
  .uint8Array({ maxLength: 12 })
  .map((array) =>
    Buffer.from(array.map((byte) => ((byte & 0xc0) === 0x40 ? byte ^ 0x40 : byte))).toString('latin1'),
  )
const damaged = fc
  .tuple(
    fc.constantFrom('HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80', 'HYLL\x01', 'HYLL\x02\0\0\0\0\0\0\0\0\0\0\0', 'HYLX'),
    runBytes,
  )
  .map((parts) => parts.join(''))
const counterCommand = oneCommand(
  ['PFADD', someKey, elements],
  ['PFADD', someKey, elements],
  ['PFCOUNT', someKey],
  ['PFCOUNT', fc.array(someKey, { minLength: 1, maxLength: 3 })],
  ['PFMERGE', someKey, fc.array(someKey, { maxLength: 3 })],
  ['PFDEBUG', fc.constantFrom('ENCODING', 'decode', 'GETREG', 'TODENSE', 'x'), someKey],
  ['GET', someKey],
  ['SET', someKey, damaged],
  ['SADD', 'k3', 'a'],
  ['DEL', someKey],
)

describe.skipIf(!hasRealRedis).each([2, 3] as const)('bits with RESP%d', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(() => pair.stop())

  test('bitmaps and bit fields reply as those of a real server', async () => {
    expect(await comparedCommands(pair, command, 30)).toBeGreaterThan(0)
  })

  test('HyperLogLogs reply, and are in their bytes, as those of a real server', async () => {
    expect(await comparedCommands(pair, counterCommand, 20)).toBeGreaterThan(0)
  })

  test('a HyperLogLog that grows beyond its sparse form stays the same as on a real server', async () => {
    const commands: string[][] = []
    for (let i = 0; i < 60; i++) {
      commands.push(['PFADD', 'k', ...Array.from({ length: 100 }, (_, j) => `element:${i * 100 + j}`)])
      commands.push(['PFCOUNT', 'k'], ['GET', 'k'])
    }
    await sameReplies(pair, commands)
    expect(commands.length).toBe(180)
  })
})
