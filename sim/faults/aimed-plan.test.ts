import { expect, test } from 'vitest'

import { aimedPlan } from './aimed-plan.ts'
import { readPlan } from './plan.ts'
import type { Topology } from './topology.ts'

const topology: Topology = {
  nodes: ['store-1', 'store-2', 'store-3', 'client'],
  groups: [{ name: 'store', nodes: ['store-1', 'store-2', 'store-3'] }],
}

test('takes who does not exist modulo the members of the group', () => {
  const plan = readPlan([
    { kind: 'pause', at: 1, node: 'store-5' },
    { kind: 'pause', at: 2, node: 'store-3' },
    { kind: 'loss', at: 3, ratio: 0.5, links: { from: ['store-4'], to: 'any', isSymmetric: false } },
  ])
  expect(aimedPlan(plan, topology)).toMatchObject([
    { node: 'store-2' },
    { node: 'store-3' },
    { links: { from: ['store-1'], to: 'any' } },
  ])
})

test('finds some node for a name without a group', () => {
  const [fault] = aimedPlan(readPlan([{ kind: 'pause', at: 1, node: 'proxy' }]), topology)
  expect(topology.nodes).toContain(fault?.kind === 'pause' ? fault.node : '')
})

test('keeps placeholders of events, and leaves out what would part a node from itself', () => {
  const split = { kind: 'split', groups: [['store-1'], ['store-4']] }
  const plan = readPlan([
    { kind: 'partition', at: 1, shape: split },
    { kind: 'crash', when: { kind: 'probe' }, node: '$node' },
  ])
  expect(aimedPlan(plan, topology)).toMatchObject([{ kind: 'crash', node: '$node' }])
})
