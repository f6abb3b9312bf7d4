import { expect, test } from 'vitest'

import { faultNodes } from './fault-nodes.ts'
import { readPlan } from './plan.ts'

const nodes = ['a', 'b', 'c', 'd']

function nodesOf(fault: unknown): readonly string[] {
  const [read] = readPlan([fault], 'a test')
  if (read === undefined) throw new Error('a fault')
  return faultNodes(read, nodes)
}

test('a fault of a node acts on that node', () => {
  expect(nodesOf({ kind: 'crash', at: 1, node: 'b' })).toEqual(['b'])
})

test('a partition acts on both of its sides, and leaves out who still reaches everyone', () => {
  const split = { kind: 'split', groups: [['a'], ['b', 'c']] }
  expect(nodesOf({ kind: 'partition', at: 1, shape: split })).toEqual(['a', 'b', 'c'])
  const isolate = { kind: 'isolate', node: 'd', direction: 'in' }
  expect([...nodesOf({ kind: 'partition', at: 1, shape: isolate })].sort()).toEqual(nodes)
})

test('a fault of links acts on their ends, a rule on those whose packets it concerns', () => {
  const links = { from: ['a'], to: ['c'], isSymmetric: false }
  expect(nodesOf({ kind: 'loss', at: 1, ratio: 0.5, links })).toEqual(['a', 'c'])
  const rule = { kind: 'rule', at: 1, packets: { from: ['a'], to: ['b'] }, verdict: { kind: 'drop' } }
  expect(nodesOf(rule)).toEqual(['a', 'b'])
})

test('a name that changes concerns everyone', () => {
  expect(nodesOf({ kind: 'names-change', at: 1, name: 'store', node: 'a' })).toEqual(nodes)
})
