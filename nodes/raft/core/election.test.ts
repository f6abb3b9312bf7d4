import { describe, expect, it } from 'vitest'
import type { VoteMessage } from './message.ts'
import { Cluster } from '../testing/cluster.ts'
import { ms, seconds, type Instant } from '../../../sim/index.ts'

const abc = ['a', 'b', 'c']

function vote(fields: Partial<VoteMessage>): VoteMessage {
  return {
    kind: 'raft.vote',
    term: 1,
    isPreVote: false,
    isTransfer: true,
    lastIndex: 0,
    lastTerm: 0,
    ...fields,
  }
}

describe('leader election (5.2)', () => {
  it('elects one leader, whose heartbeats keep the others from trying', () => {
    const cluster = new Cluster(abc)
    cluster.run(ms(1000))
    expect(cluster.leader).toBe('a')
    expect(cluster.raft('a').term).toBe(1)
    expect(cluster.raft('c').leader).toBe('a')
  })

  it('elects another leader when the first one dies', () => {
    const cluster = new Cluster(abc)
    cluster.run(ms(500))
    cluster.crash('a')
    cluster.run(ms(600))
    expect(cluster.leader).toBe('b')
    expect(cluster.raft('b').term).toBe(2)
  })

  it('elects nobody without a majority', () => {
    const cluster = new Cluster(['a', 'b', 'c', 'd', 'e'])
    for (const name of ['c', 'd', 'e']) cluster.crash(name)
    cluster.run(ms(2000))
    expect(cluster.leader).toBe(null)
  })

  it('elects the only server of a cluster of one', () => {
    const cluster = new Cluster(['a'])
    cluster.run(ms(200))
    cluster.propose('a', 'x')
    expect(cluster.server('a').applied).toEqual(['x'])
  })

  it('lets another election settle a split vote', () => {
    const cluster = new Cluster(['a', 'b', 'c', 'd'], { draw: (_, min) => min })
    cluster.timeout('a')
    cluster.dropWhere(() => true)
    cluster.timeout('b')
    cluster.settle()
    cluster.run(ms(2000))
    expect(cluster.leader).not.toBe(null)
  })

  it('gives one vote a term, first come, first served', () => {
    const cluster = new Cluster(abc)
    cluster.inject('a', 'c', vote({ term: 1 }))
    cluster.inject('b', 'c', vote({ term: 1 }))
    const granted = cluster.network.map(({ target, message }) => [target, message['isGranted']])
    expect(granted).toEqual([
      ['a', true],
      ['b', false],
    ])
  })

  it('gives the same vote again to the same candidate, whose answer was lost', () => {
    const cluster = new Cluster(abc)
    cluster.inject('a', 'c', vote({ term: 1 }))
    cluster.inject('a', 'c', vote({ term: 1 }))
    expect(cluster.network.map(({ message }) => message['isGranted'])).toEqual([true, true])
  })

  it('remembers its vote across a crash', () => {
    const cluster = new Cluster(abc)
    cluster.inject('a', 'c', vote({ term: 1 }))
    cluster.crash('c')
    cluster.restart('c')
    cluster.inject('b', 'c', vote({ term: 1 }))
    expect(cluster.network.at(-1)?.message).toMatchObject({ isGranted: false, term: 1 })
  })

  it('answers a vote only when it is on disk', () => {
    const cluster = new Cluster(abc, { isInstantDisk: false })
    cluster.inject('a', 'c', vote({ term: 1 }))
    expect(cluster.network).toEqual([])
    cluster.sync('c')
    expect(cluster.network).toHaveLength(1)
  })

  it('asks for votes only when its own vote and its log are on disk', () => {
    const cluster = new Cluster(abc, { isInstantDisk: false })
    cluster.timeout('a')
    cluster.deliverWhere(({ message }) => message.kind === 'raft.vote' || message.kind === 'raft.vote-reply')
    expect(cluster.raft('a').role).toBe('candidate')
    expect(cluster.network).toEqual([])
    cluster.sync('a')
    expect(cluster.network.map(({ target }) => target)).toEqual(['b', 'c'])
  })

  it('asks those again that have not answered (5.1)', () => {
    const cluster = new Cluster(abc)
    cluster.timeout('a')
    cluster.dropWhere(() => true)
    cluster.elapse(ms(50), 'a')
    expect(cluster.network.map(({ target, message }) => [target, message.kind])).toEqual([
      ['b', 'raft.vote'],
      ['c', 'raft.vote'],
    ])
  })

  it('steps down for a higher term and refuses a lower one (5.1)', () => {
    const cluster = new Cluster(abc)
    cluster.run(ms(500))
    cluster.inject('c', 'a', {
      kind: 'raft.append-reply',
      term: 7,
      isSuccess: false,
      index: 0,
      sentAt: cluster.now,
    })
    expect(cluster.raft('a').role).toBe('follower')
    expect(cluster.raft('a').term).toBe(7)
    cluster.inject('b', 'a', vote({ term: 6, lastIndex: 9, lastTerm: 6 }))
    expect(cluster.network.at(-1)?.message).toMatchObject({ isGranted: false, term: 7 })
  })

  it('does not count votes of another term', () => {
    const cluster = new Cluster(['a', 'b', 'c', 'd', 'e'])
    cluster.timeout('a')
    cluster.deliverWhere(({ message }) => message['isPreVote'] === true)
    cluster.dropWhere(() => true)
    for (const voter of ['b', 'c', 'd'])
      cluster.inject(voter, 'a', { kind: 'raft.vote-reply', term: 0, isPreVote: false, isGranted: true })
    expect(cluster.raft('a').role).toBe('candidate')
  })
})

