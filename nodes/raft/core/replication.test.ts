import { describe, expect, it } from 'vitest'
import type { Entry } from './entry.ts'
import type { AppendMessage } from './message.ts'
import { Cluster } from '../testing/cluster.ts'
import { ms, type Instant } from '../../../sim/index.ts'

const abc = ['a', 'b', 'c']

function elected(
  names: readonly string[] = abc,
  options: ConstructorParameters<typeof Cluster>[1] = {},
): Cluster {
  const cluster = new Cluster(names, options)
  cluster.timeout('a')
  cluster.settle()
  expect(cluster.leader).toBe('a')
  return cluster
}

function append(fields: Partial<AppendMessage>): AppendMessage {
  return {
    kind: 'raft.append',
    term: 1,
    previousIndex: 0,
    previousTerm: 0,
    entries: [],
    commit: 0,
    sentAt: 0 as Instant,
    ...fields,
  }
}

const entries = (...terms: number[]): Entry[] =>
  terms.map((term, place) => ({ term, command: `${term}.${place}` }))

/** A server whose log has entries of these terms, as a leader of the last term sent them. */
function withLog(cluster: Cluster, name: string, ...terms: number[]): void {
  cluster.inject('leader', name, append({ term: Math.max(...terms), entries: entries(...terms) }))
  cluster.network.length = 0
}

