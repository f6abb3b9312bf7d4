// What a single server refuses (clusters, modules, DEBUG), and what it says of itself: as a real redis-server.

import { connect } from 'node:net'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasRealRedis, type Pair, sameReplies, startPair } from '../testing/differential.ts'
import { startOurRedis } from '../testing/our-redis.ts'
import { startRealRedis } from '../testing/real-redis.ts'
import { played } from '../testing/played.ts'
import { shown, Wire } from '../testing/wire.ts'

const cluster = 'INFO SLOTS SHARDS NODES MYID LINKS HELP BUMPEPOCH FLUSHSLOTS SAVECONFIG'
  .split(' ')
  .map((name) => ['CLUSTER', name])

const refused = [
  ...cluster,
  ['CLUSTER', 'KEYSLOT', 'key'],
  ['CLUSTER', 'KEYSLOT'],
  ['CLUSTER', 'ADDSLOTS', 'x'],
  ['CLUSTER', 'MEET', 'host', '1'],
  ['CLUSTER', 'nosuch'],
  ['CLUSTER'],
  ['ASKING'],
  ['READONLY'],
  ['READWRITE'],
  ['READONLY', 'x'],
  ['MULTI'],
  ['READONLY'],
  ['EXEC'],
  ['MODULE', 'LIST'],
  ['MODULE', 'HELP'],
  ['MODULE', 'LOAD', '/nosuch.so'],
  ['MODULE', 'LOADEX', '/nosuch.so', 'ARGS', 'x'],
  ['MODULE', 'UNLOAD', 'nosuch'],
  ['MODULE', 'LOAD'],
  ['MODULE', 'nosuch'],
  ['MODULE'],
  ['RESTORE-ASKING', 'key', '0', 'x'],
  ['SYNC', 'x'],
  ['MEMORY', 'HELP'],
  ['MEMORY', 'DOCTOR'],
  ['MEMORY', 'PURGE'],
  ['MEMORY', 'nosuch'],
]

const tracking = [
  ['PREFIX', 'a', 'PREFIX', 'b'],
  ['PREFIX', 'ab'],
  ['PREFIX', 'a'],
  ['PREFIX', 'c', 'PREFIX', 'cd'],
  ['PREFIX', 'c', 'PREFIX', 'c'],
  ['PREFIX', 'c', 'PREFIX', 'bb', 'PREFIX', 'cc'],
  ['PREFIX', 'd', 'PREFIX', 'c'],
].map((words) => ['CLIENT', 'TRACKING', 'ON', 'BCAST', ...words])
tracking.push(['CLIENT', 'TRACKINGINFO'], ['CLIENT', 'TRACKING', 'OFF'])

const flushing = [
  ['CLIENT', 'TRACKING', 'ON'],
  ['GET', 'k'],
  ['SET', 'k', 'v'],
  ['FLUSHDB'],
  ['CLIENT', 'TRACKING', 'OFF'],
]

const protocols = 'string integer double bignum null array set map verbatim true FALSE x'

const debug = [
  ...protocols.split(' ').map((type) => ['DEBUG', 'PROTOCOL', type]),
  ['DEBUG', 'ERROR', 'CODE with text'],
  ['DEBUG', 'OBJECT', 'nosuch'],
  ['DEBUG', 'nosuch'],
  ['DEBUG', 'SLEEP'],
  ['DEBUG', 'SLEEP', '0.001'],
  ['DEBUG', 'SLEEP', 'x'],
  ['DEBUG', 'PROTOCOL'],
  ['DEBUG', 'SET-ACTIVE-EXPIRE', '1'],
  ['DEBUG', 'QUICKLIST-PACKED-THRESHOLD', '100b'],
  ['DEBUG', 'QUICKLIST-PACKED-THRESHOLD', '0'],
  ['DEBUG', 'QUICKLIST-PACKED-THRESHOLD', 'x'],
  ['DEBUG', 'POPULATE', '3'],
  ['DEBUG', 'POPULATE', '2', 'other', '20'],
  ['DEBUG', 'POPULATE', '2', 'short', '2'],
  ['DEBUG', 'POPULATE', '-1'],
  ['MGET', 'key:0', 'key:2', 'key:3', 'other:1', 'short:1'],
  ['DBSIZE'],
  ['DEBUG', 'LOG', 'a message'],
  ['DEBUG', 'CHANGE-REPL-ID'],
  ['DEBUG'],
]

