// A plan that was drawn for other nodes, aimed at those of a run: whoever does not exist is taken modulo those who do.

import type { Fault, FaultPlan } from './fault.ts'
import { PlanError } from './plan-error.ts'
import { readPlan } from './plan.ts'
import { expandPlanned } from './resolve-fault.ts'
import type { Topology } from './topology.ts'
import type { NodeId } from '../event.ts'

/**
 * The plan with every name of a node that does not exist replaced by one that does: `store-5` in a group `store` of three
 * becomes `store-2`. Faults that make no sense any more, such as a partition of a node from itself, are left out.
 */
export function aimedPlan(plan: FaultPlan, topology: Topology): FaultPlan {
  const known = new Set(topology.nodes)
  const resolve = (ref: string): readonly NodeId[] =>
    ref.startsWith('$') || known.has(ref) ? [ref] : [substitute(ref, topology)]
  return plan.flatMap((fault) => {
    const expanded = expandPlanned(fault, resolve)
    return 'unresolved' in expanded ? [] : expanded.filter((each) => makesSense(each, topology))
  })
}

function substitute(name: NodeId, { nodes, groups }: Topology): NodeId {
  const match = /^(.*)-(\d+)$/.exec(name)
  const number = match === null ? name.length : Number(match[2]) - 1
  const members = groups.find((group) => group.name === match?.[1])?.nodes ?? nodes
  const place = ((number % members.length) + members.length) % members.length
  return members[place] as NodeId
}

function makesSense(fault: Fault, { groups }: Topology): boolean {
  if (fault.kind === 'upgrade') {
    const versions = groups.find(({ nodes }) => nodes.includes(fault.node))?.versions
    if (versions !== undefined && !versions.includes(fault.version)) return false
  }
  if (fault.kind === 'partition' && meetsItself(fault.shape)) return false
  try {
    return readPlan([fault]).length === 1
  } catch (error) {
    if (error instanceof PlanError) return false
    throw error
  }
}

function meetsItself(shape: Extract<Fault, { readonly kind: 'partition' }>['shape']): boolean {
  if (shape.kind === 'split') return hasTwice(shape.groups.flat())
  if (shape.kind === 'one-way') return hasTwice([...shape.from, ...shape.to])
  if (shape.kind === 'bridge') return hasTwice([shape.bridge, ...shape.left, ...shape.right])
  return shape.kind === 'ring' && hasTwice(shape.nodes)
}

function hasTwice(names: readonly NodeId[]): boolean {
  return new Set(names).size < names.length
}
