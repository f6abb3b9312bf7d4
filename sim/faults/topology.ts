// The nodes and groups of a run, as far as faults are concerned.

import type { NodeId } from '../event.ts'

/** The nodes of a run and the groups that they form. */
export interface Topology {
  readonly nodes: readonly NodeId[]
  readonly groups: readonly NodeGroup[]
  /** The versions that each node's program can run in; of a node that is missing here, those of its group count. */
  readonly versions?: ReadonlyMap<NodeId, readonly string[]>
  /** The names that stand for a node besides the nodes' own; absent when nobody knows. */
  readonly names?: readonly string[]
}

/** Nodes that do the same job. */
export interface NodeGroup {
  readonly name: string
  readonly nodes: readonly NodeId[]
  /** How many members must stay able to work together; by default a majority. 0: none need to (clients). */
  readonly quorum?: number
  /** The versions that its program can run in, oldest first; upgrades choose among them. */
  readonly versions?: readonly string[]
}

/** The versions that a node's program can run in; undefined when nobody knows. */
export function versionsOf(topology: Topology, node: NodeId): readonly string[] | undefined {
  return topology.versions?.get(node) ?? topology.groups.find(({ nodes }) => nodes.includes(node))?.versions
}

/** How many members of a group must stay able to work together. */
export function quorumOf(group: NodeGroup): number {
  return group.quorum ?? Math.floor(group.nodes.length / 2) + 1
}

/** The nodes of the groups that need a quorum, each once; all nodes when no group does. */
export function servingNodes({ nodes, groups }: Topology): readonly NodeId[] {
  const serving = new Set(groups.filter((group) => quorumOf(group) > 0).flatMap((group) => group.nodes))
  return serving.size === 0 ? nodes : [...serving]
}

/** A way between two nodes, in one direction. */
export interface Link {
  readonly source: NodeId
  readonly target: NodeId
}
