// What commands say to arguments at their boundaries and to mistakes of form, and in which order they look: as a real redis-server.

import { connect } from 'node:net'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasRealRedis, type Pair, sameReplies, startPair } from '../testing/differential.ts'
import { startOurRedis } from '../testing/our-redis.ts'
import { shown, Wire } from '../testing/wire.ts'

const counts = [
  '-9223372036854775808',
  '-9223372036854775809',
  '9223372036854775807',
  '4611686018427387903',
  '4611686018427387904',
  'x',
]
/** These are as many as somebody asks for: of a key that is not there none. */
const negative = ['-9223372036854775807', '-4611686018427387903', '-4611686018427387904']

const randoms = [
  ['SADD', 's', 'a'],
  ['HSET', 'h', 'a', '1'],
  ['ZADD', 'z', '1', 'a'],
  ...counts.flatMap((count) => sampled(count, 's', 'h', 'z')),
  ...[...counts, ...negative].flatMap((count) => sampled(count, 'no', 'no', 'no')),
  ...sampled('-3', 's', 'h', 'z'),
]

function sampled(count: string, set: string, hash: string, sorted: string): readonly (readonly string[])[] {
  return [
    ['SRANDMEMBER', set, count],
    ['SRANDMEMBER', set, count, 'x'],
    ['HRANDFIELD', hash, count],
    ['HRANDFIELD', hash, count, 'WITHVALUES'],
    ['HRANDFIELD', hash, count, 'x'],
    ['ZRANDMEMBER', sorted, count],
    ['ZRANDMEMBER', sorted, count, 'WITHSCORES'],
    ['ZRANDMEMBER', sorted, count, 'x'],
  ]
}

const forms = [
  ['REPLICAOF', 'a', 'b'],
  ['REPLICAOF', 'a', '-1'],
  ['REPLICAOF', 'a', '65536'],
  ['ZADD', 'z', '1', 'a'],
  ['ZRANGE', 'z', '0', '-1', 'BYSCORE', 'BYLEX'],
  ['ZRANGE', 'z', '0', '-1', 'BYSCORE', 'BYSCORE'],
  ['ZRANGE', 'z', '0', '-1', 'REV', 'REV'],
  ['ZRANGE', 'z', '0', '-1', 'WITHSCORES', 'WITHSCORES'],
  ['ZRANGESTORE', 'y', 'z', '-', '+', 'BYLEX', 'BYSCORE'],
  ['RESTORE', 'k', '0', 'x', 'IDLETIME', '5', 'FREQ', '3'],
  ['RESTORE', 'k', '0', 'x', 'FREQ', '3', 'IDLETIME', '5'],
  ['RESTORE', 'k', '0', 'x', 'IDLETIME', '-1'],
  ['RESTORE', 'k', '0', 'x', 'IDLETIME', '5', 'IDLETIME', '6'],
  ['RESTORE', 'k', '0', 'x', 'FREQ', '-1'],
  ['RESTORE', 'k', '0', 'x', 'FREQ', '256'],
  ['RESTORE', 'k', '0', 'x', 'FREQ', '255', 'FREQ'],
  ['RESTORE', 'k', '-1', 'x', 'FREQ', 'x'],
  ['LOLWUT', 'VERSION', 'abc'],
  ['LOLWUT', 'x', 'abc'],
  ['CONFIG', 'SET', 'daemonize', 'yes'],
  ['CONFIG', 'SET', 'maxmemory', '1', 'IO-threads', '5'],
  ['CONFIG', 'SET', 'rdbchecksum', 'no'],
  ['CONFIG', 'SET', 'nosuch', 'no'],
  ['no\0such', 'a'],
  ['nosuch', 'a\0b', 'c'],
  ['CONFIG', 'no\0such'],
]

const names = ['', ' ', 'a b', 'a\0', 'a\tb', '\nuser x on', 'a\u000bb', 'a\fb', 'a\u0085b']
const patterns = ['~a b', '~a\0', '%R~a\nb', '&a b', '&a\rb', '%X~a', '%R~*', '%RW~*', '~*', '%~a', '%', '~a']
const users = [
  ...names.map((name) => ['ACL', 'SETUSER', name, 'off']),
  ...[[], ['~*'], ['allkeys', 'allchannels']].flatMap((before) =>
    patterns.flatMap((pattern) => [
      ['ACL', 'SETUSER', 'u', 'reset', ...before, pattern],
      ['ACL', 'SETUSER', 'u', 'reset', ...before, `(${pattern} +get)`],
    ]),
  ),
  ['ACL', 'LIST'],
  ['ACL', 'DELUSER', 'u', '', 'a\u0085b'],
]

describe.skipIf(!hasRealRedis).each([2, 3] as const)('in RESP%i', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(() => pair.stop())

  test.each(Object.entries({ randoms, forms, users }))('%s', async (_, commands) => {
    await expect(sameReplies(pair, commands)).resolves.toBeUndefined()
  })

  test('who waited in vain for a list that moves gets the null array, who may not wait the null', async () => {
    const lines = [
      `HELLO ${protocol}`,
      'MULTI',
      'BLMOVE a b LEFT LEFT 0',
      'BRPOPLPUSH a b 0',
      'BLPOP a 0',
      'EXEC',
      'BLMOVE a b LEFT LEFT 0.01',
      'BRPOPLPUSH a b 0.01',
      'LMOVE a b LEFT LEFT',
      'QUIT',
    ]
    const said = await Promise.all([pair.ports.real, pair.ports.ours].map((port) => saidTo(port, lines)))
    expect(said[1]).toBe(said[0])
    expect(said[1]).toContain(
      protocol === 2 ? '*3\r\n$-1\r\n$-1\r\n*-1\r\n*-1\r\n*-1\r\n$-1\r\n' : '*3\r\n_\r\n_\r\n_\r\n',
    )
  })
})

/** What a server says to lines, but for what HELLO tells of it. */
async function saidTo(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(lines.map((line) => `${line}\r\n`).join(''))
  let said = ''
  for await (const bytes of socket) said += (bytes as Buffer).toString('latin1')
  return said.slice(said.indexOf('+OK\r\n'))
}

test('more draws with repeats than a server does at once are refused, not cut short', async () => {
  const ours = await startOurRedis()
  const wire = await Wire.open(ours.port)
  await wire.askAll([
    ['SADD', 's', 'a'],
    ['HSET', 'h', 'a', '1'],
    ['ZADD', 'z', '1', 'a'],
  ])
  for (const words of [
    ['SRANDMEMBER', 's'],
    ['HRANDFIELD', 'h'],
    ['ZRANDMEMBER', 'z'],
  ]) {
    const refused = '-ERR value is out of range: this server draws at most 1048576 with repeats at once'
    expect(shown(await wire.ask(...words, '-1048577'))).toBe(refused)
    expect(shown(await wire.ask(...words, '-9223372036854775807'))).toBe(refused)
  }
  const drawn = await wire.ask('SRANDMEMBER', 's', '-1048576')
  expect(drawn !== null && 'items' in drawn ? drawn.items.length : shown(drawn)).toBe(1_048_576)
  wire.close()
  await ours.stop()
})