describe('log replication (5.3)', () => {
  it('applies what a majority holds, on every server in the same order', () => {
    const cluster = elected()
    for (const command of ['x', 'y', 'z']) cluster.propose('a', command)
    cluster.run(ms(100))
    for (const name of abc) expect(cluster.server(name).applied).toEqual(['x', 'y', 'z'])
  })

  it('commits without a slow minority', () => {
    const cluster = elected()
    cluster.isolate('c')
    cluster.propose('a', 'x')
    cluster.settle()
    expect(cluster.server('a').applied).toEqual(['x'])
  })

  it('commits nothing without a majority', () => {
    const cluster = elected()
    cluster.isolate('a')
    cluster.propose('a', 'x')
    cluster.settle()
    expect(cluster.server('a').applied).toEqual([])
  })

  it('sends entries before they are on its own disk, and counts itself when they are (thesis 10.2.1)', () => {
    const cluster = new Cluster(abc, { isInstantDisk: false })
    cluster.timeout('a')
    for (let round = 0; round < 10; round++) {
      for (const name of abc) cluster.sync(name)
      cluster.settle()
    }
    cluster.crash('c')
    cluster.propose('a', 'x')
    cluster.settle()
    cluster.sync('b')
    cluster.settle()
    expect(cluster.server('b').disk.read().entries.at(-1)?.command).toBe('x')
    expect(cluster.server('a').applied).toEqual([])
    cluster.sync('a')
    expect(cluster.server('a').applied).toEqual(['x'])
  })

  it('acknowledges entries only when they are on disk (figure 2)', () => {
    const cluster = new Cluster(abc, { isInstantDisk: false })
    cluster.inject('a', 'b', append({ entries: entries(1) }))
    expect(cluster.network).toEqual([])
    cluster.sync('b')
    expect(cluster.network.map(({ message }) => message)).toMatchObject([{ isSuccess: true, index: 1 }])
  })

  it('keeps a heartbeat’s answer back as long as entries before it are not on disk', () => {
    const cluster = new Cluster(abc, { isInstantDisk: false })
    cluster.inject('a', 'b', append({ entries: entries(1) }))
    cluster.inject('a', 'b', append({ previousIndex: 1, previousTerm: 1 }))
    expect(cluster.network).toEqual([])
  })

  it('writes all that came during a sync with the next one', () => {
    const cluster = new Cluster(abc, { isInstantDisk: false })
    for (const [place, entry] of entries(1, 1, 1).entries())
      cluster.inject('a', 'b', append({ previousIndex: place, previousTerm: place && 1, entries: [entry] }))
    expect(cluster.server('b').writing?.entries).toHaveLength(1)
    cluster.sync('b')
    expect(cluster.server('b').writing?.entries).toHaveLength(2)
  })

  it('counts an entry as stable only if it was not replaced while it was being written', () => {
    const cluster = new Cluster(abc, { isInstantDisk: false })
    cluster.inject('a', 'b', append({ entries: entries(1, 1, 1) }))
    cluster.inject('c', 'b', append({ term: 2, previousIndex: 1, previousTerm: 1, entries: entries(2) }))
    cluster.sync('b')
    expect(cluster.raft('b').state.staging.stableIndex).toBe(1)
    cluster.sync('b')
    expect(cluster.raft('b').state.staging.stableIndex).toBe(2)
  })

  it('refuses an append of a former term and says which term it is (5.1)', () => {
    const cluster = new Cluster(abc)
    withLog(cluster, 'b', 2)
    cluster.inject('a', 'b', append({ term: 1, entries: entries(1) }))
    expect(cluster.network.at(-1)?.message).toMatchObject({ isSuccess: false, term: 2 })
    expect(cluster.terms('b')).toBe('2')
  })

  it('refuses entries whose predecessor it lacks', () => {
    const cluster = new Cluster(abc)
    cluster.inject('a', 'b', append({ previousIndex: 3, previousTerm: 1, entries: entries(1) }))
    expect(cluster.network.at(-1)?.message).toMatchObject({ isSuccess: false, index: 3, conflictIndex: 1 })
  })

  it('keeps what follows the entries of a late append that agrees with its log', () => {
    const cluster = new Cluster(abc)
    withLog(cluster, 'b', 1, 1, 1)
    cluster.inject('leader', 'b', append({ entries: [{ term: 1, command: '1.0' }] }))
    expect(cluster.terms('b')).toBe('1 1 1')
    expect(cluster.network.at(-1)?.message).toMatchObject({ isSuccess: true, index: 1 })
  })

  it('replaces what conflicts, and all that follows it', () => {
    const cluster = new Cluster(abc)
    withLog(cluster, 'b', 1, 1, 1)
    cluster.inject('c', 'b', append({ term: 2, previousIndex: 1, previousTerm: 1, entries: entries(2) }))
    expect(cluster.terms('b')).toBe('1 2')
    expect(
      cluster
        .server('b')
        .disk.read()
        .entries.map(({ term }) => term),
    ).toEqual([1, 2])
  })

  it('commits no further than it knows to agree with the leader', () => {
    const cluster = new Cluster(abc)
    withLog(cluster, 'b', 1, 1, 1)
    cluster.inject('leader', 'b', append({ previousIndex: 1, previousTerm: 1, commit: 3 }))
    expect(cluster.raft('b').state.commit).toBe(1)
  })

  it('finds by a heartbeat that an append was lost, and sends it again', () => {
    const cluster = elected()
    cluster.propose('a', 'x')
    cluster.dropWhere(({ target }) => target === 'c')
    cluster.run(ms(120))
    expect(cluster.server('c').applied).toEqual(['x'])
  })

  it('sends no more than a window ahead of the answers (thesis 10.2.1)', () => {
    const cluster = elected(abc, { settings: { entriesInFlightMax: 4, entriesPerAppendMax: 2 } })
    cluster.run(ms(100))
    cluster.isolate('c')
    for (let count = 0; count < 20; count++) cluster.propose('a', count)
    const toC = cluster.network.filter(({ target }) => target === 'c')
    expect(toC.flatMap(({ message }) => message['entries'])).toHaveLength(4)
    cluster.heal()
    cluster.run(ms(200))
    expect(cluster.terms('c')).toBe(cluster.terms('a'))
  })

  it('refuses proposals, rather than let them pile up, while nothing can be committed', () => {
    const cluster = elected(abc, { settings: { waitingMax: 3 } })
    cluster.isolate('a')
    const results = [1, 2, 3, 4].map((command) => cluster.propose('a', command).kind)
    expect(results).toEqual(['accepted', 'accepted', 'accepted', 'refused'])
  })

  it('sends all followers that are equally far the very same message', () => {
    const cluster = elected()
    cluster.run(ms(100))
    cluster.network.length = 0
    cluster.propose('a', 'x')
    const [first, second] = cluster.network
    expect(first?.message).toBe(second?.message)
  })
})

