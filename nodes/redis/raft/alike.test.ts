// Replicas on a Raft log never differ: whatever is drawn at random, asked of the clock or remembered between calls, also on a
// replica that was down and has begun with a snapshot.

import { expect, test } from 'vitest'

import { raftRedis } from '../index.ts'
import { RaftGroup } from '../testing/raft-group.ts'
import { shown } from '../testing/wire.ts'
import {
  crashes,
  type DataRecord,
  type Env,
  group,
  ms,
  node,
  run,
  scenario,
  seconds,
} from '../../../sim/index.ts'

const replicas = ['redis-1', 'redis-2', 'redis-3']

const library = `#!lua name=lib
local calls = 0
redis.register_function('count', function(keys) calls = calls + 1; return redis.call('RPUSH', keys[1], calls) end)
redis.register_function{function_name='last', flags={'no-writes'}, callback=function(keys)
  calls = calls + 1; return {calls, redis.call('LINDEX', keys[1], -1)} end}`

const drawing = `local popped = redis.call('SPOP', KEYS[1])
local time = redis.call('TIME')
redis.call('RPUSH', KEYS[2], tostring(popped), math.random(1000000), time[1], time[2])
redis.call('LTRIM', KEYS[2], -40, -1)
return redis.call('SMEMBERS', KEYS[1])`

/** Commands in which replicas could differ. */
function commandOf({ random }: Env): readonly string[] {
  const [number, word] = [String(random.int(0, 400)), `w${random.int(0, 60)}`]
  const key = (kind: string): string => `${kind}${random.int(1, 2)}`
  return random.pick([
    ['SADD', key('ints'), number],
    ['SADD', key('ints'), String(400 - random.int(0, 30))],
    ['SADD', key('words'), word],
    ['SREM', key('words'), word],
    ['SPOP', key('ints')],
    ['SPOP', key('words'), '2'],
    ['HSET', key('hash'), word, random.boolean(0.1) ? 'long'.repeat(30) : number],
    ['HDEL', key('hash'), word],
    ['ZADD', key('zset'), number, random.boolean(0.1) ? word.repeat(40) : word],
    ['ZPOPMIN', key('zset')],
    ['PFADD', key('hll'), number],
    ['PFCOUNT', key('hll')],
    ['XADD', key('stream'), 'MAXLEN', '20', '*', word, number],
    ['SET', key('volatile'), number, 'PX', number === '0' ? '1' : number],
    ['RANDOMKEY'],
    ['EVAL', drawing, '2', key('ints'), 'drawn'],
    ['EVAL', drawing, '2', key('words'), 'drawn'],
    ['EVAL', "return redis.call('DEL', redis.call('RANDOMKEY'))", '0'],
    ['FCALL', 'count', '1', key('calls')],
    ['FCALL_RO', 'last', '1', key('calls')],
    ['FUNCTION', 'LOAD', 'REPLACE', `${library}\n-- ${random.int(0, 3)}`],
  ])
}

/** Digests by index and replica, of all that replicas have published of themselves. */
interface States {
  readonly digests: Map<number, Set<number>>
  shared: number
}

function published({ digests }: States, { index, digest }: DataRecord): boolean {
  const known = digests.get(Number(index)) ?? new Set()
  digests.set(Number(index), known.add(Number(digest)))
  return known.size > 1
}

test.each([1, 2])('replicas that crash hold the same, whatever was run (seed %i)', async (seed) => {
  const states: States = { digests: new Map(), shared: 0 }
  const differing: number[] = []
  let answered = 0
  const told = scenario({
    title: 'alike',
    nodes: () => [
      ...group('redis', 3, raftRedis({ compactionThreshold: 50 })),
      node('client', async (env) => {
        const redis = new RaftGroup(env, replicas)
        for (;;) {
          if ((await redis.ask(...commandOf(env))) !== null) answered++
          await env.sleep(ms(5))
        }
      }),
    ],
    faults: [crashes({ of: 'redis', every: seconds(1), for: [ms(100), seconds(1)], disk: 'lost' })],
    duration: seconds(10),
    settle: seconds(2),
  })
  const { violations } = await run(told, {
    seed,
    isChecked: false,
    onEvent: (event) => {
      if (event.kind !== 'probe' || event.name !== 'redis.state') return
      const value = event.value as DataRecord
      if (states.digests.has(Number(value['index']))) states.shared++
      if (published(states, value)) differing.push(Number(value['index']))
    },
  })
  expect(violations).toEqual([])
  expect(differing).toEqual([])
  expect(answered).toBeGreaterThan(500)
  expect(states.shared).toBeGreaterThan(10)
})

test('scripts and functions take effect on all replicas, survive restarts, and may not ask what replicas differ in', async () => {
  const told: string[] = []
  const story = scenario({
    title: 'scripts',
    nodes: () => [
      ...group('redis', 3, raftRedis({ compactionThreshold: 4 })),
      node('client', async (env) => {
        const redis = new RaftGroup(env, replicas)
        const say = async (...args: readonly string[]): Promise<void> =>
          void told.push(shown(await redis.insist(...args)))
        await say('FUNCTION', 'LOAD', library)
        for (let count = 0; count < 5; count++) await say('FCALL', 'count', '1', 'calls')
        await say('EVAL', "return {redis.call('INCR', KEYS[1]), ARGV[1]}", '1', 'n', 'arg')
        const sha = await redis.insist('SCRIPT', 'LOAD', "return redis.call('INCR', KEYS[1])")
        await say('EVALSHA', 'text' in sha ? sha.text : '', '1', 'n')
        await say('EVALSHA', '0'.repeat(40), '0')
        // All of them crash in turn.
        await env.sleep(seconds(6))
        await say('FCALL', 'count', '1', 'calls')
        await say('LRANGE', 'calls', '0', '-1')
        await say('FCALL_RO', 'last', '1', 'calls')
        await say('GET', 'n')
        await say('EVAL_RO', "return redis.call('INCR', 'n')", '0')
        for (const name of ['INFO', 'SCAN', 'PUBLISH'])
          await say('EVAL', `return redis.call('${name}', '0', '0')`, '0')
        await say('MIGRATE', 'elsewhere', '6379', 'n', '0', '100')
        await say('ACL', 'SETUSER', 'limited', 'on', 'nopass', '~*', '+@all', '-get')
        await say('AUTH', 'limited', 'any')
        await say('EVAL', 'return 1', '0')
      }),
    ],
    faults: replicas.map((name, place) => ({
      kind: 'crash' as const,
      node: name,
      at: ms(3500 + 1500 * place),
      for: ms(500),
      disk: 'lost' as const,
    })),
    duration: seconds(14),
    settle: seconds(1),
  })
  const { violations } = await run(story, { seed: 1, isChecked: false })
  expect(violations).toEqual([])
  const refused = (name: string): string =>
    expect.stringContaining(`${name} is not for scripts on servers that replicate by Raft`)
  expect(told).toEqual([
    '"lib"',
    ':1',
    ':2',
    ':3',
    ':4',
    ':5',
    '*[:1 "arg"]',
    ':2',
    '-NOSCRIPT No matching script. Please use EVAL.',
    ':6',
    // What a library remembers lasts for one call.
    '*["1" "1" "1" "1" "1" "1"]',
    '*[:1 "1"]',
    '"2"',
    expect.stringContaining('Write commands are not allowed from read-only scripts'),
    refused('INFO'),
    refused('SCAN'),
    refused('PUBLISH'),
    '-ERR MIGRATE is not for servers that replicate by Raft',
    '+OK',
    '+OK',
    '-NOPERM scripts on a Raft log are for users that may do everything',
  ])
})
