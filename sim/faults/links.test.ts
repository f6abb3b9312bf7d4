import { describe, expect, test } from 'vitest'

import type { Links, PartitionShape } from './fault.ts'
import { allLinks, linkPairs, partitionPairs } from './links.ts'

const nodes = ['a', 'b', 'c', 'd', 'e']

function cut(shape: PartitionShape): string {
  return texts(partitionPairs(shape, nodes))
}

function selected(links: Links): string {
  return texts(linkPairs(links, nodes))
}

function texts(pairs: ReturnType<typeof linkPairs>): string {
  return pairs.map(({ source, target }) => source + target).join(' ')
}

describe('a partition', () => {
  test('that splits cuts every two sides in both directions, and leaves others alone', () => {
    expect(cut({ kind: 'split', groups: [['a'], ['b', 'c']] })).toBe('ab ac ba ca')
    expect(cut({ kind: 'split', groups: [['a'], ['b'], ['c']] })).toBe('ab ac ba bc ca cb')
  })

  test('that goes one way cuts one direction', () => {
    expect(cut({ kind: 'one-way', from: ['a', 'b'], to: ['c'] })).toBe('ac bc')
  })

  test('that isolates cuts a node from all, to it, from it, or both', () => {
    expect(cut({ kind: 'isolate', node: 'a', direction: 'out' })).toBe('ab ac ad ae')
    expect(cut({ kind: 'isolate', node: 'a', direction: 'in' })).toBe('ba ca da ea')
    expect(cut({ kind: 'isolate', node: 'a', direction: 'both' })).toBe('ab ac ad ae ba ca da ea')
  })

  test('with a bridge cuts left from right, and the bridge from none', () => {
    expect(cut({ kind: 'bridge', bridge: 'c', left: ['a'], right: ['d', 'e'] })).toBe('ad ae da ea')
  })

  test('as a ring leaves each node its neighbours within reach', () => {
    expect(cut({ kind: 'ring', nodes: ['a', 'b', 'c', 'd'], reach: 1 })).toBe('ac bd ca db')
    expect(cut({ kind: 'ring', nodes, reach: 1 })).toBe('ac ad bd be ca ce da db eb ec')
    expect(cut({ kind: 'ring', nodes, reach: 2 })).toBe('')
  })
})

describe('links', () => {
  test('from some to some mean one direction, or both', () => {
    expect(selected({ from: ['a'], to: ['b', 'c'], isSymmetric: false })).toBe('ab ac')
    expect(selected({ from: ['a'], to: ['b', 'c'], isSymmetric: true })).toBe('ab ba ac ca')
  })

  test('from any to any are all links, each once, and none of a node to itself', () => {
    expect(linkPairs(allLinks, nodes)).toHaveLength(20)
    expect(selected({ from: ['a'], to: 'any', isSymmetric: false })).toBe('ab ac ad ae')
  })
})