describe.skipIf(!hasRealRedis).each([2, 3] as const)('in RESP%i', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(() => pair.stop())

  test.each(Object.entries({ refused, tracking, debug }))('%s', async (_, commands) => {
    await expect(sameReplies(pair, commands)).resolves.toBeUndefined()
  })

  test.each(['attrib', 'push'])('DEBUG PROTOCOL %s', async (type) => {
    // What comes besides the reply stands before it.
    const isTwofold = protocol === 3
    const told = await Promise.all(
      [pair.real, pair.ours].map(async (wire) => {
        const first = shown(await wire.ask('DEBUG', 'PROTOCOL', type))
        return isTwofold ? [first, shown(await wire.next())] : [first]
      }),
    )
    expect(told[1]).toEqual(told[0])
    expect(told[1]?.[0]).toMatch({ attrib: /^"|^\|/, push: /^-|^>/ }[type] ?? /x/)
  })

  test('who empties everything is told so after the reply', async () => {
    // With RESP3 two pushes come between the replies: of the key, of the emptying.
    const told = await Promise.all(
      [pair.real, pair.ours].map(async (wire) => {
        const replies = [...(await wire.askAll(flushing))]
        if (protocol === 3) replies.push(await wire.next(), await wire.next())
        return replies.map(shown)
      }),
    )
    expect(told[1]).toEqual(told[0])
    expect(told[1]?.filter((text) => text.startsWith('>')).length).toBe(protocol === 3 ? 2 : 0)
  })

  test('MEMORY STATS has the fields of a real one, of the same types', async () => {
    const asked = [
      ['SET', 'a', 'x'],
      ['SELECT', '3'],
      ['SET', 'b', 'x', 'EX', '100'],
      ['MEMORY', 'STATS'],
      ['SELECT', '0'],
    ]
    const [real, ours] = await Promise.all([pair.real.askAll(asked), pair.ours.askAll(asked)])
    const fields = [real, ours].map((replies) =>
      shown(replies[3])
        .replaceAll(/([:,])[0-9.e+-]+/g, '$1N')
        .replaceAll(/"-?[0-9.]+"/g, '"N"'),
    )
    expect(fields[1]).toBe(fields[0])
    expect(fields[1]).toContain('"db.3" ')
  })

  test('HELP of DEBUG has the shape of a real one', async () => {
    const [real, ours] = await Promise.all([pair.real.ask('DEBUG', 'HELP'), pair.ours.ask('DEBUG', 'HELP')])
    const [expected, got] = [real, ours].map((reply) =>
      reply !== null && 'items' in reply ? reply.items.map(shown) : [],
    )
    const names = (lines: readonly string[] | undefined): readonly string[] =>
      (lines ?? []).filter((line) => /^\+[A-Z]/.test(line)).map((line) => line.split(' ')[0] ?? '')
    expect([got?.[0], got?.at(-2), got?.at(-1)]).toEqual([expected?.[0], expected?.at(-2), expected?.at(-1)])
    expect(names(got).filter((name) => !names(expected).includes(name))).toEqual([])
  })

  test('CLIENT INFO tells both ends of the connection', async () => {
    const [real, ours] = await Promise.all([pair.real.ask('CLIENT', 'INFO'), pair.ours.ask('CLIENT', 'INFO')])
    const fields = [real, ours].map((reply) => shown(reply).replaceAll(/=[^ ]*/g, ''))
    expect(fields[1]).toBe(fields[0])
    expect(shown(real)).toContain(` laddr=127.0.0.1:${pair.ports.real} `)
    expect(shown(ours)).toContain(` laddr=127.0.0.1:${pair.ports.ours} `)
  })
})

const pages = [
  'POST / HTTP/1.1\r\nHost: a\r\n\r\nSET k evil\r\n',
  'post x\r\nSET k evil\r\n',
  'GET / HTTP/1.1\r\nHOST: a\r\n\r\nSET k evil\r\n',
  '*1\r\n$4\r\nPOST\r\nSET k evil\r\n',
  'PING\r\n*2\r\n$5\r\nHost:\r\n$1\r\na\r\nSET k evil\r\n',
  'MULTI\r\nPOST\r\nSET k evil\r\nEXEC\r\n',
]

test.skipIf(!hasRealRedis).each(pages)(
  'a page in a browser that asks %j is cut off without a word',
  async (text) => {
    const pair = await startPair(2)
    const told = await Promise.all([pair.ports.real, pair.ports.ours].map((port) => saidTo(port, text)))
    expect(told).toEqual(['', ''])
    await expect(sameReplies(pair, [['GET', 'k']])).resolves.toBeUndefined()
    expect(shown(await pair.ours.ask('EVAL', "return redis.call('POST')", '0'))).toMatch(
      /^-ERR Unknown Redis/,
    )
    await pair.stop()
  },
)

/** All that a server says to some bytes until it closes. */
async function saidTo(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const pieces: string[] = []
  socket.on('data', (bytes) => pieces.push(bytes.toString('latin1')))
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => undefined)
  socket.write(text)
  await closed
  return pieces.join('')
}

