// Whom a fault is about, for whoever counts which faults met which nodes.

import type { Fault } from './fault.ts'
import type { NodeId } from '../event.ts'

/** The nodes that a fault names; `any` where it is about whoever there is. */
export function concernedNodes(fault: Fault): readonly NodeId[] | 'any' {
  if ('node' in fault) return [fault.node]
  if (fault.kind === 'partition') return partitioned(fault.shape)
  if (!('links' in fault)) return 'any'
  const { from, to } = fault.links
  return from === 'any' || to === 'any' ? 'any' : [...new Set([...from, ...to])]
}

function partitioned(shape: Extract<Fault, { readonly kind: 'partition' }>['shape']): readonly NodeId[] {
  switch (shape.kind) {
    case 'split':
      return shape.groups.flat()
    case 'one-way':
      return [...shape.from, ...shape.to]
    case 'isolate':
      return [shape.node]
    case 'bridge':
      return [shape.bridge, ...shape.left, ...shape.right]
    case 'ring':
      return shape.nodes
  }
}
