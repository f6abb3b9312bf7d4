import { describe, expect, it } from 'vitest'
import { Cluster } from '../testing/cluster.ts'
import { ms } from '../../../sim/index.ts'

function elected(...names: string[]): Cluster {
  const cluster = new Cluster(names)
  cluster.timeout('a')
  cluster.settle()
  expect(cluster.leader).toBe('a')
  return cluster
}

describe('membership changes (section 6; thesis 4.1)', () => {
  it('uses a configuration as soon as it stands in the log', () => {
    const cluster = elected('a', 'b', 'c')
    cluster.add('d', [])
    cluster.changeMembers('a', { change: 'add-voter', node: 'd' })
    expect(cluster.raft('a').state.configuration.voters).toEqual(['a', 'b', 'c', 'd'])
    cluster.run(ms(200))
    cluster.propose('a', 'x')
    cluster.run(ms(200))
    expect(cluster.server('d').applied).toEqual(['x'])
    expect(cluster.raft('d').state.configuration.voters).toEqual(['a', 'b', 'c', 'd'])
  })

  it('changes one member at a time', () => {
    const cluster = elected('a', 'b', 'c')
    cluster.isolate('a')
    expect(cluster.changeMembers('a', { change: 'add-voter', node: 'd' }).kind).toBe('accepted')
    const second = cluster.changeMembers('a', { change: 'add-voter', node: 'e' })
    expect(second).toEqual({ kind: 'refused', why: 'change-pending' })
  })

  it('changes nothing before the leader has committed an entry of its term (the published fix)', () => {
    const cluster = new Cluster(['a', 'b', 'c', 'd'])
    cluster.timeout('a')
    cluster.deliverWhere(({ message }) => message.kind !== 'raft.append')
    expect(cluster.leader).toBe('a')
    const early = cluster.changeMembers('a', { change: 'remove', node: 'd' })
    expect(early).toEqual({ kind: 'refused', why: 'term-not-committed' })
    cluster.settle()
    expect(cluster.changeMembers('a', { change: 'remove', node: 'd' }).kind).toBe('accepted')
  })

  it('goes back to the configuration before when the change is truncated', () => {
    const cluster = elected('a', 'b', 'c')
    cluster.run(ms(100))
    cluster.isolate('a')
    cluster.changeMembers('a', { change: 'add-voter', node: 'd' })
    cluster.run(ms(1000))
    cluster.heal()
    cluster.run(ms(500))
    expect(cluster.leader).toBe('b')
    expect(cluster.raft('a').state.configuration.voters).toEqual(['a', 'b', 'c'])
  })

  it('refuses what is no change, and to remove the last voter', () => {
    const cluster = elected('a')
    expect(cluster.changeMembers('a', { change: 'remove', node: 'a' })).toMatchObject({ why: 'not-a-change' })
    expect(cluster.changeMembers('a', { change: 'add-voter', node: 'a' })).toMatchObject({
      why: 'not-a-change',
    })
  })

  it('lets a leader lead until its own removal is committed, and not count itself meanwhile (4.2.2)', () => {
    const cluster = elected('a', 'b', 'c')
    cluster.changeMembers('a', { change: 'remove', node: 'a' })
    cluster.settle()
    expect(cluster.raft('a').role).toBe('follower')
    cluster.run(ms(1000))
    expect(cluster.leader).toBe('b')
    expect(cluster.raft('b').state.configuration.voters).toEqual(['b', 'c'])
  })

  it('makes a learner a voter only when it has caught up (4.2.1)', () => {
    const cluster = new Cluster(['a', 'b', 'c'], { settings: { catchUpMax: 2 } })
    cluster.timeout('a')
    cluster.settle()
    cluster.add('d', [])
    cluster.isolate('d')
    expect(cluster.changeMembers('a', { change: 'add-learner', node: 'd' }).kind).toBe('accepted')
    cluster.settle()
    for (let count = 0; count < 5; count++) cluster.propose('a', count)
    cluster.settle()
    expect(cluster.changeMembers('a', { change: 'add-voter', node: 'd' })).toMatchObject({
      why: 'not-caught-up',
    })
    cluster.heal()
    cluster.run(ms(200))
    expect(cluster.changeMembers('a', { change: 'add-voter', node: 'd' }).kind).toBe('accepted')
    expect(cluster.raft('a').state.configuration).toEqual({ voters: ['a', 'b', 'c', 'd'], learners: [] })
  })

  it('does not count learners', () => {
    const cluster = elected('a', 'b', 'c')
    cluster.add('d', [])
    cluster.changeMembers('a', { change: 'add-learner', node: 'd' })
    cluster.run(ms(100))
    cluster.crash('b')
    cluster.crash('c')
    cluster.propose('a', 'x')
    cluster.settle()
    expect(cluster.server('a').applied).toEqual([])
  })
})

describe('leadership transfer (thesis 3.10)', () => {
  it('hands over to a server that is up to date, without an election time-out', () => {
    const cluster = elected('a', 'b', 'c')
    cluster.run(ms(100))
    expect(cluster.transfer('a', 'c')).toBe(true)
    cluster.settle()
    expect(cluster.leader).toBe('c')
  })

  it('brings the target up to date first, and takes no proposals meanwhile', () => {
    const cluster = elected('a', 'b', 'c')
    cluster.run(ms(100))
    cluster.propose('a', 'x')
    cluster.dropWhere(({ target }) => target === 'c')
    cluster.transfer('a', 'c')
    expect(cluster.propose('a', 'y')).toEqual({ kind: 'refused', why: 'transferring' })
    cluster.run(ms(120))
    expect(cluster.leader).toBe('c')
    expect(cluster.server('c').applied).toEqual(['x'])
  })

  it('gives up after an election time-out', () => {
    const cluster = elected('a', 'b', 'c')
    cluster.run(ms(100))
    cluster.crash('c')
    cluster.propose('a', 'x')
    cluster.transfer('a', 'c')
    cluster.run(ms(400))
    expect(cluster.propose('a', 'y').kind).toBe('accepted')
  })

  it('does not go to a server that is no other voter', () => {
    const cluster = elected('a', 'b', 'c')
    expect(cluster.transfer('a', 'a')).toBe(false)
    expect(cluster.transfer('a', 'z')).toBe(false)
    expect(cluster.transfer('b', 'c')).toBe(false)
  })
})
