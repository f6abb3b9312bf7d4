// Random sequences of commands of the whole table, to a real redis-server and to ours: every reply the same, byte for byte.

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { commandTable } from './commands/index.ts'
import { comparison, hasRealRedis, type Pair, sameReplies, startPair } from './testing/differential.ts'
import { furniture, sequences } from './testing/drawn-commands.ts'
import { drawnShapes, notDrawn } from './testing/table-shapes.ts'
import { countSuite } from '../../sim/real/testing/count-suite.ts'

/** All commands, those with subcommands by these, and COMMAND as well by itself. */
const names = [...commandTable().values()].flatMap(({ name, subcommands }) =>
  subcommands === null
    ? [name]
    : [...(name === 'command' ? [name] : []), ...[...subcommands.values()].map((each) => each.name)],
)

test('every command of the table is drawn, or says why it is not', () => {
  const excused = new Set(notDrawn.flatMap(([, commands]) => commands.split(' ')))
  const isExcused = (name: string): boolean => excused.has(name) || excused.has(name.replace(/\|.*/, '|*'))
  const drawn = new Set(Object.keys(drawnShapes))
  expect(names.filter((name) => !drawn.has(name) && !isExcused(name))).toEqual([])
  // None is in both lists by its own name, and none is in a list that is not in the table.
  expect([...excused].filter((name) => drawn.has(name))).toEqual([])
  expect([...drawn, ...excused].filter((name) => !name.endsWith('|*') && !names.includes(name))).toEqual([])
})

describe.skipIf(!hasRealRedis).each([2, 3] as const)('in RESP%i', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol, { 'slowlog-log-slower-than': '-1' })
  })
  afterAll(() => pair.stop())

  test('sequences of all commands', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(sequences(120), async (calls) => {
        // What was begun is ended, so that the next sequence finds both as they were.
        const all = [...furniture, ...calls, ['DISCARD'], ['UNWATCH'], ['CLIENT', 'SETNAME', '']]
        await sameReplies(pair, all)
        compared += all.length
      }),
      comparison(60),
    )
    countSuite(`commands of the whole table compared with redis-server in RESP${protocol}`, compared)
    expect(compared).toBeGreaterThan(60 * 60)
  }, 60_000)
})

test.skipIf(!hasRealRedis)(
  'what is done to groups of a stream is no change of it to who watches',
  async () => {
    const pair = await startPair(2)
    const acts = [
      'XGROUP CREATE t1 g2 0',
      'XGROUP SETID t1 g1 0',
      'XGROUP DELCONSUMER t1 g1 c1',
      'XSETID t1 9-9',
      'XGROUP CREATE none g1 $ MKSTREAM',
    ]
    const stories = acts.map((act) => [
      'FLUSHALL',
      'XADD t1 1-1 a b',
      'XGROUP CREATE t1 g1 0',
      'XREADGROUP GROUP g1 c1 STREAMS t1 >',
      'WATCH t1 none',
      act,
      'MULTI',
      'PING',
      'EXEC',
    ])
    const asked = stories.flat().map((line) => line.split(' '))
    await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
    await pair.stop()
  },
)

test.skipIf(!hasRealRedis)('what draws have found stays found', async () => {
  const pair = await startPair(2)
  const lines = [
    'RPUSH l a b c d e',
    'SORT l BY nosort DESC',
    'SORT l BY nosort DESC LIMIT 1 2',
    'SORT l BY nosort LIMIT 1 2',
    'BITFIELD s OVERFLOW SAT SET i8 0 -9223372036854775680 SET i8 8 -9223372036854775681 GET u16 0',
    'BITFIELD s OVERFLOW SAT SET i63 0 -9223372036854775808 GET i63 0 SET i64 0 -9223372036854775808 GET i64 0',
    'ZADD z 0.5 a 1e300 b -0.5 c',
    'GEOSEARCH z FROMLONLAT -180 -85 BYRADIUS 20000 km ASC COUNT 1 WITHHASH',
    'GEORADIUS z -180 -85 20000 km WITHHASH ASC COUNT 1',
  ]
  await expect(
    sameReplies(
      pair,
      lines.map((line) => line.split(' ')),
    ),
  ).resolves.toBeUndefined()
  await pair.stop()
})
