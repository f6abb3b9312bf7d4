// The profile that draws partitions. A group is chosen and cut in a drawn shape; the other nodes (clients, say) land on
// either side as drawn, but never so that a group of them loses its quorum.

import { listOf } from './options.ts'
import type { FaultProfile } from './profile.ts'
import { nodesOf, repeating, type Moment, type RepeatingOptions } from './repeating.ts'
import type { PartitionCuts, PartitionFault, PartitionShape } from '../fault.ts'
import { choice } from '../field.ts'
import { quorumOf, type NodeGroup } from '../topology.ts'
import type { NodeId } from '../../event.ts'
import type { RandomStream } from '../../random.ts'
import { ms, seconds } from '../../time.ts'

/** The shapes that a partition is drawn in. `minority`: a drawn minority on one side, the rest on the other. */
export type DrawnShape = 'minority' | 'isolate' | 'one-way' | 'bridge' | 'ring'

/** What `partitions` can be told. */
export interface PartitionOptions extends RepeatingOptions {
  /** The shapes to draw from (default: all, of which a ring needs a group of at least four). */
  readonly shapes?: readonly DrawnShape[]
  /** What they cut; by default either, as drawn. */
  readonly cuts?: PartitionCuts
}

const allShapes: readonly DrawnShape[] = ['minority', 'isolate', 'one-way', 'bridge', 'ring']

/** Nodes cannot reach each other for a while. Unrestricted, the smaller side may be any part of a group. */
export function partitions(options: PartitionOptions = {}): FaultProfile {
  const shapes = options.shapes ?? allShapes
  return repeating(
    {
      name: 'partitions',
      isForServing: true,
      every: seconds(10),
      for: [ms(200), seconds(6)],
      draw(moment) {
        const drawn = drawValues(moment, shapes)
        const group = cutGroup(moment, options)
        return group && partition(group, drawn, { moment, cuts: options.cuts })
      },
    },
    options,
    { shapes: listOf(choice(...allShapes)), cuts: choice('in-flight', 'later') },
  )
}

interface DrawnValues {
  readonly order: readonly NodeId[]
  readonly shape: DrawnShape
  readonly size: number
  readonly isForth: boolean
  readonly cuts: PartitionCuts
  readonly sides: RandomStream
}

/** The same number of values whatever the shape. */
function drawValues({ random, context }: Moment, shapes: readonly DrawnShape[]): DrawnValues {
  return {
    order: random.shuffle(context.topology.nodes),
    shape: random.pick(shapes),
    size: random.float(),
    isForth: random.boolean(0.5),
    cuts: random.boolean(0.5) ? 'in-flight' : 'later',
    sides: random,
  }
}

/** The group of the drawn node, or all nodes when it is in none. */
function cutGroup({ node, context }: Moment, options: PartitionOptions): NodeGroup | undefined {
  const group = context.topology.groups.find((each) => each.nodes.includes(node))
  const nodes = nodesOf(options.of, context, 'partitions.of')
  const whole = group ?? { name: '', nodes, quorum: 0 }
  return spareOf(whole, context.isUnrestricted) > 0 ? whole : undefined
}

/** How many members can be cut off: what the quorum leaves, or any part that leaves one. */
function spareOf(group: NodeGroup, isUnrestricted: boolean): number {
  const most = group.nodes.length - 1
  return isUnrestricted ? most : Math.min(most, group.nodes.length - quorumOf(group))
}

function partition(
  group: NodeGroup,
  drawn: DrawnValues,
  { moment, cuts }: { readonly moment: Moment; readonly cuts: PartitionCuts | undefined },
): PartitionFault {
  const spare = spareOf(group, moment.context.isUnrestricted)
  const members = drawn.order.filter((node) => group.nodes.includes(node))
  const size = 1 + Math.floor(drawn.size * spare)
  const others = drawSides(group, drawn, moment)
  const small = [...members.slice(0, size), ...others.small]
  const large = [...members.slice(size), ...others.large]
  const shape = shapeOf(drawn, { members, spare, small, large })
  return { kind: 'partition', shape, cuts: cuts ?? drawn.cuts }
}

interface Sides {
  readonly members: readonly NodeId[]
  readonly spare: number
  readonly small: readonly NodeId[]
  readonly large: readonly NodeId[]
}

function shapeOf({ shape, isForth }: DrawnValues, { members, spare, small, large }: Sides): PartitionShape {
  const [node = ''] = members
  const reach = Math.max(1, Math.ceil((members.length - spare - 1) / 2))
  switch (shape) {
    case 'minority':
      return { kind: 'split', groups: [small, large] }
    case 'one-way':
      return isForth
        ? { kind: 'one-way', from: small, to: large }
        : { kind: 'one-way', from: large, to: small }
    case 'bridge':
      if (members.length < 3) break
      return bridge(members, Math.min(spare, members.length - 2))
    case 'ring':
      if (members.length < 2 * reach + 2) break
      return { kind: 'ring', nodes: members, reach }
    case 'isolate':
      break
  }
  return { kind: 'isolate', node, direction: 'both' }
}

/** With the bridge, the right side is as large as the quorum or larger. */
function bridge(members: readonly NodeId[], leftSize: number): PartitionShape {
  const [middle = '', ...rest] = members
  return { kind: 'bridge', bridge: middle, left: rest.slice(0, leftSize), right: rest.slice(leftSize) }
}

/** Where the nodes outside the group are: on one of the sides, or unhurt. Draws three values for each other group. */
function drawSides(
  group: NodeGroup,
  { order, sides: random }: DrawnValues,
  { context }: Moment,
): { readonly small: readonly NodeId[]; readonly large: readonly NodeId[] } {
  const small: NodeId[] = []
  const large: NodeId[] = []
  for (const other of context.topology.groups) {
    if (other.name === group.name) continue
    const [isHurt, share, isSmallFirst] = [random.boolean(0.6), random.float(), random.boolean(0.5)]
    const members = order.filter((node) => other.nodes.includes(node) && !group.nodes.includes(node))
    const spare = context.isUnrestricted ? members.length : Math.max(0, members.length - quorumOf(other))
    const cut = Math.floor(share * (spare + 1))
    if (!isHurt) continue
    const [first, rest] = isSmallFirst ? [small, large] : [large, small]
    first.push(...members.slice(0, cut))
    rest.push(...members.slice(cut))
  }
  return { small, large }
}
