import { expect, it } from 'vitest'
import type { RaftMessage } from './message.ts'
import { Cluster } from '../testing/cluster.ts'
import { ms, type Instant } from '../../../sim/index.ts'

/** A leader again, in a later term, with a heartbeat of its first term still on its way to each follower. */
function leaderAgain(): { readonly cluster: Cluster; readonly before: Instant } {
  const cluster = new Cluster(['a', 'b', 'c'])
  cluster.timeout('a')
  cluster.settle()
  cluster.run(ms(100))
  cluster.elapse(ms(50))
  const before = cluster.now
  const heartbeats = cluster.network.splice(0)
  expect(heartbeats).toHaveLength(2)
  for (const [leader, next] of [
    ['a', 'c'],
    ['c', 'a'],
  ] as const) {
    cluster.elapse(ms(1))
    cluster.transfer(leader, next)
    cluster.settle()
    expect(cluster.leader).toBe(next)
  }
  cluster.network.push(...heartbeats)
  return { cluster, before }
}

function echoOf(cluster: Cluster): number | undefined {
  return cluster.raft('a').state.leadership?.progress.get('b')?.echoedAt
}

it('an answer to an append of an earlier term dates nothing (thesis 6.4.1)', () => {
  const { cluster, before } = leaderAgain()
  const leadership = cluster.raft('a').state.leadership!
  const progress = leadership.progress.get('b')!
  progress.echoedAt = -1 as Instant
  cluster.settle()
  expect(before).toBeLessThan(leadership.beganAt)
  expect(echoOf(cluster)).toBe(-1)
})

it.each<RaftMessage['kind']>(['raft.append-reply', 'raft.snapshot-reply'])(
  'a %s counts from when it was sent, if that was in this leadership',
  (kind) => {
    const { cluster } = leaderAgain()
    cluster.network.length = 0
    const { term, leadership } = cluster.raft('a').state
    leadership!.progress.get('b')!.echoedAt = -1 as Instant
    const began = leadership!.beganAt
    const reply = (sentAt: number): RaftMessage =>
      kind === 'raft.append-reply'
        ? { kind, term, isSuccess: true, index: 1, sentAt: sentAt as Instant }
        : { kind: 'raft.snapshot-reply', term, index: 1, offset: 0, sentAt: sentAt as Instant }
    cluster.inject('b', 'a', reply(began - 1))
    expect(echoOf(cluster)).toBe(-1)
    cluster.inject('b', 'a', reply(began))
    expect(echoOf(cluster)).toBe(began)
  },
)
