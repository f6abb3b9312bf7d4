import { describe, expect, test } from 'vitest'

import { brokenGroups, judgeCandidates } from './budget.ts'
import { readPlan } from './plan.ts'
import { fiveServers } from './testing/recorded-world.ts'
import { seconds } from '../time.ts'

/** The names of the groups that cannot work a second after the start, while all these faults hold. */
function broken(...faults: readonly object[]): readonly string[] {
  const plan = readPlan(faults.map((fault) => ({ at: 0, for: '2s', ...fault })))
  return brokenGroups(plan, fiveServers, seconds(1)).map(({ name }) => name)
}

function refusals(...faults: readonly object[]): readonly (string | undefined)[] {
  const candidates = readPlan(faults).map((fault) => ({ fault, isWritten: false }))
  return judgeCandidates(candidates, fiveServers)
}

describe('a group can work', () => {
  test('while a majority is up, whatever brought the others down', () => {
    expect(broken({ kind: 'crash', node: 's1' }, { kind: 'pause', node: 's2' })).toEqual([])
    expect(
      broken(
        { kind: 'crash', node: 's1' },
        { kind: 'pause', node: 's2' },
        { kind: 'disk-stall', node: 's3' },
      ),
    ).toEqual(['store'])
    expect(broken(...['s1', 's2', 's3'].map((node) => ({ kind: 'stop', node })))).toEqual(['store'])
    expect(broken(...['s1', 's2', 's3'].map((node) => ({ kind: 'fsync-failure', node })))).toEqual(['store'])
  })

  test('while a majority is on one side, and not when no side has one', () => {
    const split = (...groups: readonly (readonly string[])[]) => ({
      kind: 'partition',
      shape: { kind: 'split', groups },
    })
    expect(broken(split(['s1', 's2'], ['s3', 's4', 's5']))).toEqual([])
    expect(broken(split(['s1', 's2'], ['s3', 's4'], ['s5']))).toEqual(['store'])
    expect(broken(split(['s1', 's2'], ['s3', 's4', 's5']), { kind: 'crash', node: 's5' })).toEqual(['store'])
    expect(broken(split(['s1', 's2'], ['s3', 's4', 's5']), { kind: 'crash', node: 's1' })).toEqual([])
  })

  test('while some node hears a majority and is heard by it: in a ring of five, yes; when none hears back, no', () => {
    const servers = ['s1', 's2', 's3', 's4', 's5']
    expect(broken({ kind: 'partition', shape: { kind: 'ring', nodes: servers } })).toEqual([])
    const oneWay = { kind: 'one-way', from: ['s1', 's2', 's3'], to: ['s3', 's4', 's5'] }
    expect(broken({ kind: 'partition', shape: oneWay }, { kind: 'crash', node: 's3' })).toEqual(['store'])
  })

  test('over links that lose little, and not over links that lose most, stand still or crawl', () => {
    expect(broken({ kind: 'loss', ratio: 0.3 })).toEqual([])
    expect(broken({ kind: 'loss', ratio: 0.9 })).toEqual(['store'])
    expect(broken({ kind: 'hold' })).toEqual(['store'])
    expect(broken({ kind: 'clog', added: '1s' })).toEqual(['store'])
    expect(broken({ kind: 'bandwidth', bytesPerSecond: 100_000 })).toEqual([])
    expect(broken({ kind: 'bandwidth', bytesPerSecond: 100 })).toEqual(['store'])
  })

  test('whatever happens to nodes that need no quorum', () => {
    expect(broken({ kind: 'crash', node: 'c1' }, { kind: 'crash', node: 'c2' })).toEqual([])
  })
})

describe('a fault is refused', () => {
  test('when the group could not work at its begin, and not when those before it are over by then', () => {
    const crash = (node: string, at: string) => ({ kind: 'crash', node, at, for: '2s' })
    expect(refusals(crash('s1', '1s'), crash('s2', '1s'), crash('s3', '1s'), crash('s3', '3s'))).toEqual([
      undefined,
      undefined,
      'service',
      undefined,
    ])
  })

  test('when a node that must keep its data would lose it, however long after the others', () => {
    const rot = (node: string, at: string) => ({ kind: 'bit-rot', node, at })
    expect(refusals(rot('s1', '1s'), rot('s2', '2s'), rot('s3', '90s'), rot('s1', '91s'))).toEqual([
      undefined,
      undefined,
      'data',
      undefined,
    ])
  })

  test('when it lasts until the run heals and another comes long after', () => {
    expect(
      refusals(
        { kind: 'crash', node: 's1', at: 0 },
        { kind: 'crash', node: 's2', at: 0 },
        { kind: 'pause', node: 's3', at: '1000s', for: 1 },
      ),
    ).toEqual([undefined, undefined, 'service'])
  })

  test('for as long as the grace of a stop may last', () => {
    const stop = (node: string) => ({ kind: 'stop', node, at: 0, for: 1, grace: '5s' })
    const pause = (at: string) => ({ kind: 'pause', node: 's3', at, for: 1 })
    expect(refusals(stop('s1'), stop('s2'), pause('4s'), pause('5s'))).toEqual([
      undefined,
      undefined,
      'service',
      undefined,
    ])
  })
})
