// What the server does beyond the data: clients, settings, pub/sub, blocking, notifications, caches, memory.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { hasRealRedis, type Pair, startPair } from './testing/differential.ts'
import { shown, Wire } from './testing/wire.ts'

/** Two connections to one server, and what they were told, line by line. */
async function story(
  port: number,
  act: (first: Wire, second: Wire) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const [first, second] = await Promise.all([Wire.open(port), Wire.open(port)])
  const lines = await act(first, second)
  first.close()
  second.close()
  return lines
}

type Act = (first: Wire, second: Wire) => Promise<readonly string[]>

async function say(wire: Wire, line: string): Promise<string> {
  return shown(await wire.ask(...line.split(' ')))
}

async function all(wire: Wire, ...lines: readonly string[]): Promise<readonly string[]> {
  const said: string[] = []
  for (const line of lines) said.push(await say(wire, line))
  return said
}

async function heard(wire: Wire, count: number): Promise<readonly string[]> {
  const lines: string[] = []
  for (let left = count; left > 0; left -= 1) lines.push(shown(await wire.next()))
  return lines
}

/** What is heard until a text is in it. */
async function heardUntil(wire: Wire, text: string): Promise<readonly string[]> {
  const lines: string[] = []
  while (lines.at(-1)?.includes(text) !== true) lines.push(...(await heard(wire, 1)))
  return lines
}