describe('figure 7: followers that lack entries, have too many, or both', () => {
  const leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
  const followers = {
    a: [1, 1, 1, 4, 4, 5, 5, 6, 6],
    b: [1, 1, 1, 4],
    c: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    d: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    e: [1, 1, 1, 4, 4, 4, 4],
    f: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  }

  function figure7(version: 1 | 2): { cluster: Cluster; refusals: () => number } {
    const names = ['leader', ...Object.keys(followers)]
    const cluster = new Cluster(names, { settings: { version } })
    for (const [name, terms] of Object.entries({ leader, ...followers })) {
      // One leader a term, as it would have been: entries of equal place and term are equal.
      cluster.inject(
        'past',
        name,
        append({ term: 7, entries: terms.map((term, place) => ({ term, command: `${term}@${place}` })) }),
      )
    }
    cluster.network.length = 0
    let refusals = 0
    cluster.timeout('leader')
    for (let steps = 0; cluster.network.length > 0 && steps < 10_000; steps++) {
      if (cluster.network[0]?.message['isSuccess'] === false) refusals++
      cluster.deliver(0)
    }
    return { cluster, refusals: () => refusals }
  }

  it.each([1, 2] as const)('all end with the leader’s log, by protocol version %i', (version) => {
    const { cluster } = figure7(version)
    cluster.run(ms(500))
    expect(cluster.leader).toBe('leader')
    for (const name of Object.keys(followers)) expect(cluster.terms(name)).toBe(cluster.terms('leader'))
  })

  it('needs one refusal a conflicting term with the hint, and one an entry without (5.3, end)', () => {
    expect(figure7(2).refusals()).toBeLessThan(figure7(1).refusals())
  })
})

describe('figure 8: an entry of an older term is not committed by counting copies (5.4.2)', () => {
  it('commits it only together with one of the current term', () => {
    const names = ['s1', 's2', 's3', 's4', 's5']
    const cluster = new Cluster(names)
    const give = (name: string, ...terms: number[]): void => withLog(cluster, name, ...terms)
    // (c): s1 is the leader of term 4; its entry of term 2 is on s1, s2 and now s3; s5 holds one of term 3.
    give('s1', 1, 2)
    give('s2', 1, 2)
    give('s3', 1)
    give('s4', 1)
    give('s5', 1, 3)
    for (const name of ['s1', 's2', 's3']) cluster.inject('s5', name, append({ term: 3 }))
    cluster.network.length = 0
    cluster.isolate('s5')
    cluster.timeout('s1')
    cluster.deliverWhere(({ message }) => message.kind === 'raft.vote' || message.kind === 'raft.vote-reply')
    expect(cluster.leader).toBe('s1')
    const [toS3] = cluster.dropWhere(
      ({ target, message }) => target === 's3' && message.kind === 'raft.append',
    )
    cluster.network.length = 0
    // Only the old entry reaches s3, without the leader's first of its own term.
    cluster.inject('s1', 's3', {
      ...(toS3?.message as AppendMessage),
      previousIndex: 1,
      previousTerm: 1,
      entries: entries(1, 2).slice(1),
    })
    cluster.inject('s2', 's1', {
      kind: 'raft.append-reply',
      term: 4,
      isSuccess: true,
      index: 2,
      sentAt: cluster.now,
    })
    cluster.deliverWhere(({ target }) => target === 's1')
    expect(cluster.terms('s3')).toBe('1 2')
    expect(cluster.raft('s1').state.commit).toBe(0)
    // (e): with an entry of term 4 on a majority, everything before it is committed too.
    cluster.run(ms(200))
    expect(cluster.raft('s1').state.commit).toBe(3)
  })
})
