import type { InvariantWorld, NodeId } from '../sim/index.ts'

/** The nodes that names stand for, each a group or a node. Throws a TypeError for a name that is neither. */
export function nodesNamed(world: InvariantWorld, names: string | readonly string[]): readonly NodeId[] {
  const wanted = typeof names === 'string' ? [names] : names
  return [...new Set(wanted.flatMap((name) => membersOf(world, name)))]
}

function membersOf(world: InvariantWorld, name: string): readonly NodeId[] {
  const members = world.groups.get(name) ?? (world.nodes.includes(name) ? [name] : [])
  if (members.length > 0) return members
  const known = [...world.groups.keys(), ...world.nodes].join(', ')
  throw new TypeError(
    `invariants: got "${name}", wanted a group or node of the scenario: ${known || 'it has none'}`,
  )
}