const stories: Readonly<Record<string, Act>> = {
  'a client that waits is served by a push': async (first, second) => {
    first.send(['BLPOP', 'a', 'b', '0'])
    await say(second, 'PING')
    return [...(await all(second, 'RPUSH b 1 2', 'LRANGE b 0 -1')), ...(await heard(first, 1))]
  },
  'BLMOVE hands on to whoever waits for its target': async (first, second) => {
    first.send(['BLMOVE', 'a', 'b', 'LEFT', 'RIGHT', '0'])
    await say(second, 'PING')
    return [...(await all(second, 'RPUSH a 1', 'LRANGE a 0 -1', 'LRANGE b 0 -1')), ...(await heard(first, 1))]
  },
  'commands sent behind a wait run after it': async (first, second) => {
    first.send(['BLPOP', 'a', '0'], ['SET', 'x', '1'], ['GET', 'x'])
    await say(second, 'PING')
    return [...(await all(second, 'GET x', 'LPUSH a 1')), ...(await heard(first, 3))]
  },
  'a push of another kind leaves it waiting': async (first, second) => {
    first.send(['BLPOP', 'a', '0'])
    await say(second, 'PING')
    return [
      ...(await all(second, 'SET a x', 'DEL a', 'MULTI', 'LPUSH a 1', 'DEL a', 'EXEC', 'LPUSH a 2')),
      ...(await heard(first, 1)),
    ]
  },
  'time runs out': async (first) =>
    all(first, 'BLPOP a 0.01', 'BLMOVE a b LEFT RIGHT 0.01', 'BLMPOP 0.01 1 a LEFT'),
  'CLIENT UNBLOCK ends a wait': async (first, second) => {
    const id = (await say(first, 'CLIENT ID')).slice(1)
    first.send(['BLPOP', 'a', '0'])
    await say(second, 'PING')
    const lines = await all(
      second,
      `CLIENT UNBLOCK ${id} ERROR`,
      `CLIENT UNBLOCK ${id}`,
      'CLIENT UNBLOCK 999999',
      'CLIENT UNBLOCK x',
    )
    return [...lines, ...(await heard(first, 1))]
  },
  'messages reach channels, patterns and shards': async (first, second) => {
    // Both channels are left by name: in which order UNSUBSCRIBE leaves all is open.
    first.send(['SUBSCRIBE', 'a', 'b'], ['PSUBSCRIBE', 'a*'], ['SSUBSCRIBE', 's'])
    const begun = await heard(first, 4)
    const sent = await all(
      second,
      'PUBLISH a hello',
      'PUBLISH ab hi',
      'SPUBLISH s shard',
      'PUBSUB NUMSUB a b c',
      'PUBSUB NUMPAT',
      'PUBSUB CHANNELS a*',
      'PUBSUB SHARDCHANNELS',
      'PUBSUB SHARDNUMSUB s',
    )
    const told = await heard(first, 4)
    first.send(
      ['GET', 'x'],
      ['PING'],
      ['PING', 'text'],
      ['UNSUBSCRIBE', 'b'],
      ['UNSUBSCRIBE'],
      ['PUNSUBSCRIBE'],
      ['SUNSUBSCRIBE'],
      ['UNSUBSCRIBE'],
      ['GET', 'x'],
    )
    return [...begun, ...sent, ...told, ...(await heard(first, 9))]
  },
  'a watched key that changes aborts': async (first, second) => {
    const begun = await all(first, 'SET x 1', 'WATCH x', 'MULTI', 'INCR x')
    const other = await all(second, 'SET x 5')
    return [
      ...begun,
      ...other,
      ...(await all(first, 'EXEC', 'GET x', 'WATCH x y', 'MULTI', 'INCR x', 'EXEC')),
    ]
  },
  'a watched key that expires or is flushed aborts': async (first, second) => {
    const lines = [...(await all(first, 'SET x 1', 'WATCH x', 'MULTI', 'PING'))]
    lines.push(...(await all(second, 'FLUSHALL')))
    lines.push(...(await all(first, 'EXEC', 'WATCH none', 'MULTI', 'PING')))
    lines.push(...(await all(second, 'FLUSHALL')))
    return [...lines, ...(await all(first, 'EXEC'))]
  },
  'keyspace notifications': async (first, second) => {
    const set = await all(
      second,
      'CONFIG SET notify-keyspace-events KEA',
      'CONFIG GET notify-keyspace-events',
    )
    await say(first, 'PSUBSCRIBE __key*__:*')
    const done = await all(
      second,
      'SET k 1',
      'INCR k',
      'EXPIRE k 100',
      'APPEND k x',
      'RENAME k k2',
      'DEL k2',
      'LPUSH l 1 2',
      'RPOPLPUSH l m',
      'LPOP l',
      'SADD s 1',
      'SMOVE s t 1',
      'HSET h f 1',
      'HDEL h f',
      'SET e 1 EX 100',
      'COPY e f',
      'EXPIRE e -1',
      'PUBLISH __keyend__: the_end',
    )
    return [...set, ...done, ...(await heardUntil(first, 'the_end'))]
  },
  'caches are told what has changed': async (first, second) => {
    await say(first, 'HELLO 3')
    const begun = await all(first, 'CLIENT TRACKING on', 'GET a', 'MGET b c', 'CLIENT TRACKINGINFO')
    const changed = await all(second, 'SET a 1', 'SET a 2', 'MSET b 1 d 2', 'FLUSHDB')
    return [
      ...begun,
      ...changed,
      ...(await heard(first, 3)),
      ...(await all(
        first,
        'CLIENT TRACKING off',
        'CLIENT TRACKING on BCAST PREFIX x',
        'CLIENT TRACKING on OPTIN',
        'CLIENT CACHING yes',
      )),
    ]
  },
  settings: async (first) =>
    all(
      first,
      'CONFIG SET maxmemory 1mb',
      'CONFIG GET maxmemory',
      'CONFIG SET maxmemory x',
      'CONFIG SET nosuch 1',
      'CONFIG SET maxmemory-policy x',
      'CONFIG SET maxmemory 0 maxmemory 1',
      'CONFIG SET maxmemory',
      'CONFIG GET maxmemory-p*',
      'CONFIG SET databases 1',
      'CONFIG SET maxmemory 0',
      'CONFIG SET hash-max-listpack-entries 2',
      'HSET h a 1 b 2',
      'OBJECT ENCODING h',
      'HSET h c 3',
      'OBJECT ENCODING h',
      'CONFIG SET hash-max-listpack-entries 512',
      'CONFIG FOO',
      'CONFIG',
    ),
  'users and what they may do': async (first, second) => [
    ...(await all(
      first,
      'ACL WHOAMI',
      'ACL SETUSER bob on >pw ~k* %R~r* +@read +set',
      'ACL LIST',
      'ACL USERS',
      'ACL SETUSER bob foo',
      'ACL SETUSER bob +nosuch',
      'ACL GETUSER nobody',
      'ACL DELUSER default',
      'ACL CAT nosuch',
    )),
    ...(await all(
      second,
      'AUTH bob no',
      'AUTH bob pw',
      'ACL WHOAMI',
      'SET k1 v',
      'SET x v',
      'GET k1',
      'STRLEN r1',
      'STRLEN k1',
      'SET r1 v',
      'FLUSHALL',
    )),
    ...(await all(first, 'ACL SETUSER bob allkeys +@all', 'ACL DELUSER bob nobody')),
  ],
  passwords: async (first, second) => [
    ...(await all(first, 'AUTH x', 'CONFIG SET requirepass secret', 'PING')),
    ...(await all(
      second,
      'RESET',
      'PING',
      'GET x',
      'HELLO 2',
      'AUTH wrong',
      'AUTH default secret',
      'PING',
      'HELLO 9',
      'HELLO x',
      'HELLO 2 FOO',
    )),
    ...(await all(first, 'CONFIG SET requirepass ', 'PING')).slice(1),
  ],
  'copies share nothing': async (first) =>
    all(
      first,
      'ZADD z 1 a',
      'COPY z y',
      'ZADD y 2 b',
      'ZRANGE z 0 -1',
      'LPUSH l 1',
      'COPY l m',
      'LPUSH m 2',
      'LLEN l',
      'SADD s 1',
      'COPY s t',
      'SADD t 2',
      'SCARD s',
    ),
  'names and databases': async (first) =>
    all(
      first,
      'CLIENT GETNAME',
      'CLIENT SETNAME a',
      'CLIENT GETNAME',
      'SELECT 3',
      'SET x 1',
      'SELECT 0',
      'GET x',
      'SWAPDB 0 3',
      'GET x',
      'SELECT 16',
      'SELECT x',
      'SWAPDB 0 x',
      'SWAPDB x 0',
      'SWAPDB 0 99',
      'FLUSHALL ASYNC',
      'FLUSHALL x',
      'RESET',
      'CLIENT GETNAME',
    ),
  'replies can be switched off': async (first) => {
    first.send(
      ['CLIENT', 'REPLY', 'OFF'],
      ['PING'],
      ['CLIENT', 'REPLY', 'SKIP'],
      ['CLIENT', 'REPLY', 'ON'],
      ['CLIENT', 'REPLY', 'SKIP'],
      ['PING'],
      ['ECHO', 'a'],
    )
    return heard(first, 2)
  },
  'inline commands and broken ones': async (first, second) => {
    first.raw('PING\r\nset a "x\\x41\\n"\r\n\r\nget a\r\n*1\r\n$4\r\nPING\r\n*0\r\n*-1\r\nget \'a\n')
    second.raw('*3\r\n$3\r\nSET\r\n$1\r\na\r\n:1\r\n')
    return [...(await heard(first, 6)), ...(await heard(second, 2))]
  },
}

describe.skipIf(!hasRealRedis).each([2, 3] as const)('with a default of RESP%i', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(async () => {
    await pair.stop()
  })
  beforeEach(async () => {
    await Promise.all([pair.real.ask('FLUSHALL'), pair.ours.ask('FLUSHALL')])
  })
  afterEach(async () => {
    await Promise.all([
      pair.real.ask('CONFIG', 'SET', 'notify-keyspace-events', ''),
      pair.ours.ask('CONFIG', 'SET', 'notify-keyspace-events', ''),
    ])
  })

  test.each(Object.entries(stories))('%s', async (_, act) => {
    const run: Act = async (first, second) => {
      if (protocol === 3) await Promise.all([first.ask('HELLO', '3'), second.ask('HELLO', '3')])
      return act(first, second)
    }
    const [real, ours] = await Promise.all([story(pair.ports.real, run), story(pair.ports.ours, run)])
    expect(ours).toEqual(real)
  })
})