describe.skipIf(!hasRealRedis)('commands that a setting has to open', () => {
  test.each([
    ['no', 'no'],
    ['local', 'local'],
    ['yes', 'no'],
  ])('DEBUG %s, MODULE %s', async (debugging, modules) => {
    const parameters = { 'enable-debug-command': debugging, 'enable-module-command': modules }
    const pair = await startPair(2, parameters)
    const asked = [
      ['DEBUG', 'PROTOCOL', 'integer'],
      ['DEBUG'],
      ['MULTI'],
      ['DEBUG', 'PROTOCOL', 'integer'],
      ['EXEC'],
      ['MODULE', 'LOAD', '/nosuch.so'],
      ['MODULE', 'LOADEX', '/nosuch.so', 'CONFIG', 'a'],
      ['MODULE', 'UNLOAD', 'nosuch'],
      ['CONFIG', 'GET', 'enable-*-command'],
      ['CONFIG', 'SET', 'enable-debug-command', 'yes'],
      ['EVAL', "return redis.call('DEBUG', 'PROTOCOL', 'integer')", '0'],
    ]
    await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
    await pair.stop()
  })
})

test('DEBUG is closed unless it is opened, to other machines also where it is open to its own', async () => {
  const ask = async (parameters: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    played({ redis: parameters }, async (asking) => [await asking.ask('redis', 'DEBUG SLEEP 0')])
  const closed = expect.stringMatching(/^-ERR DEBUG command not allowed\. /)
  expect(await ask({})).toEqual([closed])
  expect(await ask({ 'enable-debug-command': 'local' })).toEqual([closed])
  expect(await ask({ 'enable-debug-command': 'yes' })).toEqual(['+OK'])
})

test.skipIf(!hasRealRedis)('SYNC sends a snapshot and then the stream, as to a replica of old', async () => {
  const [real, ours] = await Promise.all([startRealRedis('--rdbcompression', 'no'), startOurRedis()])
  const heard = await Promise.all([real.port, ours.port].map(syncedFrom))
  expect(heard[1]).toBe(heard[0])
  expect(heard[1]).toContain('$3\r\nSET\r\n$5\r\nafter\r\n$1\r\n1\r\n')
  await Promise.all([real.stop(), ours.stop()])
})

/** What comes after the snapshot until a write is there, without pings. */
async function syncedFrom(port: number): Promise<string> {
  const wire = await Wire.open(port)
  const socket = connect(port, '127.0.0.1')
  let text = ''
  let tail = ''
  socket.write('SYNC\r\n')
  for await (const bytes of socket) {
    text += (bytes as Buffer).toString('latin1')
    const [head, size = ''] = /^\n*\$([0-9]+)\r\n/.exec(text) ?? ['']
    const end = head.length + Number(size)
    if (head === '' || text.length < end) continue
    if (tail === '' && text.length === end) wire.send(['SET', 'after', '1'])
    tail = text.slice(end)
    if (tail.includes('after')) break
  }
  socket.destroy()
  wire.close()
  return tail.replaceAll('*1\r\n$4\r\nPING\r\n', '')
}
