import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  hasRealRedis,
  oneCommand,
  type Pair,
  someInteger,
  someKey,
  startPair,
} from '../testing/differential.ts'
import { comparedCommands } from '../testing/compared-commands.ts'

const member = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e', '') },
  { weight: 1, arbitrary: fc.constantFrom('\xff\x00', 'x'.repeat(65), 'ä') },
)
const score = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 6 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('1.1', '-0', '0.1', '1e3', '+inf', '-inf', '3.0000000000000001', '1e-5'),
  },
  { weight: 1, arbitrary: fc.double({ noNaN: true }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('nan', 'x', '', ' 1', '1 ', '0x10', '1e400', '1e-400', 'Infinity', '-NAN'),
  },
)
const bound = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom('', '('), score).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.constantFrom('-inf', '+inf', '((1', '(', '( 2') },
)
const lexBound = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom('[', '('), member).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.constantFrom('-', '+') },
  { weight: 1, arbitrary: fc.constantFrom('a', '', '-x', '++') },
)
const pairs = fc.array(fc.tuple(score, member), { minLength: 1, maxLength: 4 }).map((all) => all.flat())
const flags = fc.array(fc.constantFrom('NX', 'XX', 'GT', 'LT', 'ch', 'INCR'), { maxLength: 2 })
const some = (...words: string[]): fc.Arbitrary<readonly string[]> =>
  fc.array(fc.constantFrom(...words), { maxLength: 1 })
const limit = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('LIMIT'), someInteger, someInteger).map((parts) => [...parts]),
  },
)
const scores = some('WITHSCORES')
const keys = fc
  .integer({ min: 1, max: 3 })
  .chain((count) =>
    fc
      .tuple(
        fc.constantFrom(count, count, count, count, count, count, 0, count + 1, 9, 'x'),
        fc.array(someKey, { minLength: count, maxLength: count }),
      )
      .map(([shown, names]) => [String(shown), ...names]),
  )
const weights = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.array(score, { minLength: 1, maxLength: 3 }).map((all) => ['WEIGHTS', ...all]) },
)
const aggregate = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.constantFrom('SUM', 'min', 'MAX', 'x').map((word) => ['AGGREGATE', word]) },
)
const count = fc.oneof(
  fc.constant([]),
  someInteger.map((n) => [n]),
)
const mpop = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  someInteger.map((n) => ['COUNT', n]),
)

const command = oneCommand(
  ['ZADD', someKey, flags, pairs],
  ['ZADD', someKey, pairs],
  ['ZADD', someKey, pairs],
  ['ZADD', someKey, flags, score],
  ['ZINCRBY', someKey, score, member],
  ['ZREM', someKey, member, member],
  ['ZREMRANGEBYRANK', someKey, someInteger, someInteger],
  ['ZREMRANGEBYSCORE', someKey, bound, bound],
  ['ZCARD', someKey],
  ['ZCOUNT', someKey, bound, bound],
  ['ZSCORE', someKey, member],
  ['ZMSCORE', someKey, member, member],
  ['ZRANK', someKey, member],
  ['ZREVRANK', someKey, member],
  ['ZRANGE', someKey, someInteger, someInteger, some('REV'), scores, limit],
  ['ZRANGE', someKey, bound, bound, 'BYSCORE', some('REV'), scores, limit],
  ['ZREVRANGE', someKey, someInteger, someInteger, scores],
  ['ZRANGEBYSCORE', someKey, bound, bound, scores, limit],
  ['ZREVRANGEBYSCORE', someKey, bound, bound, limit, scores],
  ['ZRANGESTORE', someKey, someKey, bound, bound, 'BYSCORE', limit, some('REV', 'WITHSCORES')],
  ['ZRANGESTORE', someKey, someKey, someInteger, someInteger],
  ['ZUNION', keys, weights, aggregate, scores],
  ['ZINTER', keys, weights, aggregate, scores],
  ['ZDIFF', keys, scores],
  ['ZUNIONSTORE', someKey, keys, weights, aggregate],
  ['ZINTERSTORE', someKey, keys, aggregate, weights],
  ['ZDIFFSTORE', someKey, keys, scores],
  [
    'ZINTERCARD',
    keys,
    mpop,
    fc.oneof(
      fc.constant([]),
      someInteger.map((n) => ['LIMIT', n]),
    ),
  ],
  ['ZPOPMIN', someKey, count],
  ['ZPOPMAX', someKey, count],
  ['ZMPOP', keys, fc.constantFrom('MIN', 'max', 'x'), mpop],
  ['BZPOPMIN', someKey, someKey, fc.constantFrom('0.001', '-1', 'x', 'inf')],
  ['BZPOPMAX', someKey, '0.001'],
  ['BZMPOP', fc.constantFrom('0.001', '-1'), keys, 'MIN', mpop],
  ['ZRANDMEMBER', someKey, fc.constantFrom(['0'], ['x'], ['100'], ['100', 'WITHSCORES'], ['1', 'x'])],
  [
    'ZSCAN',
    someKey,
    fc.constantFrom('0', 'x', '-1', ' 0', '0 '),
    fc.constantFrom([], ['MATCH', '[a-c]'], ['COUNT', '0'], ['COUNT', 'x'], ['MATCH'], ['x', 'y']),
  ],
  ['OBJECT', 'ENCODING', someKey],
  ['SET', someKey, 'text'],
  ['DEL', someKey],
)

const lexCommand = oneCommand(
  [
    'ZADD',
    someKey,
    fc.array(member, { minLength: 1, maxLength: 4 }).map((all) => all.flatMap((each) => ['0', each])),
  ],
  ['ZLEXCOUNT', someKey, lexBound, lexBound],
  ['ZRANGEBYLEX', someKey, lexBound, lexBound, limit],
  ['ZREVRANGEBYLEX', someKey, lexBound, lexBound, limit, scores],
  ['ZRANGE', someKey, lexBound, lexBound, 'BYLEX', some('REV', 'WITHSCORES'), limit],
  ['ZRANGESTORE', someKey, someKey, lexBound, lexBound, 'BYLEX', limit],
  ['ZREMRANGEBYLEX', someKey, lexBound, lexBound],
)

describe.skipIf(!hasRealRedis).each([2, 3] as const)('sorted sets with RESP%d', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(() => pair.stop())

  test('commands reply as those of a real server', async () => {
    expect(await comparedCommands(pair, command, 40)).toBeGreaterThan(0)
  })

  test('ranges by bytes reply as those of a real server', async () => {
    expect(await comparedCommands(pair, lexCommand, 30)).toBeGreaterThan(0)
  })
})
