// In each epoch a monitor votes once, whatever crashes and whatever its disk forgets of what was not synced.

import { expect, test } from 'vitest'

import { RedisClient, redisSentinel, sentinelPort } from '../index.ts'
import { crashes, type Env, group, ms, run, scenario, seconds, tornWrites } from '../../../sim/index.ts'
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

test('a vote that was told is not given to somebody else after a crash', async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const votes: Vote[] = []
    const { violations, faults } = await run(
      scenario({
        title: 'votes',
        nodes: () => [
          ...group('sentinel', 1, redisSentinel, { quorum: 0, parameters: { master: 'redis 6379' } }),
          ...group('candidate', 3, candidate(votes), { quorum: 0 }),
        ],
        faults: [
          crashes({ of: 'sentinel', every: ms(300), for: [ms(10), ms(50)], disk: 'lost' }),
          tornWrites({ of: 'sentinel', every: ms(500), for: [ms(10), ms(50)] }),
        ],
        duration: seconds(5),
        settle: seconds(1),
      }),
      { seed, isChecked: false },
    )
    expect(violations).toEqual([])
    expect(doubled(votes)).toEqual([])
    expect(new Set(votes.map(({ epoch }) => epoch)).size).toBeGreaterThan(20)
    expect(faults.reduce((sum, { begun }) => sum + begun, 0)).toBeGreaterThan(5)
  }
})

test('what is looked for would be found', () => {
  const votes = [
    { epoch: 1, leader: 'a' },
    { epoch: 2, leader: 'b' },
    { epoch: 1, leader: 'b' },
  ]
  expect(doubled(votes)).toEqual([1])
})
