// Which links a fault of the network concerns, as pairs of nodes.

import type { Links, PartitionShape } from './fault.ts'
import type { Link } from './topology.ts'
import type { NodeId } from '../event.ts'

/** Every link, in both directions. */
export const allLinks: Links = { from: 'any', to: 'any', isSymmetric: true }

/** The pairs that a selector of links means, each once; a node's link to itself is never among them. */
export function linkPairs(links: Links, nodes: readonly NodeId[]): readonly Link[] {
  const pairs = new Pairs()
  for (const source of links.from === 'any' ? nodes : links.from)
    for (const target of links.to === 'any' ? nodes : links.to) {
      pairs.add(source, target)
      if (links.isSymmetric) pairs.add(target, source)
    }
  return pairs.list
}

/** The pairs that a partition cuts, each once. `nodes` are all nodes of the run. */
export function partitionPairs(shape: PartitionShape, nodes: readonly NodeId[]): readonly Link[] {
  const pairs = new Pairs()
  switch (shape.kind) {
    case 'split':
      for (const group of shape.groups)
        for (const other of shape.groups) if (group !== other) pairs.addAll(group, other)
      break
    case 'one-way':
      pairs.addAll(shape.from, shape.to)
      break
    case 'isolate':
      if (shape.direction !== 'in') pairs.addAll([shape.node], nodes)
      if (shape.direction !== 'out') pairs.addAll(nodes, [shape.node])
      break
    case 'bridge':
      pairs.addAll(shape.left, shape.right)
      pairs.addAll(shape.right, shape.left)
      break
    case 'ring':
      addRing(pairs, shape.nodes, shape.reach)
      break
  }
  return pairs.list
}

/** In a ring of n, the nodes at places i and j are min(|i - j|, n - |i - j|) steps apart. */
function addRing(pairs: Pairs, ring: readonly NodeId[], reach: number): void {
  ring.forEach((source, here) => {
    ring.forEach((target, there) => {
      const steps = Math.abs(here - there)
      if (Math.min(steps, ring.length - steps) > reach) pairs.add(source, target)
    })
  })
}

class Pairs {
  readonly list: Link[] = []
  readonly #targets = new Map<NodeId, Set<NodeId>>()

  add(source: NodeId, target: NodeId): void {
    if (source === target) return
    const known = this.#targets.get(source)
    if (known?.has(target) === true) return
    if (known === undefined) this.#targets.set(source, new Set([target]))
    else known.add(target)
    this.list.push({ source, target })
  }

  addAll(sources: readonly NodeId[], targets: readonly NodeId[]): void {
    for (const source of sources) for (const target of targets) this.add(source, target)
  }
}