describe('the election restriction (5.4.1)', () => {
  it.each([
    ['a later last term wins over a longer log', { lastTerm: 3, lastIndex: 1 }, true],
    ['an earlier last term loses in spite of a longer log', { lastTerm: 1, lastIndex: 9 }, false],
    ['of equal last terms the longer log wins', { lastTerm: 2, lastIndex: 3 }, true],
    ['an equal log is enough', { lastTerm: 2, lastIndex: 2 }, true],
    ['of equal last terms the shorter log loses', { lastTerm: 2, lastIndex: 1 }, false],
  ])('%s', (_, last, isGranted) => {
    const cluster = new Cluster(abc)
    cluster.inject('a', 'c', {
      kind: 'raft.append',
      term: 2,
      previousIndex: 0,
      previousTerm: 0,
      entries: [
        { term: 1, command: 'x' },
        { term: 2, command: 'y' },
      ],
      commit: 0,
      sentAt: cluster.now,
    })
    cluster.inject('b', 'c', vote({ term: 3, ...last }))
    expect(cluster.network.at(-1)?.message).toMatchObject({ isGranted })
  })
})

describe('pre-vote (thesis 9.6)', () => {
  it('keeps a server that was cut off from disturbing the leader when it comes back', () => {
    const cluster = new Cluster(abc)
    cluster.run(ms(500))
    cluster.isolate('c')
    cluster.run(ms(3000))
    expect(cluster.raft('c').term).toBe(1)
    cluster.heal()
    cluster.run(ms(500))
    expect(cluster.leader).toBe('a')
    expect(cluster.raft('a').term).toBe(1)
  })

  it('promises nothing: two candidates may both be told that they would be elected', () => {
    const cluster = new Cluster(abc)
    cluster.elapse(ms(160))
    cluster.network.length = 0
    cluster.inject('a', 'c', vote({ term: 1, isPreVote: true }))
    cluster.inject('b', 'c', vote({ term: 1, isPreVote: true }))
    expect(cluster.network.map(({ message }) => message['isGranted'])).toEqual([true, true])
    expect(cluster.raft('c').term).toBe(0)
  })
})

describe('loyalty to a fresh leader (section 6; thesis 4.2.3)', () => {
  it('ignores a removed server that asks for votes', () => {
    const cluster = new Cluster(abc)
    cluster.run(ms(500))
    cluster.inject('removed', 'b', vote({ term: 9, isTransfer: false, lastTerm: 9, lastIndex: 99 }))
    cluster.inject('removed', 'a', vote({ term: 9, isTransfer: false, lastTerm: 9, lastIndex: 99 }))
    expect(cluster.raft('a').term).toBe(1)
    expect(cluster.raft('b').term).toBe(1)
  })

  it('is loyal from the start of an incarnation, which may have promised it before the crash', () => {
    const cluster = new Cluster(abc)
    cluster.run(ms(500))
    cluster.crash('c')
    cluster.restart('c')
    cluster.inject('b', 'c', vote({ term: 2, isTransfer: false, lastTerm: 9, lastIndex: 9 }))
    expect(cluster.raft('c').term).toBe(1)
  })
})

describe('check-quorum (thesis 6.2)', () => {
  it('makes a leader step down that a majority does not answer', () => {
    const cluster = new Cluster(abc)
    cluster.run(ms(500))
    cluster.isolate('a')
    cluster.run(ms(700))
    expect(cluster.raft('a').role).not.toBe('leader')
    expect(cluster.leader).toBe('b')
  })

  it('makes a leader step down whose answers come, and each is a second old', () => {
    const cluster = new Cluster(abc)
    cluster.run(ms(500))
    const leader = cluster.raft('a')
    expect(leader.role).toBe('leader')
    cluster.isolate('a')
    for (let turn = 0; turn < 30 && leader.role === 'leader'; turn++) {
      cluster.run(ms(50))
      const sentAt = (cluster.now - seconds(1)) as Instant
      for (const follower of ['b', 'c'])
        cluster.inject(follower, 'a', {
          kind: 'raft.append-reply',
          term: 1,
          isSuccess: true,
          index: 1,
          sentAt,
        })
    }
    expect(leader.role).not.toBe('leader')
  })

  it('keeps a leader that a majority answers, whatever the minority does', () => {
    const cluster = new Cluster(['a', 'b', 'c', 'd', 'e'])
    cluster.run(ms(500))
    cluster.isolate('d')
    cluster.isolate('e')
    cluster.run(ms(3000))
    expect(cluster.raft('a').role).toBe('leader')
    expect(cluster.raft('a').term).toBe(1)
  })
})
