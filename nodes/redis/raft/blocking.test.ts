// Blocking commands on a Raft log: they wait, are served in the log's order, and each element goes to one client.

import { expect, test } from 'vitest'

import { raftRedis } from '../index.ts'
import { RaftGroup } from '../testing/raft-group.ts'
import { shown } from '../testing/wire.ts'
import {
  type Env,
  group,
  ms,
  node,
  type Program,
  run,
  scenario,
  seconds,
  type WrittenFault,
} from '../../../sim/index.ts'

const replicas = ['redis-1', 'redis-2', 'redis-3']

async function play(
  programs: Readonly<Record<string, Program>>,
  faults: readonly WrittenFault[] = [],
): Promise<void> {
  const told = scenario({
    title: 'waiting',
    nodes: () => [
      ...group('redis', 3, raftRedis(), { restartAfterExit: ms(200) }),
      ...Object.entries(programs).map(([name, program]) => node(name, program)),
    ],
    faults,
    duration: seconds(12),
    settle: seconds(1),
  })
  const { violations } = await run(told, { seed: 1, isChecked: false })
  expect(violations).toEqual([])
}

/** Asks each question at its second, one after the other; tells when each was answered, in tenths of a second, and what. */
function asker(told: string[], ...questions: readonly (readonly [at: number, line: string])[]): Program {
  return async (env) => {
    const redis = new RaftGroup(env, replicas, seconds(5))
    await redis.insist('PING')
    for (const [at, line] of questions) {
      const wait = seconds(at) - env.clock.monotonic()
      if (wait > 0) await env.sleep(wait as ReturnType<typeof seconds>)
      const reply = await redis.ask(...line.split(' '))
      told.push(`${Math.floor(env.clock.monotonic() / 1e8) / 10} ${shown(reply)}`)
    }
  }
}

test('a client waits until there is something, or its time is over', async () => {
  const [waiter, other, pusher]: [string[], string[], string[]] = [[], [], []]
  await play({
    waiter: asker(
      waiter,
      [2, 'BLPOP a b 3'],
      [5, 'BLPOP a 0.5'],
      [6, 'BZPOPMIN z 0'],
      [7, 'BLMOVE a b LEFT RIGHT 0'],
      [8, 'XREADGROUP GROUP g me BLOCK 0 STREAMS s >'],
      [9, 'XREAD BLOCK 2000 STREAMS s $'],
    ),
    other: asker(other, [2.1, 'BLPOP b 0'], [3.5, 'EVAL return{redis.call("BLMPOP","0","1","a","LEFT")} 0']),
    pusher: asker(
      pusher,
      [3, 'RPUSH b one two'],
      [6.5, 'ZADD z 1 m'],
      [7.2, 'RPUSH a moved'],
      [7.5, 'XGROUP CREATE s g $ MKSTREAM'],
      [8.5, 'XADD s 1-1 f v'],
      [9.5, 'XADD s 2-1 f v'],
    ),
  })
  expect(waiter).toEqual([
    '3 *["b" "one"]',
    '5.5 _',
    '6.5 *["z" "m" "1"]',
    '7.2 "moved"',
    '8.5 *[*["s" *[*["1-1" *["f" "v"]]]]]',
    '9.5 *[*["s" *[*["2-1" *["f" "v"]]]]]',
  ])
  expect(other).toEqual(['3 *["b" "two"]', '3.5 *[_]'])
})

test('a wait ends by CLIENT UNBLOCK, and when its leader leads no more', async () => {
  const told: string[] = []
  await play(
    {
      waiter: async (env) => {
        const redis = new RaftGroup(env, replicas, seconds(8))
        await redis.insist('PING')
        for (const time of ['0', '0', '7']) {
          await redis.insist('SET', 'id', shown(await redis.insist('CLIENT', 'ID')).slice(1))
          told.push(shown(await redis.ask('BLPOP', 'nothing', time)))
        }
      },
      other: async (env) => {
        const redis = new RaftGroup(env, replicas)
        for (const reason of ['TIMEOUT', 'ERROR']) {
          await env.sleep(seconds(2))
          const id = shown(await redis.insist('GET', 'id')).replaceAll('"', '')
          told.push(`${reason} ${shown(await redis.insist('CLIENT', 'UNBLOCK', id, reason))}`)
        }
      },
    },
    // Whoever leads is alone, and hears at the end that others have elected another.
    replicas.map((name) => ({
      kind: 'partition',
      shape: { kind: 'split', groups: [[name], replicas.filter((other) => other !== name)] },
      cuts: 'later',
      at: seconds(5 + replicas.indexOf(name)),
      for: ms(900),
    })),
  )
  expect(told.slice(0, 4).sort()).toEqual([
    '-UNBLOCKED client unblocked via CLIENT UNBLOCK',
    'ERROR :1',
    'TIMEOUT :1',
    '_',
  ])
  expect(told[4]).toMatch(/^-UNBLOCKED force unblock from blocking operation/)
})

/** Takes elements as they come. */
function consumer(taken: string[]): Program {
  return async (env: Env) => {
    const redis = new RaftGroup(env, replicas, seconds(3))
    for (;;) {
      const reply = await redis.ask('BLPOP', 'queue', '1')
      const item = reply !== null && 'items' in reply ? reply.items[1] : undefined
      if (item !== undefined && 'text' in item) taken.push(item.text)
    }
  }
}

function producer(pushed: string[], count: number): Program {
  return async (env) => {
    const redis = new RaftGroup(env, replicas)
    for (let number = 0; number < count; number++) {
      if ((await redis.ask('RPUSH', 'queue', String(number)))?.kind === 'integer') pushed.push(String(number))
      await env.sleep(ms(20))
    }
  }
}

test.each([
  ['nothing fails', [], 0],
  [
    'leaders crash',
    replicas.map(
      (name, place) => ({ kind: 'crash', node: name, at: seconds(2 + 2 * place), for: seconds(1) }) as const,
    ),
    // Whose reply was on its way is lost with its element, as by Redis.
    9,
  ],
] as const)('of several that wait each takes what no other does, while %s', async (_, faults, lostMax) => {
  const [taken, pushed]: [string[], string[]] = [[], []]
  await play(
    {
      one: consumer(taken),
      two: consumer(taken),
      three: consumer(taken),
      producer: producer(pushed, 200),
    },
    faults,
  )
  expect(pushed.length).toBeGreaterThan(150)
  expect(new Set(taken).size).toBe(taken.length)
  const lost = pushed.filter((element) => !taken.includes(element))
  expect(lost.length).toBeLessThanOrEqual(lostMax)
})
