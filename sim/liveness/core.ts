// The liveness phase: a random core of the system is healed for good while the rest stays as broken as it is, and has to
// reach a goal within a bound (as TigerBeetle's VOPR does). A system that only recovers once everything is well again would
// pass a run that heals all at once.

import type { NodeId } from '../event.ts'
import { type NodeGroup, quorumOf, type Topology } from '../faults/index.ts'
import type { Goal } from '../goal.ts'
import type { RandomStream } from '../random.ts'
import type { Duration } from '../time.ts'

/** What a scenario demands of a core. */
export interface Liveness {
  /** What the core must reach, such as that its clients get work done. */
  readonly goal: Goal
  /** Within how long. The phase ends as soon as the goal is reached; then everything heals. */
  readonly within: Duration
  /**
   * How many members of a group the core has at least, by the name of the group: where a quorum is not enough, as while
   * members change. Default: the group's quorum.
   */
  readonly members?: { readonly [group: string]: number }
}

/** What a core is picked from. */
export interface CoreChoice {
  readonly topology: Topology
  readonly members: NonNullable<Liveness['members']>
  /** The stream of a group. */
  readonly random: (group: string) => RandomStream
  /** Whether a node could take part once it is healed: its data is whole, and it has not ended itself on purpose. */
  readonly isAble: (node: NodeId) => boolean
}

/**
 * A core that should be able to go on: of each group as many able members as it needs, of groups that need none (clients) a
 * drawn number, at least one, and all nodes that are in no group. Null when a group has too few that are able. Draws one
 * shuffle for each group and one number for each that needs none.
 */
export function pickCore(choice: CoreChoice): ReadonlySet<NodeId> | null {
  const { topology } = choice
  const picked = topology.groups.map((group) => pickMembers(group, choice))
  if (picked.includes(null)) return null
  const grouped = new Set(topology.groups.flatMap(({ nodes }) => nodes))
  const core = new Set(picked.flatMap((nodes) => nodes ?? []))
  return new Set(topology.nodes.filter((node) => core.has(node) || !grouped.has(node)))
}

function pickMembers(group: NodeGroup, { members, random, isAble }: CoreChoice): readonly NodeId[] | null {
  const stream = random(group.name)
  const order = stream.shuffle(group.nodes)
  const needed = members[group.name] ?? quorumOf(group)
  if (needed === 0) return order.slice(0, stream.int(1, order.length))
  if (needed >= order.length) return order
  const able = order.filter(isAble)
  return able.length < needed ? null : able.slice(0, needed)
}
