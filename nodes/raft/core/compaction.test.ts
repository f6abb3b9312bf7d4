import { describe, expect, it } from 'vitest'
import { Cluster } from '../testing/cluster.ts'
import { ms } from '../../../sim/index.ts'

const abc = ['a', 'b', 'c']

function compacting(partMax = 16_384): Cluster {
  const settings = { compactionThreshold: 10, retainedEntries: 2, snapshotPartMax: partMax }
  const cluster = new Cluster(abc, { settings })
  cluster.timeout('a')
  cluster.settle()
  return cluster
}

function propose(cluster: Cluster, count: number, label = 'x'): void {
  for (let place = 0; place < count; place++) cluster.propose('a', `${label}${place}`)
  cluster.run(ms(100))
}

describe('log compaction (section 7)', () => {
  it('takes a snapshot when the log has grown, and keeps a few entries for slow followers', () => {
    const cluster = compacting()
    propose(cluster, 25)
    const { log, snapshot } = cluster.raft('a').state
    expect(snapshot?.index).toBeGreaterThanOrEqual(20)
    expect(log.base).toBe((snapshot?.index ?? 0) - 2)
  })

  it('goes on from the snapshot and what follows it after a crash', () => {
    const cluster = compacting()
    propose(cluster, 25)
    const before = [...cluster.server('a').applied]
    cluster.crash('a')
    cluster.restart('a')
    cluster.run(ms(1000))
    expect(cluster.server('a').applied).toEqual(before)
  })
})

describe('install-snapshot (section 7, figure 13)', () => {
  it.each([16_384, 7])(
    'brings a follower back that was away for long, in parts of %i characters',
    (partMax) => {
      const cluster = compacting(partMax)
      cluster.isolate('c')
      propose(cluster, 40)
      cluster.heal()
      cluster.run(ms(500))
      expect(cluster.server('c').applied).toEqual(cluster.server('a').applied)
      expect(cluster.probesOf('raft.install').map(({ node }) => node)).toEqual(['c'])
    },
  )

  it('goes on with the part that was lost', () => {
    const cluster = compacting(32)
    cluster.isolate('c')
    propose(cluster, 40)
    cluster.heal()
    for (let round = 0; round < 40; round++) {
      cluster.elapse(ms(50))
      if (round % 3 === 1) cluster.dropWhere(({ message }) => message.kind.startsWith('raft.snapshot'))
      cluster.settle()
    }
    expect(cluster.server('c').applied).toEqual(cluster.server('a').applied)
  })

  it('survives a crash right after it was acknowledged', () => {
    const cluster = compacting()
    cluster.isolate('c')
    propose(cluster, 40)
    cluster.heal()
    cluster.run(ms(500))
    cluster.crash('c')
    cluster.restart('c')
    expect(cluster.raft('c').state.commit).toBe(cluster.raft('a').state.snapshot?.index)
    cluster.run(ms(500))
    expect(cluster.server('c').applied).toEqual(cluster.server('a').applied)
  })

  it('says nothing of a snapshot before it is on disk', () => {
    const cluster = new Cluster(abc, { isInstantDisk: false })
    const snapshot = {
      index: 5,
      indexTerm: 1,
      configuration: { voters: abc, learners: [] },
      offset: 0,
      part: '["x"]',
    }
    cluster.inject('a', 'c', {
      kind: 'raft.snapshot',
      term: 1,
      ...snapshot,
      isLast: true,
      sentAt: cluster.now,
    })
    expect(cluster.server('c').applied).toEqual(['x'])
    expect(cluster.network).toEqual([])
    cluster.sync('c')
    expect(cluster.network[0]?.message).toMatchObject({
      kind: 'raft.append-reply',
      isSuccess: true,
      index: 5,
    })
  })

  it('keeps the entries after a snapshot whose last entry it holds (step 6)', () => {
    const cluster = new Cluster(abc)
    const entries = [1, 1, 1].map((term, place) => ({ term, command: `x${place}` }))
    const sentAt = cluster.now
    cluster.inject('a', 'c', {
      kind: 'raft.append',
      term: 1,
      previousIndex: 0,
      previousTerm: 0,
      entries,
      commit: 0,
      sentAt,
    })
    const snapshot = {
      index: 2,
      indexTerm: 1,
      configuration: { voters: abc, learners: [] },
      offset: 0,
      part: '["x0","x1"]',
    }
    cluster.inject('a', 'c', { kind: 'raft.snapshot', term: 1, ...snapshot, isLast: true, sentAt })
    expect(cluster.raft('c').state.log.lastIndex).toBe(3)
    expect(cluster.server('c').disk.read().entries).toHaveLength(1)
  })

  it('ignores a snapshot of what it has applied', () => {
    const cluster = compacting()
    propose(cluster, 5)
    const snapshot = {
      index: 2,
      indexTerm: 1,
      configuration: { voters: abc, learners: [] },
      offset: 0,
      part: '[]',
    }
    cluster.inject('a', 'c', {
      kind: 'raft.snapshot',
      term: 1,
      ...snapshot,
      isLast: true,
      sentAt: cluster.now,
    })
    expect(cluster.server('c').applied).toHaveLength(5)
  })
})
