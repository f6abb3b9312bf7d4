// What DUMP gives, byte for byte as a real redis-server: random values, grown and shrunk within their encodings. Not the same, and
// compared by what they hold (real-redis.test.ts), are values in the order of a hash table (sets with text, hashes beyond their
// bounds), which follows a seed that a real server draws; lists that were not filled from the head on, and streams from which
// entries were taken, where a real server keeps how they came to be.

import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { comparison, hasRealRedis, type Pair, sameReplies, startPair } from '../../testing/differential.ts'
import { countSuite } from '../../../../sim/real/testing/count-suite.ts'

type Call = readonly string[]

const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    '0',
    '12',
    '-1',
    '127',
    '128',
    '4095',
    '4096',
    '-4097',
    '32768',
    '8388607',
    '-8388609',
  ),
  fc.constantFrom(
    '2147483648',
    '9223372036854775807',
    '-9223372036854775808',
    '9223372036854775808',
    '01',
    '1.5',
  ),
  fc.string({ maxLength: 30 }),
  // Repeats itself in part, so that it is compressed.
  fc
    .tuple(
      fc.array(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      fc.nat(60),
      fc.nat(7),
    )
    .map(([parts, count, step]) =>
      Array.from({ length: count }, (_, at) => parts[(at * step + (at >> 2)) % parts.length] ?? '').join(''),
    ),
  fc.constantFrom(63, 64, 127, 200, 3000, 8192, 20_000).map((length) => 'xyz'.repeat(length / 3)),
)
const some = fc.array(text, { minLength: 1, maxLength: 12 })
const score = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map(String),
  fc.constantFrom('1.5', '-inf', 'inf', '1e300', '0.1', '3.0', '123456789012', '1e-7', '17179869184.25'),
)

const one = (name: string, ...parts: readonly (string | fc.Arbitrary<string | Call>)[]): fc.Arbitrary<Call> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((words) => [name, 'k', ...words.flat()])

const strings = [
  one('SET', text),
  one('APPEND', text),
  one('SETRANGE', fc.nat(100).map(String), text),
  one('SETBIT', fc.nat(3000).map(String), '1'),
]
const logs = [one('PFADD', some), one('PFADD', some), one('PFCOUNT')]
const lists = [
  one('RPUSH', some),
  one('RPUSH', some),
  one('RPUSH', fc.array(text, { minLength: 40, maxLength: 120 })),
]
const pairs = (key: fc.Arbitrary<string>, other: fc.Arbitrary<string>): fc.Arbitrary<Call> =>
  fc.array(fc.tuple(key, other), { minLength: 1, maxLength: 5 }).map((all) => all.flat())
const short = text.filter(({ length }) => length <= 64)
const hashes = [one('HSET', pairs(short, short)), one('HDEL', some), one('HINCRBY', short, '7')]
// Beyond their bounds as well: a skip list has an order.
const sorted = [
  one('ZADD', pairs(score, short)),
  one('ZADD', pairs(score, text)),
  one('ZREM', some),
  one('ZINCRBY', score, short),
]
const integers = [
  one('SADD', fc.array(fc.maxSafeInteger().map(String), { minLength: 1, maxLength: 5 })),
  one('SADD', fc.array(fc.integer({ min: -300, max: 300 }).map(String), { minLength: 1, maxLength: 5 })),
  one('SREM', fc.integer({ min: -300, max: 300 }).map(String)),
]
const id = fc.tuple(fc.nat(40), fc.nat(3)).map(([first, second]) => `${first}-${second}`)
const streams = [
  one('XADD', id, pairs(text, text)),
  one('XADD', fc.constantFrom('50-*', '60-*'), 'a', text, 'b', text),
  one('XADD', fc.constantFrom('50-*', '60-*'), 'a', text, 'b', text),
  one('XSETID', '70-0'),
  one('XGROUP', id).map(([, , start]) => ['XGROUP', 'CREATE', 'k', 'g', start ?? '', 'MKSTREAM']),
  one('XACK', 'g', id),
]

const kinds = { strings, logs, lists, hashes, sorted, integers, streams }

let pair: Pair | null = null
beforeAll(async () => {
  if (hasRealRedis) pair = await startPair(2)
})
afterAll(() => pair?.stop())

test.skipIf(!hasRealRedis).each(Object.entries(kinds))(
  '%s',
  async (_, shapes) => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(...shapes), { minLength: 1, maxLength: 20, size: 'max' }),
        fc.constantFrom('-2', '-1', '-9', '0', '1', '4', '100'),
        async (calls, size) => {
          const all = calls.flatMap((call): readonly Call[] => [call, ['DUMP', 'k']])
          all.unshift(['CONFIG', 'SET', 'list-max-listpack-size', size])
          if (pair !== null) await sameReplies(pair, all)
          compared += calls.length
        },
      ),
      comparison(60),
    )
    countSuite('values that DUMP gives as redis-server does', compared)
    expect(compared).toBeGreaterThan(60)
  },
  60_000,
)
