// Each planted bug makes the wrong decision where correct Raft makes the right one.

import { describe, expect, it } from 'vitest'
import { mutants } from './index.ts'
import type { AppendMessage, VoteMessage } from '../core/message.ts'
import { raftRules, type RaftRules } from '../core/rules.ts'
import { Sessions } from '../sessions.ts'
import { Cluster } from '../testing/cluster.ts'
import { ms, type Instant, type NodeId } from '../../../sim/index.ts'

const abc = ['a', 'b', 'c']
const abcde = ['a', 'b', 'c', 'd', 'e']

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

function append(
  term: number,
  terms: readonly number[],
  previous: readonly [number, number] = [0, 0],
): AppendMessage {
  return {
    kind: 'raft.append',
    term,
    previousIndex: previous[0],
    previousTerm: previous[1],
    entries: terms.map((entryTerm, place) => ({
      term: entryTerm,
      command: `${entryTerm}@${previous[0] + 1 + place}`,
    })),
    commit: 0,
    sentAt: 0 as Instant,
  }
}

/** Tells what happens under correct rules and under a mutant's: `[correct, wrong]`. */
function bothWays<T>(name: string, story: (rules: RaftRules) => T): [T, T] {
  return [story(raftRules), story(mutants.get(name)!.rules)]
}

function grants(cluster: Cluster): boolean {
  return cluster.network.at(-1)?.message['isGranted'] === true
}

/** A leader that was elected and has committed the first entry of its term. */
function elected(names: readonly NodeId[], rules: RaftRules): Cluster {
  const cluster = new Cluster(names, { settings: { rules } })
  cluster.timeout('a')
  cluster.settle()
  cluster.run(ms(60))
  return cluster
}

