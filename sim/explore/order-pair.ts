// The pair of inputs whose order decides: what a node takes in one order in the run that fails, and in the other in a run
// in which nothing is wrong. Only what led to the violation counts.

import { actsOn } from './causal-past.ts'
import type { Event, EventKind, NodeId } from '../event.ts'

/** Two inputs of a node that come in this order in the failing run, and the other way round in the passing one. */
export interface OrderPair {
  readonly node: NodeId
  readonly first: Event
  readonly second: Event
  /**
   * `verified` where the passing run shows that their order decides: it differs from the failing one in when one of the two
   * is delivered, and no other input of the node that led to the violation has changed places with that delivery.
   */
  readonly status: 'verified' | 'candidate'
}

/** Two runs to compare. */
export interface ComparedRuns {
  readonly failing: readonly Event[]
  readonly passing: readonly Event[]
  /** What led to the violation in the failing run. */
  readonly past: ReadonlySet<number>
  /** The delivery of the failing run that comes at another time in the passing run, where that is all that was changed. */
  readonly moved: number | null
}

const inputKinds: ReadonlySet<EventKind> = new Set([
  'deliver',
  'timer-fire',
  'disk-result',
  'datagram-deliver',
  'stream-read',
  'connect-result',
  'crash',
  'start',
  'pause',
  'resume',
  'fault-begin',
  'fault-end',
] satisfies readonly EventKind[])

/** The pair to which all other swaps may go back: the earliest, of the moved delivery where there is one. Null: none. */
export function orderPair({ failing, passing, past, moved }: ComparedRuns): OrderPair | null {
  const there = byNode(passing)
  const swaps = [...byNode(failing)].flatMap(([node, inputs]) => {
    const told = inputs.filter(({ event }) => past.has(event.seq))
    return swapsOf(told, there.get(node) ?? [], moved).map((swap) => ({ node, ...swap }))
  })
  const ofMoved = swaps.filter(({ first, second }) => first.seq === moved || second.seq === moved)
  const candidates = ofMoved.length > 0 ? ofMoved : swaps
  const [earliest] = candidates.toSorted(
    (a, b) => a.first.seq - b.first.seq || a.second.seq - b.second.seq || (a.node < b.node ? -1 : 1),
  )
  return earliest === undefined
    ? null
    : { ...earliest, status: ofMoved.length === 1 ? 'verified' : 'candidate' }
}

interface Input {
  readonly event: Event
  /** What it says, with a number where it says so again: by this the same thing is found in the other run. */
  readonly key: string
}

function byNode(events: readonly Event[]): ReadonlyMap<NodeId, readonly Input[]> {
  const nodesOf = actsOn(events)
  const nodes = new Map<NodeId, Input[]>()
  const counts = new Map<string, number>()
  for (const event of events) {
    if (!inputKinds.has(event.kind)) continue
    const label = labelOf(event)
    const count = counts.get(label) ?? 0
    counts.set(label, count + 1)
    for (const node of nodesOf(event)) {
      const inputs = nodes.get(node) ?? []
      nodes.set(node, inputs)
      inputs.push({ event, key: `${label} ${count}` })
    }
  }
  return nodes
}

// A fault's place in the plan shifts when another one is left out.
function labelOf(event: Event): string {
  const { seq: _seq, at: _at, cause: _cause, ...said } = event
  return JSON.stringify('index' in said ? { ...said, index: 0 } : said)
}

type Swap = Pick<OrderPair, 'first' | 'second'>

/** Of the inputs that both runs have: the neighbours that change places, and whatever the moved one changes places with. */
function swapsOf(here: readonly Input[], there: readonly Input[], moved: number | null): readonly Swap[] {
  const places = new Map(there.map(({ key }, place) => [key, place]))
  const common = here.filter(({ key }) => places.has(key))
  const target = common.findIndex(({ event }) => event.seq === moved)
  const pairs = common.flatMap((input, place): readonly (readonly [Input, Input])[] => {
    const other = common[target === -1 ? place + 1 : target]
    if (other === undefined || place === target) return []
    return [target === -1 || place < target ? [input, other] : [other, input]]
  })
  const placeOf = ({ key }: Input): number => places.get(key) ?? 0
  return pairs
    .filter(([first, second]) => placeOf(first) > placeOf(second))
    .map(([first, second]) => ({ first: first.event, second: second.event }))
}
