// Which nodes a fault acts on.

import type { Fault } from './fault.ts'
import { linkPairs, partitionPairs } from './links.ts'
import type { Link } from './topology.ts'
import type { NodeId } from '../event.ts'

/** The nodes on which a fault acts, each once: its own, or both ends of its links. `nodes` are all nodes of the run. */
export function faultNodes(fault: Fault, nodes: readonly NodeId[]): readonly NodeId[] {
  if (fault.kind === 'names-change') return nodes
  if ('node' in fault) return [fault.node]
  if (fault.kind === 'partition') return endsOf(partitionPairs(fault.shape, nodes))
  if (fault.kind !== 'rule') return endsOf(linkPairs(fault.links, nodes))
  const { from = 'any', to = 'any' } = fault.packets
  return endsOf(linkPairs({ from, to, isSymmetric: false }, nodes))
}

function endsOf(pairs: readonly Link[]): readonly NodeId[] {
  return [...new Set(pairs.flatMap(({ source, target }) => [source, target]))]
}
