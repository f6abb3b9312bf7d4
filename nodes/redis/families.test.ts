// Random commands of the basic families, to a real redis-server and to ours.

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  hasRealRedis,
  comparison,
  oneCommand,
  type Pair,
  sameReplies,
  someInteger,
  someKey,
  someValue,
  startPair,
} from './testing/differential.ts'

const field = fc.constantFrom('f1', 'f2', 'f3')
const many = fc.array(someValue, { minLength: 1, maxLength: 4 })
const far = fc.constantFrom('100', '100000', '0', '-1', 'x', '9223372036854775807')
const condition = fc.constantFrom<readonly string[]>([], ['NX'], ['XX'], ['GT'], ['LT'], ['nx', 'xx'])
const side = fc.constantFrom('LEFT', 'RIGHT', 'left', 'middle')
const keysList = fc.array(someKey, { minLength: 1, maxLength: 3 })

const strings = oneCommand(
  ['SET', someKey, someValue],
  ['SET', someKey, someValue, fc.subarray(['NX', 'XX', 'GET', 'KEEPTTL'])],
  ['SET', someKey, someValue, fc.constantFrom('EX', 'PX', 'EXAT', 'PXAT', 'ex'), far],
  ['SETNX', someKey, someValue],
  ['SETEX', someKey, far, someValue],
  ['PSETEX', someKey, fc.constantFrom('100000', '0', 'x'), someValue],
  ['GET', someKey],
  ['GETSET', someKey, someValue],
  ['GETDEL', someKey],
  [
    'GETEX',
    someKey,
    fc.constantFrom<readonly string[]>([], ['PERSIST'], ['EX', '1000'], ['PXAT', '1'], ['EX', '-1'], ['foo']),
  ],
  ['MGET', keysList],
  ['MSET', someKey, someValue, someKey, someValue],
  ['MSETNX', someKey, someValue, someKey, someValue],
  ['MSET', someKey, someValue, someKey],
  ['STRLEN', someKey],
  ['APPEND', someKey, someValue],
  ['SETRANGE', someKey, someInteger, someValue],
  ['GETRANGE', someKey, someInteger, someInteger],
  ['SUBSTR', someKey, someInteger, someInteger],
  ['INCR', someKey],
  ['DECR', someKey],
  ['INCRBY', someKey, someInteger],
  ['DECRBY', someKey, someInteger],
  [
    'INCRBYFLOAT',
    someKey,
    fc.oneof(someInteger, someValue, fc.constantFrom('0.1', '-3.25', '1e10', '5.0e3')),
  ],
  [
    'LCS',
    someKey,
    someKey,
    fc.constantFrom<readonly string[]>(
      [],
      ['LEN'],
      ['IDX'],
      ['IDX', 'WITHMATCHLEN', 'MINMATCHLEN', '2'],
      ['LEN', 'IDX'],
      ['x'],
    ),
  ],
)

const generic = oneCommand(
  ['DEL', keysList],
  ['UNLINK', keysList],
  ['EXISTS', keysList],
  ['TOUCH', keysList],
  ['TYPE', someKey],
  ['KEYS', fc.constantFrom('*', 'k?', 'k[1-2]', 'k[^1]', 'k\\{4}', '')],
  ['DBSIZE'],
  ['RENAME', someKey, someKey],
  ['RENAMENX', someKey, someKey],
  [
    'COPY',
    someKey,
    someKey,
    fc.constantFrom<readonly string[]>([], ['REPLACE'], ['DB', '1'], ['DB', '99'], ['x']),
  ],
  ['MOVE', someKey, fc.constantFrom('1', '0', '99', 'x')],
  ['EXPIRE', someKey, far, condition],
  ['PEXPIRE', someKey, far, condition],
  ['EXPIREAT', someKey, fc.constantFrom('9999999999', '1', '-5', 'x'), condition],
  ['PEXPIREAT', someKey, fc.constantFrom('9999999999999', '1', 'x'), condition],
  ['PERSIST', someKey],
  ['TTL', someKey],
  ['EXPIRETIME', someKey],
  ['OBJECT', 'ENCODING', someKey],
  ['OBJECT', 'REFCOUNT', someKey],
  ['OBJECT', 'foo', someKey],
  ['SCAN', '0', 'COUNT', '100'],
  ['SCAN', 'x'],
  ['SCAN', '0', 'MATCH', 'k1', 'TYPE', 'list'],
  [
    'SORT',
    someKey,
    fc.constantFrom<readonly string[]>(
      [],
      ['ALPHA'],
      ['DESC'],
      ['ALPHA', 'LIMIT', '1', '2'],
      ['BY', 'k*', 'ALPHA'],
      ['LIMIT', 'x', '1'],
      ['ALPHA', 'DESC', 'GET', '#', 'GET', 'k*'],
    ),
  ],
  ['SORT', someKey, 'ALPHA', 'STORE', someKey],
)

