// maxmemory: the bound is held, and those go that the policy says.

import { describe, expect, test } from 'vitest'

import { type Asking, played } from './testing/played.ts'
import { ms, seconds } from '../../sim/index.ts'

const maxmemory = 20_000
const text = 'x'.repeat(100)

async function memory({ ask }: Asking): Promise<number> {
  const info = await ask('redis', 'INFO memory')
  const [used, uncounted] = ['used_memory', 'mem_not_counted_for_evict'].map((name) =>
    Number(new RegExp(`${name}:([0-9]+)`).exec(info)?.[1]),
  )
  return (used ?? 0) - (uncounted ?? 0)
}

/** Which of some keys are left. */
async function left({ ask }: Asking, keys: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const key of keys) if ((await ask('redis', `EXISTS ${key}`)) === ':1') found.push(key)
  return found
}

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

describe.each([
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
])('%s', (policy) => {
  test('holds the bound whatever is written', async () => {
    const told = await played({ redis: { maxmemory, 'maxmemory-policy': policy } }, async (asking) => {
      let most = 0
      for (const key of names('key:', 300)) {
        expect(await asking.ask('redis', `SET ${key} ${text} EX 1000`)).toBe('+OK')
        most = Math.max(most, await memory(asking))
      }
      const evicted = /evicted_keys:([0-9]+)/.exec(await asking.ask('redis', 'INFO stats'))?.[1]
      return [`${most <= maxmemory + 400}`, `${most > maxmemory / 2}`, `${Number(evicted) > 50}`]
    })
    expect(told).toEqual(['true', 'true', 'true'])
  })
})

test('noeviction refuses what takes memory, and lets go what frees it', async () => {
  const told = await played({ redis: { maxmemory } }, async ({ ask }) => {
    let reply = '+OK'
    for (let at = 0; reply === '+OK'; at++) reply = await ask('redis', `SET key:${at} ${text}`)
    return [
      reply,
      await ask('redis', 'GET nothing'),
      await ask('redis', 'DEL key:0 key:1'),
      await ask('redis', 'SET x y'),
    ]
  })
  expect(told).toEqual(["-OOM command not allowed when used memory > 'maxmemory'.", '_', ':2', '+OK'])
})

test('volatile policies evict nothing that does not expire', async () => {
  const told = await played({ redis: { maxmemory, 'maxmemory-policy': 'volatile-lru' } }, async (asking) => {
    const kept = names('kept:', 20)
    for (const key of kept) await asking.ask('redis', `SET ${key} ${text}`)
    for (const key of names('volatile:', 300)) await asking.ask('redis', `SET ${key} ${text} EX 1000`)
    return [`${(await left(asking, kept)).length}`]
  })
  expect(told).toEqual(['20'])
})

test('volatile-ttl evicts what has the least time left', async () => {
  const parameters = { maxmemory, 'maxmemory-policy': 'volatile-ttl', 'maxmemory-samples': 1000 }
  const told = await played({ redis: parameters }, async (asking) => {
    const long = names('long:', 10)
    const short = names('short:', 10)
    for (const key of short) await asking.ask('redis', `SET ${key} ${text} EX 100`)
    for (const key of long) await asking.ask('redis', `SET ${key} ${text} EX 10000`)
    for (const key of names('middle:', 150)) await asking.ask('redis', `SET ${key} ${text} EX 1000`)
    return [`${(await left(asking, short)).length} ${(await left(asking, long)).length}`]
  })
  expect(told).toEqual(['0 10'])
})

test.each(['allkeys-lru', 'allkeys-lfu'])('%s keeps most of what is used', async (policy) => {
  const parameters = { maxmemory, 'maxmemory-policy': policy, 'maxmemory-samples': 10 }
  const told = await played({ redis: parameters }, async (asking) => {
    const used = names('used:', 20)
    for (const key of used) await asking.ask('redis', `SET ${key} ${text}`)
    for (const key of names('other:', 250)) {
      await asking.ask('redis', `SET ${key} ${text}`)
      await asking.ask('redis', `MGET ${used.join(' ')}`)
    }
    return [`${(await left(asking, used)).length >= 18}`]
  })
  expect(told).toEqual(['true'])
})

test('what was used often counts less by one for every `lfu-decay-time` minutes without use', async () => {
  const told = await played(
    { redis: { 'maxmemory-policy': 'allkeys-lfu', 'lfu-log-factor': 0, 'lfu-decay-time': 2 } },
    async ({ ask, env }) => {
      await ask('redis', 'SET key value')
      for (let reads = 0; reads < 10; reads++) await ask('redis', 'GET key')
      const lines = [await ask('redis', 'OBJECT FREQ key')]
      await env.sleep(ms(2500))
      return [...lines, await ask('redis', 'OBJECT FREQ key')]
    },
    [{ kind: 'clock-step', node: 'redis', by: seconds(600), at: seconds(2) }],
  )
  expect(told).toEqual([':15', ':10'])
})

test('a script that has begun is not stopped halfway, and one that begins without room writes nothing new', async () => {
  // Words of a command are told apart by spaces, those of a script by tabs.
  const script = (text: string): string => `EVAL ${text.replaceAll(' ', '\t')} 0`
  const told = await played({ redis: { maxmemory } }, async ({ ask }) => [
    await ask(
      'redis',
      script("for i=1,1000 do redis.call('set','k'..i,string.rep('x',100)) end return redis.call('dbsize')"),
    ),
    await ask('redis', script("return redis.call('set','a','b')")),
    await ask('redis', script("redis.call('del','k1') return redis.call('set','a','b')")),
  ])
  expect(told).toMatchInlineSnapshot(`
    [
      ":1000",
      "-OOM command not allowed when used memory > 'maxmemory'. script: f5fcf5574bc09825f0e50d11e38c450eb5189834, on @user_script:1.",
      "+OK",
    ]
  `)
})
