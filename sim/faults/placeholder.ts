// Placeholders for nodes: `$all(store)` where the name of a node is wanted. Most are resolved when a plan is drawn;
// `$node` and `$others` when a triggered fault begins.

import { quorumOf, type NodeGroup, type Topology } from './topology.ts'
import type { NodeId } from '../event.ts'
import type { RandomStream } from '../random.ts'

/** Gives the nodes that a name or placeholder stands for; undefined when it stands for nothing. */
export type Resolve = (ref: string) => readonly NodeId[] | undefined

interface Placeholder {
  readonly kind: 'node' | 'others' | 'all' | 'one' | 'minority' | 'majority'
  readonly group: string | undefined
}

const placeholderPattern = /^\$(node|others|all|one|minority|majority)(?:\(([^()]{1,200})\))?$/

/** What can stand for a node, for error messages. */
export const nodeRefWanted =
  'the name of a node, or $all, $all(GROUP), $one(GROUP), $minority(GROUP), $majority(GROUP), $node, $others'

/** Whether a text can stand for a node: anything that does not begin with `$`, or a placeholder. */
export function isNodeRef(text: string): boolean {
  return (
    text.length > 0 && text.length <= 250 && (!text.startsWith('$') || parsePlaceholder(text) !== undefined)
  )
}

/** Whether a text stands for nodes that are only known when a triggering event has happened. */
export function isEventPlaceholder(text: string): boolean {
  return text === '$node' || text === '$others'
}

/**
 * Resolves names and all placeholders but those of events, which it gives back as they are. Within one resolver a
 * group's `$one` belongs to its `$minority`, and `$majority` is the rest of it. Draws the same number of values whatever
 * is asked.
 */
export function drawnResolver(topology: Topology, random: RandomStream): Resolve {
  const everyone = { name: '', nodes: topology.nodes }
  const orders = new Map<string, Shuffled>()
  for (const group of [everyone, ...topology.groups])
    orders.set(group.name, { group, nodes: random.shuffle(group.nodes) })
  const known = new Set(topology.nodes)
  return (ref) => {
    if (!ref.startsWith('$')) return known.has(ref) ? [ref] : undefined
    if (isEventPlaceholder(ref)) return [ref]
    const placeholder = parsePlaceholder(ref)
    const order = placeholder && orders.get(placeholder.group ?? '')
    return order && membersOf(placeholder.kind, order)
  }
}

/** Resolves `$node` and `$others` by the node of an event; any other name stands for itself. */
export function eventResolver(topology: Topology, node: NodeId): Resolve {
  return (ref) => {
    if (ref === '$others') return othersOf(topology, node)
    if (ref === '$node') return topology.nodes.includes(node) ? [node] : undefined
    return [ref]
  }
}

interface Shuffled {
  readonly group: NodeGroup
  readonly nodes: readonly NodeId[]
}

function membersOf(kind: Placeholder['kind'], { group, nodes }: Shuffled): readonly NodeId[] | undefined {
  const spare = nodes.length - quorumOf({ name: group.name, nodes })
  if (kind === 'all') return group.nodes
  if (kind === 'one') return nonEmpty(nodes.slice(0, 1))
  if (kind === 'minority') return nonEmpty(nodes.slice(0, spare))
  return nonEmpty(nodes.slice(spare))
}

function othersOf(topology: Topology, node: NodeId): readonly NodeId[] {
  const peers = new Set<NodeId>()
  for (const group of topology.groups)
    if (group.nodes.includes(node)) for (const member of group.nodes) peers.add(member)
  const pool = peers.size === 0 ? topology.nodes : [...peers]
  return pool.filter((other) => other !== node)
}

function nonEmpty(nodes: readonly NodeId[]): readonly NodeId[] | undefined {
  return nodes.length === 0 ? undefined : nodes
}

function parsePlaceholder(text: string): Placeholder | undefined {
  const match = placeholderPattern.exec(text)
  if (match === null) return undefined
  const kind = match[1] as Placeholder['kind']
  const group = match[2]
  if ((kind === 'node' || kind === 'others') && group !== undefined) return undefined
  return { kind, group }
}