describe('planted bugs', () => {
  it('are those that the paper and the thesis warn of', () => {
    expect([...mutants.keys()]).toEqual([
      'vote-twice',
      'ignore-log-on-vote',
      'count-stale-votes',
      'accept-stale-append',
      'commit-older-term',
      'forget-vote',
      'acknowledge-before-sync',
      'truncate-on-match',
      'lose-session',
      'change-too-early',
      'long-lease',
    ])
  })

  it('vote-twice: grants a second candidate its vote in one term (5.2)', () => {
    const both = bothWays('vote-twice', (rules) => {
      const cluster = new Cluster(abc, { settings: { rules } })
      cluster.inject('a', 'c', vote({ term: 1 }))
      cluster.inject('b', 'c', vote({ term: 1 }))
      return grants(cluster)
    })
    expect(both).toEqual([false, true])
  })

  it('ignore-log-on-vote: grants a candidate with an empty log its vote (5.4.1)', () => {
    const both = bothWays('ignore-log-on-vote', (rules) => {
      const cluster = new Cluster(abc, { settings: { rules } })
      cluster.inject('a', 'c', append(1, [1, 1]))
      cluster.inject('b', 'c', vote({ term: 2 }))
      return grants(cluster)
    })
    expect(both).toEqual([false, true])
  })

  it('count-stale-votes: becomes leader by answers to its pre-vote (thesis 9.6)', () => {
    const both = bothWays('count-stale-votes', (rules) => {
      const cluster = new Cluster(abcde, { settings: { rules } })
      cluster.timeout('a')
      cluster.dropWhere(() => true)
      for (const name of ['b', 'c', 'd', 'e'])
        cluster.inject(name, 'a', { kind: 'raft.vote-reply', term: 1, isPreVote: true, isGranted: true })
      return cluster.raft('a').role
    })
    expect(both).toEqual(['candidate', 'leader'])
  })

  it('accept-stale-append: lets a former leader overwrite what the present one stored (5.1)', () => {
    const both = bothWays('accept-stale-append', (rules) => {
      const cluster = new Cluster(abc, { settings: { rules } })
      cluster.inject('b', 'c', append(1, [1]))
      cluster.inject('b', 'c', append(2, [2], [1, 1]))
      cluster.inject('a', 'c', append(1, [1], [1, 1]))
      return cluster.terms('c')
    })
    expect(both).toEqual(['1 2', '1 1'])
  })

  it('commit-older-term: commits by counting what figure 8 says can still be lost (5.4.2)', () => {
    const both = bothWays('commit-older-term', (rules) => {
      const cluster = new Cluster(abc, { settings: { rules } })
      for (const name of ['a', 'b']) cluster.inject('c', name, append(2, [1, 2]))
      cluster.network.length = 0
      cluster.isolate('c')
      cluster.timeout('a')
      cluster.deliverWhere(({ message }) => message.kind.startsWith('raft.vote'))
      cluster.network.length = 0
      const sentAt = cluster.now
      cluster.inject('b', 'a', { kind: 'raft.append-reply', term: 3, isSuccess: true, index: 2, sentAt })
      return cluster.raft('a').state.commit
    })
    expect(both).toEqual([0, 2])
  })

  it('forget-vote: votes again in the same term after a crash (figure 2)', () => {
    const both = bothWays('forget-vote', (rules) => {
      const cluster = new Cluster(abc, { settings: { rules } })
      cluster.inject('a', 'c', vote({ term: 1 }))
      cluster.crash('c')
      cluster.restart('c')
      cluster.inject('b', 'c', vote({ term: 1 }))
      return grants(cluster)
    })
    expect(both).toEqual([false, true])
  })

  it('acknowledge-before-sync: acknowledges what a crash then takes away (figure 2)', () => {
    const both = bothWays('acknowledge-before-sync', (rules) => {
      const cluster = new Cluster(abc, { settings: { rules }, isInstantDisk: false })
      cluster.inject('a', 'c', append(1, [1]))
      const isAcknowledged = cluster.network.some(({ message }) => message['isSuccess'] === true)
      cluster.crash('c')
      cluster.restart('c')
      return isAcknowledged && cluster.terms('c') === ''
    })
    expect(both).toEqual([false, true])
  })

  it('truncate-on-match: a late append removes what was acknowledged (5.3)', () => {
    const both = bothWays('truncate-on-match', (rules) => {
      const cluster = new Cluster(abc, { settings: { rules } })
      cluster.inject('a', 'c', append(1, [1, 1, 1]))
      cluster.inject('a', 'c', append(1, [1]))
      return cluster.terms('c')
    })
    expect(both).toEqual(['1 1 1', '1'])
  })

  it('lose-session: after a snapshot a command that was applied is applied again (section 8)', () => {
    const both = bothWays('lose-session', (rules) => {
      const before = new Sessions(8)
      before.open(1)
      before.apply(2, [1, 1], () => 'done')
      const after = new Sessions(8)
      after.restore(rules.snapshotSessions(before.records))
      return after.apply(3, [1, 1], () => 'again').kind
    })
    expect(both).toEqual(['repeated', 'expired'])
  })

  it('change-too-early: two leaders change the members, and each has a majority without the other (Ongaro 2015)', () => {
    const both = bothWays('change-too-early', (rules) => {
      const cluster = elected(['a', 'b', 'c', 'd'], rules)
      cluster.add('e', [], { rules })
      // a adds e, and only e hears of it.
      cluster.isolate('a', ['b', 'c', 'd'])
      cluster.changeMembers('a', { change: 'add-voter', node: 'e' })
      cluster.settle()
      // b is elected by c and d, and removes a; only c hears of it.
      cluster.timeout('b')
      cluster.deliverWhere(({ message }) => message.kind.startsWith('raft.vote'))
      cluster.isolate('d')
      const removal = cluster.changeMembers('b', { change: 'remove', node: 'a' })
      cluster.settle()
      // a comes back, and is elected by d and e.
      cluster.heal()
      cluster.isolate('b')
      cluster.isolate('c')
      cluster.run(ms(600))
      const overwritten = cluster.terms('a').split(' ')[2]
      return [removal.kind, cluster.raft('b').state.commit >= 3 && overwritten !== '2']
    })
    expect(both).toEqual([
      ['refused', false],
      ['accepted', true],
    ])
  })

  it('long-lease: reads what another leader has overwritten (thesis 6.4.1)', () => {
    const both = bothWays('long-lease', (rules) => {
      const cluster = elected(abc, rules)
      cluster.propose('a', 'old')
      cluster.settle()
      cluster.isolate('a')
      cluster.run(ms(250))
      expect(cluster.raft('b').role).toBe('leader')
      cluster.propose('b', 'new')
      cluster.settle()
      expect(cluster.server('b').applied).toEqual(['old', 'new'])
      return cluster.read('a', 'lease').outcome
    })
    expect(both).toEqual([null, 'ready'])
  })
})
