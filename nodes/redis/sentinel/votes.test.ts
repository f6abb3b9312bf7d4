// In each epoch a monitor votes once, whatever crashes and whatever its disk forgets of what was not synced.

import { expect, test } from 'vitest'

import { RedisClient, redisSentinel, sentinelPort } from '../index.ts'
import {
  crashes,
  diskErrors,
  type Env,
  type Event,
  type FaultSource,
  fsyncFailures,
  group,
  ms,
  node,
  run,
  scenario,
  seconds,
  tornWrites,
} from '../../../sim/index.ts'
import { RequestError } from '../../transport/index.ts'

/** A vote as somebody heard of it. */
interface Vote {
  readonly epoch: number
  readonly leader: string
}

/** Epochs in which the same monitor was heard to vote for more than one. */
function doubled(votes: readonly Vote[]): readonly number[] {
  const first = new Map<number, string>()
  const found = new Set<number>()
  for (const { epoch, leader } of votes)
    if (first.has(epoch) && first.get(epoch) !== leader) found.add(epoch)
    else first.set(epoch, leader)
  return [...found]
}

/** Asks for votes in epochs that all who ask go through at about the same time. */
function candidate(votes: Vote[]) {
  return async (env: Env): Promise<void> => {
    const client = new RedisClient(env, { host: 'sentinel-1', port: sentinelPort, connectTimeout: ms(100) })
    for (let round = 0; ; round++) {
      const epoch = String(1 + Math.floor(round / 3))
      const question = ['SENTINEL', 'IS-MASTER-DOWN-BY-ADDR', 'redis', '6379', epoch, env.name]
      const reply = await client.call(question, ms(100)).catch((error: unknown) => {
        if (error instanceof RequestError) return null
        throw error
      })
      const [, leader, voted] = reply?.kind === 'array' ? reply.items : []
      if (leader?.kind === 'bulk' && voted?.kind === 'integer')
        votes.push({ epoch: Number(voted.text), leader: leader.text })
      await env.sleep(ms(20))
    }
  }
}

/** What was heard of a monitor whose machine crashes while faults hold. */
async function heard(
  seed: number,
  faults: readonly FaultSource[],
): Promise<{ readonly votes: readonly Vote[]; readonly begun: number }> {
  const votes: Vote[] = []
  const result = await run(
    scenario({
      title: 'votes',
      nodes: () => [
        ...group('sentinel', 1, redisSentinel, {
          quorum: 0,
          parameters: { master: 'redis 6379' },
          restartAfterExit: ms(20),
        }),
        ...group('candidate', 3, candidate(votes), { quorum: 0 }),
      ],
      faults: [crashes({ of: 'sentinel', every: ms(300), for: [ms(10), ms(50)], disk: 'lost' }), ...faults],
      unrestricted: true,
      exitsAllowed: [1],
      duration: seconds(5),
      settle: seconds(1),
    }),
    { seed, isChecked: false },
  )
  expect(result.violations).toEqual([])
  return { votes, begun: result.faults.reduce((sum, { begun }) => sum + begun, 0) }
}

const onCrashes = [
  crashes({ of: 'sentinel', every: ms(300), for: [ms(10), ms(50)], disk: 'lost' }),
  tornWrites({ of: 'sentinel', every: ms(500), for: [ms(10), ms(50)] }),
]
const onFailures = [
  crashes({ of: 'sentinel', every: ms(100), for: [ms(1), ms(5)], disk: 'lost' }),
  fsyncFailures({ of: 'sentinel', every: ms(200), for: [ms(50), ms(200)] }),
  diskErrors({ of: 'sentinel', every: ms(500), for: [ms(50), ms(200)] }),
]

test.each([
  ['crash', onCrashes, 20],
  ['crash on a disk that fails', onFailures, 10],
])('a vote that was told is not given to somebody else after a %s', async (_, faults, epochsMin) => {
  for (let seed = 1; seed <= 4; seed++) {
    const { votes, begun } = await heard(seed, faults)
    expect(doubled(votes)).toEqual([])
    expect(new Set(votes.map(({ epoch }) => epoch)).size).toBeGreaterThan(epochsMin)
    expect(begun).toBeGreaterThan(5)
  }
})

test('a monitor that cannot read for whom it voted says so, and ends', async () => {
  const story = scenario({
    title: 'unreadable',
    nodes: () => [
      node('sentinel', redisSentinel, {
        parameters: { master: 'redis 6379' },
        restartAfterExit: ms(100),
      }),
    ],
    faults: [
      { kind: 'crash', node: 'sentinel', at: ms(100), for: ms(50), disk: 'lost' },
      { kind: 'disk-read-error', node: 'sentinel', paths: '/sentinel.json', at: ms(120), for: ms(180) },
    ],
    unrestricted: true,
    exitsAllowed: [1],
    duration: seconds(1),
    settle: ms(100),
  })
  const ends: Event[] = []
  const onEvent = (event: Event): void => {
    if (event.kind === 'exit' || event.kind === 'log') ends.push(event)
  }
  const { violations } = await run(story, { seed: 1, isChecked: false, onEvent })
  expect(violations).toEqual([])
  expect(ends.slice(0, 2)).toMatchObject([
    { kind: 'log', text: "Fatal error, can't open config file" },
    { kind: 'exit', code: 1 },
  ])
})

test('what is looked for would be found', () => {
  const votes = [
    { epoch: 1, leader: 'a' },
    { epoch: 2, leader: 'b' },
    { epoch: 1, leader: 'b' },
  ]
  expect(doubled(votes)).toEqual([1])
})
