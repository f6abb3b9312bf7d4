import { describe, expect, it } from 'vitest'
import { Cluster } from '../testing/cluster.ts'
import { ms } from '../../../sim/index.ts'

describe('leader election', () => {
  it('elects one leader, whose heartbeats keep the others from trying (5.2)', () => {
    const cluster = new Cluster(['a', 'b', 'c'])
    cluster.run(ms(1000))
    expect(cluster.leader).toBe('a')
    expect(cluster.raft('a').term).toBe(1)
    expect(cluster.raft('c').leader).toBe('a')
  })
})
