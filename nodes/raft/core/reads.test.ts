import { describe, expect, it } from 'vitest'
import { raftRules } from './rules.ts'
import { Cluster } from '../testing/cluster.ts'
import { ms } from '../../../sim/index.ts'

function elected(): Cluster {
  const cluster = new Cluster(['a', 'b', 'c'])
  cluster.timeout('a')
  cluster.settle()
  cluster.run(ms(100))
  return cluster
}

describe('read-index (section 8; thesis 6.4)', () => {
  it('reads when a majority has confirmed the leader since the read came', () => {
    const cluster = elected()
    cluster.elapse(ms(1))
    const read = cluster.read('a', 'index')
    expect(read.outcome).toBe(null)
    cluster.settle()
    expect(read.outcome).toBe('ready')
  })

  it('does not read on a leader that was replaced without knowing it', () => {
    const cluster = elected()
    cluster.isolate('a')
    cluster.elapse(ms(1))
    const read = cluster.read('a', 'index')
    cluster.run(ms(1000))
    expect(cluster.leader).toBe('b')
    expect(read.outcome).toBe('lost')
  })

  it('takes no answer to an earlier message for a confirmation', () => {
    const cluster = elected()
    cluster.elapse(ms(50))
    const earlier = cluster.network.splice(0)
    cluster.elapse(ms(1))
    const read = cluster.read('a', 'index')
    cluster.network.splice(0, cluster.network.length, ...earlier)
    cluster.settle()
    expect(read.outcome).toBe(null)
  })

  it('waits for the first commit of the leader’s term', () => {
    const cluster = new Cluster(['a', 'b', 'c'])
    cluster.timeout('a')
    cluster.deliverWhere(({ message }) => message.kind !== 'raft.append')
    const read = cluster.read('a', 'index')
    expect(read.outcome).toBe(null)
    cluster.settle()
    cluster.run(ms(60))
    expect(read.outcome).toBe('ready')
  })

  it('is lost on a follower', () => {
    expect(elected().read('b', 'index').outcome).toBe('lost')
  })
})

describe('lease reads (thesis 6.4.1)', () => {
  it('read at once while a majority’s answer is fresh', () => {
    const cluster = elected()
    expect(cluster.read('a', 'lease').outcome).toBe('ready')
  })

  it('fall back to a confirmation when the lease has run out', () => {
    const cluster = elected()
    cluster.isolate('a')
    cluster.elapse(ms(149))
    cluster.elapse(ms(10))
    expect(cluster.read('a', 'lease').outcome).toBe(null)
  })

  it('end before any other server may vote, however the clocks drift within the bound', () => {
    const min = ms(150)
    for (const drift of [0, 100, 10_000, 200_000]) {
      const lease = raftRules.leaseDuration(min, drift)
      // In true time: the leader's clock as slow, a voter's as fast as the bound allows.
      expect(lease / (1 - drift / 1e6)).toBeLessThanOrEqual(min / (1 + drift / 1e6))
    }
  })

  it('are over for the term once leadership was offered to another server', () => {
    const cluster = elected()
    cluster.transfer('a', 'c')
    cluster.dropWhere(() => true)
    cluster.run(ms(350))
    expect(cluster.leader).toBe('a')
    cluster.elapse(ms(1))
    expect(cluster.read('a', 'lease').outcome).toBe(null)
  })
})

/**
 * A leader that a majority follows and that does not know yet what is committed: its predecessor committed x with its
 * help and told nobody. The other follower lacks x, so that it answers the new leader's first append with a refusal.
 */
function confirmedBeforeCommit(): Cluster {
  const cluster = elected()
  cluster.isolate('c')
  cluster.propose('a', 'x')
  cluster.deliverWhere(({ message }) => message.kind === 'raft.append')
  cluster.deliverWhere(({ message }) => message.kind === 'raft.append-reply')
  expect(cluster.server('a').applied).toEqual(['x'])
  cluster.crash('a')
  cluster.network.length = 0
  cluster.heal()
  cluster.timeout('b')
  cluster.deliverWhere(({ message }) => message.kind.startsWith('raft.vote'))
  expect(cluster.leader).toBe('b')
  return cluster
}

describe('a new leader (thesis 6.4, step 1)', () => {
  it.each(['index', 'lease'] as const)(
    'reads nothing by %s before it has committed an entry of its term, however many follow it',
    (mode) => {
      const cluster = confirmedBeforeCommit()
      const early = cluster.read('b', mode)
      cluster.deliverWhere(({ source, target }) => source === 'b' && target === 'c')
      cluster.deliverWhere(({ message }) => message.kind === 'raft.append-reply')
      const late = cluster.read('b', mode)
      expect(cluster.server('b').applied).toEqual([])
      expect([early.outcome, late.outcome]).toEqual([null, null])
      cluster.settle()
      expect(cluster.server('b').applied).toEqual(['x'])
      expect([early.outcome, late.outcome]).toEqual(['ready', 'ready'])
    },
  )
})