const hashes = oneCommand(
  ['HSET', someKey, field, someValue],
  ['HSET', someKey, field, someValue, field, someValue],
  ['HSET', someKey, field, someValue, field],
  ['HMSET', someKey, field, someValue],
  ['HSETNX', someKey, field, someValue],
  ['HGET', someKey, field],
  ['HMGET', someKey, field, field],
  ['HDEL', someKey, field, field],
  ['HLEN', someKey],
  ['HSTRLEN', someKey, field],
  ['HEXISTS', someKey, field],
  ['HGETALL', someKey],
  ['HKEYS', someKey],
  ['HVALS', someKey],
  ['HINCRBY', someKey, field, someInteger],
  ['HINCRBYFLOAT', someKey, field, fc.oneof(someInteger, fc.constantFrom('0.1', 'inf', '1e-5'))],
  ['HSCAN', someKey, '0'],
  [
    'HRANDFIELD',
    someKey,
    fc.constantFrom('0', '10', 'x', '100'),
    fc.constantFrom<readonly string[]>([], ['WITHVALUES']),
  ],
  ['OBJECT', 'ENCODING', someKey],
)

const lists = oneCommand(
  ['LPUSH', someKey, many],
  ['RPUSH', someKey, many],
  ['LPUSHX', someKey, many],
  ['RPUSHX', someKey, many],
  ['LPOP', someKey],
  ['RPOP', someKey, someInteger],
  ['LLEN', someKey],
  ['LINDEX', someKey, someInteger],
  ['LSET', someKey, someInteger, someValue],
  ['LINSERT', someKey, fc.constantFrom('BEFORE', 'after', 'x'), someValue, someValue],
  ['LRANGE', someKey, someInteger, someInteger],
  ['LTRIM', someKey, someInteger, someInteger],
  ['LREM', someKey, someInteger, someValue],
  [
    'LPOS',
    someKey,
    someValue,
    fc.constantFrom<readonly string[]>(
      [],
      ['RANK', '-1'],
      ['RANK', '0'],
      ['COUNT', '0'],
      ['COUNT', '-1'],
      ['RANK', '2', 'COUNT', '1', 'MAXLEN', '3'],
    ),
  ],
  ['LMOVE', someKey, someKey, side, side],
  ['RPOPLPUSH', someKey, someKey],
  [
    'LMPOP',
    fc.constantFrom('1', '2', '0', 'x'),
    keysList,
    side,
    fc.constantFrom<readonly string[]>([], ['COUNT', '2'], ['COUNT', '0']),
  ],
  ['BLPOP', someKey, fc.constantFrom('0.001', '-1', 'x', 'inf')],
  ['BLMOVE', someKey, someKey, side, side, '0.001'],
  ['BLMPOP', '0.001', '1', someKey, side],
)

const sets = oneCommand(
  ['SADD', someKey, many],
  ['SADD', someKey, someInteger],
  ['SREM', someKey, many],
  ['SMOVE', someKey, someKey, someInteger],
  ['SCARD', someKey],
  ['SISMEMBER', someKey, someInteger],
  ['SMISMEMBER', someKey, someInteger, someValue],
  ['SMEMBERS', someKey],
  ['SINTER', keysList],
  ['SUNION', keysList],
  ['SDIFF', keysList],
  ['SINTERSTORE', someKey, keysList],
  ['SUNIONSTORE', someKey, keysList],
  ['SDIFFSTORE', someKey, keysList],
  [
    'SINTERCARD',
    fc.constantFrom('1', '2', '9', '0', 'x'),
    keysList,
    fc.constantFrom<readonly string[]>([], ['LIMIT', '1'], ['LIMIT', '-1']),
  ],
  ['SPOP', someKey, fc.constantFrom('0', '-1', 'x')],
  ['SRANDMEMBER', someKey, fc.constantFrom('0', 'x')],
  ['SSCAN', someKey, '0'],
  ['OBJECT', 'ENCODING', someKey],
)

const transactions = oneCommand(
  ['MULTI'],
  ['EXEC'],
  ['DISCARD'],
  ['WATCH', someKey],
  ['UNWATCH'],
  ['SET', someKey, someValue],
  ['INCR', someKey],
  ['LPUSH', someKey, someValue],
  ['GET', someKey],
  ['BLPOP', someKey, '0'],
  ['nosuch'],
  ['GET'],
)

const families = { strings, generic, hashes, lists, sets }
const anything = fc.oneof(...Object.values(families))

describe.skipIf(!hasRealRedis).each([2, 3] as const)(
  'replies as of a real redis-server in RESP%i',
  (protocol) => {
    let pair: Pair
    beforeAll(async () => {
      pair = await startPair(protocol)
    })
    afterAll(async () => {
      await pair.stop()
    })

    test.each(Object.entries(families))('%s', async (_, family) => {
      const mixed = fc.array(fc.oneof({ weight: 5, arbitrary: family }, { weight: 1, arbitrary: anything }), {
        maxLength: 60,
      })
      await fc.assert(
        fc.asyncProperty(mixed, async (commands) => {
          await sameReplies(pair, commands)
        }),
        comparison(40),
      )
      expect(protocol).toBeGreaterThan(1)
    })

    test('what was different once', async () => {
      const commands = [
        ['INCRBYFLOAT', 'k3', '0'],
        ['OBJECT', 'ENCODING', 'k3'],
      ]
      await expect(sameReplies(pair, commands)).resolves.toBeUndefined()
    })

    test('transactions', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(transactions, { maxLength: 25 }), async (commands) => {
          // Whatever was begun is ended, so that the next sequence can empty the databases.
          await sameReplies(pair, [
            ...commands.filter(([name]) => name !== 'BLPOP'),
            ['DISCARD'],
            ['UNWATCH'],
          ])
        }),
        comparison(60),
      )
      expect(protocol).toBeGreaterThan(1)
    })
  },
)
