import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { comparedCommands } from '../testing/compared-commands.ts'
import {
  hasRealRedis,
  oneCommand,
  type Pair,
  sameReplies,
  someInteger,
  startPair,
} from '../testing/differential.ts'
import { shown } from '../testing/wire.ts'

const key = fc.constantFrom('s1', 's2')
const group = fc.constantFrom('g1', 'g1', 'g2')
const consumer = fc.constantFrom('c1', 'c2', 'b')
const id = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(fc.nat(12), fc.nat(2)).map(([ms, seq]) => `${ms}-${seq}`) },
  { weight: 3, arbitrary: fc.nat(12).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '0',
      '0-0',
      'x',
      '',
      '1-',
      '18446744073709551615-18446744073709551615',
      '01',
      '99999999999999999999',
    ),
  },
)
const addId = fc.oneof(
  { weight: 6, arbitrary: id },
  { weight: 4, arbitrary: fc.nat(14).map((ms) => `${ms}-*`) },
)
const bound = fc.oneof(
  { weight: 4, arbitrary: id },
  { weight: 3, arbitrary: fc.constantFrom('-', '+') },
  { weight: 2, arbitrary: id.map((text) => `(${text}`) },
  { weight: 1, arbitrary: fc.constantFrom('(-', '(', '(18446744073709551615-18446744073709551615') },
)
const fields = fc.constantFrom(['f', 'v'], ['f', '1', 'g', '-2'], ['f'], ['', 'x'.repeat(30)])
const limit = fc.constantFrom([], [], ['LIMIT', '2'], ['LIMIT', '0'], ['LIMIT', '-1'], ['LIMIT', 'x'])
const trim = fc.oneof(
  fc
    .tuple(fc.constantFrom(['MAXLEN'], ['maxlen', '~'], ['MAXLEN', '=']), someInteger, limit)
    .map(([a, b, c]) => [...a, b, ...c]),
  fc
    .tuple(fc.constantFrom(['MINID'], ['MINID', '~'], ['minid', '=']), id, limit)
    .map(([a, b, c]) => [...a, b, ...c]),
)
const maybeTrim = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  trim,
  fc.constant(['NOMKSTREAM']),
  limit,
  fc.tuple(trim, trim).map((both) => both.flat()),
)
const count = fc.oneof(
  fc.constant([]),
  someInteger.map((n) => ['COUNT', n]),
)
const start = fc.oneof(id, fc.constantFrom('0', '$', '>'))
const groupStart = fc.oneof(
  { weight: 3, arbitrary: fc.constant('>') },
  { weight: 2, arbitrary: fc.constant('0') },
  id,
  fc.constant('$'),
)
const idle = fc.constantFrom('0', '0', '-1', '100000', 'x')
const claims = fc
  .array(
    fc.constantFrom(
      ['FORCE'],
      ['JUSTID'],
      ['RETRYCOUNT', '3'],
      ['IDLE', '0'],
      ['TIME', '5'],
      ['LASTID', '5-0'],
      ['IDLE', 'x'],
      ['what'],
      ['RETRYCOUNT'],
    ),
    { maxLength: 2 },
  )
  .map((all) => all.flat())
const ids = fc.array(id, { minLength: 1, maxLength: 3 })

