// Topologies: how many members each group has.

import { type Arbitrary, integer, record } from 'fast-check'

import type { NodeGroup, Topology } from '../../sim/index.ts'

/** How large a group may be, and what else faults have to know of it. */
export interface GroupSizes extends Omit<NodeGroup, 'name' | 'nodes'> {
  readonly min: number
  readonly max: number
}

/** Topologies of these groups, whose members are named as `group` names them. Shrinks towards few members. */
export function topologies(groups: { readonly [name: string]: GroupSizes }): Arbitrary<Topology> {
  const sizes = Object.entries(groups).map(([name, { min, max }]) => [name, integer({ min, max })] as const)
  return record(Object.fromEntries(sizes)).map(
    (counts) => topologyOfSizes(groups, counts),
    (value) => sizesOf(value),
  )
}

function topologyOfSizes(
  groups: { readonly [name: string]: GroupSizes },
  counts: { readonly [name: string]: number },
): Topology {
  const made = Object.entries(groups).map(([name, { min: _min, max: _max, ...known }]): NodeGroup => {
    const nodes = Array.from({ length: counts[name] ?? 0 }, (_, place) => `${name}-${place + 1}`)
    return { ...known, name, nodes }
  })
  return { nodes: made.flatMap(({ nodes }) => nodes), groups: made }
}

/** Throws, as fast-check wants it, when the value is no topology. */
function sizesOf(value: unknown): { [name: string]: number } {
  if (typeof value !== 'object' || value === null || !('groups' in value)) throw new TypeError('no topology')
  const { groups } = value as Topology
  return Object.fromEntries(groups.map(({ name, nodes }) => [name, nodes.length]))
}