const command = oneCommand(
  ['XADD', key, maybeTrim, addId, fields],
  ['XADD', key, addId, fields],
  ['XADD', key, addId, fields],
  ['XADD', key, addId, fields],
  ['XLEN', key],
  ['XRANGE', key, bound, bound, count],
  ['XREVRANGE', key, bound, bound, count],
  ['XDEL', key, ids],
  ['XTRIM', key, fc.oneof(trim, limit)],
  [
    'XSETID',
    key,
    id,
    fc.constantFrom(
      [],
      [],
      ['ENTRIESADDED', '7'],
      ['ENTRIESADDED', '-1'],
      ['MAXDELETEDID', '3-0'],
      ['MAXDELETEDID'],
    ),
  ],
  [
    'XGROUP',
    'CREATE',
    key,
    group,
    fc.oneof(id, fc.constantFrom('$', '0')),
    fc.constantFrom([], ['MKSTREAM'], ['ENTRIESREAD', '2'], ['ENTRIESREAD', '-2'], ['x']),
  ],
  ['XGROUP', 'CREATE', key, group, '0', 'MKSTREAM'],
  ['XGROUP', 'SETID', key, group, fc.oneof(id, fc.constant('$')), fc.constantFrom([], ['ENTRIESREAD', '1'])],
  ['XGROUP', fc.constantFrom('CREATECONSUMER', 'DELCONSUMER'), key, group, consumer],
  ['XGROUP', 'DESTROY', key, group],
  ['XREAD', count, 'STREAMS', key, start],
  [
    'XREAD',
    count,
    fc.constantFrom([], ['NOACK'], ['BLOCK', '-1'], ['BLOCK', 'x'], ['BLOCK', '1']),
    'STREAMS',
    's1',
    's2',
    start,
    start,
  ],
  ['XREAD', 'STREAMS', 's1', 's2', start],
  [
    'XREADGROUP',
    'GROUP',
    group,
    consumer,
    count,
    fc.constantFrom([], [], ['NOACK']),
    'STREAMS',
    key,
    groupStart,
  ],
  ['XREADGROUP', 'GROUP', group, consumer, count, 'STREAMS', key, groupStart],
  ['XREADGROUP', 'GROUP', group, consumer, 'STREAMS', 's1', 's2', groupStart, groupStart],
  ['XACK', key, group, ids],
  ['XPENDING', key, group],
  ['XCLAIM', key, group, consumer, idle, ids, claims],
  ['XCLAIM', key, group, consumer, '0', ids, 'JUSTID'],
  [
    'XAUTOCLAIM',
    key,
    group,
    consumer,
    idle,
    bound,
    fc.constantFrom([], ['COUNT', '1'], ['COUNT', '0'], ['JUSTID'], ['x']),
  ],
  ['XINFO', 'STREAM', key],
  ['XINFO', 'STREAM', key],
  ['XINFO', 'STREAM', key, fc.constantFrom(['x'], ['FULL', 'x', '1'])],
  ['XINFO', 'GROUPS', key],
  ['XINFO', 'HELP'],
  ['XGROUP', 'HELP'],
  ['SET', 's2', 'text'],
  ['DEL', key],
)

/** Times and idle times are the only thing in which two servers may differ. */
async function withoutTimes(pair: Pair, ...args: readonly string[]): Promise<readonly string[]> {
  const replies = await Promise.all([pair.real.ask(...args), pair.ours.ask(...args)])
  return replies.map((reply) =>
    shown(reply)
      .replaceAll(/:1[0-9]{12}/g, ':time')
      .replaceAll(/("idle" |c[12]" ):[0-9]{1,5}/g, '$1:idle'),
  )
}

describe.skipIf(!hasRealRedis).each([2, 3] as const)('streams with RESP%d', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(() => pair.stop())

  test('commands reply as those of a real server', async () => {
    expect(await comparedCommands(pair, command, 50)).toBeGreaterThan(0)
  })

  test('approximate trims leave the same entries, and trees of the same size, as on a real server', async () => {
    const commands: string[][] = []
    for (let i = 1; i <= 400; i++) {
      commands.push([
        'XADD',
        's1',
        'MAXLEN',
        '~',
        '150',
        `${i * 7}-${i % 3}`,
        `field${i % 5}`,
        `${i * i}`,
        'text',
        'x'.repeat(i % 90),
      ])
      if (i % 20 === 0)
        commands.push(
          ['XINFO', 'STREAM', 's1'],
          ['XTRIM', 's1', 'MINID', '~', `${i * 7 - 1000 < 0 ? 0 : i * 7 - 1000}`],
          ['XLEN', 's1'],
        )
    }
    await sameReplies(pair, commands)
    expect(commands.length).toBe(460)
  })

  test('what is pending, and since when, is told as by a real server', async () => {
    await sameReplies(pair, [
      ['XADD', 's', '1-1', 'f', 'v'],
      ['XADD', 's', '2-1', 'f', 'v'],
      ['XADD', 's', '3-1', 'f', 'v'],
      ['XGROUP', 'CREATE', 's', 'g', '0'],
      ['XREADGROUP', 'GROUP', 'g', 'c1', 'COUNT', '2', 'STREAMS', 's', '>'],
      ['XREADGROUP', 'GROUP', 'g', 'c2', 'STREAMS', 's', '>'],
      ['XDEL', 's', '2-1'],
      ['XREADGROUP', 'GROUP', 'g', 'c1', 'STREAMS', 's', '0'],
    ])
    for (const args of [
      ['XPENDING', 's', 'g', '-', '+', '10'],
      ['XPENDING', 's', 'g', 'IDLE', '0', '-', '(3-1', '1', 'c1'],
      ['XPENDING', 's', 'g', '-', '+', '10', 'nobody'],
      ['XINFO', 'STREAM', 's', 'FULL'],
      ['XINFO', 'STREAM', 's', 'FULL', 'COUNT', '1'],
      ['XINFO', 'CONSUMERS', 's', 'g'],
      ['XINFO', 'CONSUMERS', 's', 'x'],
      ['XADD', 's', '*', 'f'],
    ]) {
      const [real, ours] = await withoutTimes(pair, ...args)
      expect(ours).toBe(real)
    }
  })
})
