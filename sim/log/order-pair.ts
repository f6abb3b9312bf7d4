// The pair of inputs whose order decides: what a node took in another order in one run than in another.

import type { Event, EventKind, NodeId } from '../event.ts'

/** Two inputs of a node that come in this order in run A, and the other way round in run B. */
export interface OrderPair {
  readonly node: NodeId
  readonly first: Event
  readonly second: Event
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
] satisfies readonly EventKind[])

/** The earliest such pair in run A; null when no node takes two inputs the other way round. */
export function orderPair(a: readonly Event[], b: readonly Event[]): OrderPair | null {
  const inputsOfB = byNode(b)
  const pairs = [...byNode(a)].flatMap(([node, inputs]) => {
    const pair = swapped(inputs, inputsOfB.get(node) ?? [])
    return pair === null ? [] : [{ node, ...pair }]
  })
  return pairs.sort((one, other) => one.first.seq - other.first.seq)[0] ?? null
}

interface Input {
  readonly event: Event
  /** What it says, with a number where it says so again: by this the same thing is found in the other run. */
  readonly key: string
}

function byNode(events: readonly Event[]): ReadonlyMap<NodeId, readonly Input[]> {
  const nodes = new Map<NodeId, Input[]>()
  const counts = new Map<string, number>()
  for (const event of events) {
    if (!inputKinds.has(event.kind)) continue
    const { seq: _seq, at: _at, cause: _cause, ...said } = event
    const label = JSON.stringify(said)
    const count = counts.get(label) ?? 0
    counts.set(label, count + 1)
    const inputs = nodes.get(event.node) ?? []
    nodes.set(event.node, inputs)
    inputs.push({ event, key: `${label} ${count}` })
  }
  return nodes
}

// At the first place where the two differ, what A takes now B takes later, and what B takes now A takes later.
function swapped(a: readonly Input[], b: readonly Input[]): Pick<OrderPair, 'first' | 'second'> | null {
  const place = a.findIndex(({ key }, index) => key !== b[index]?.key)
  const [here, there] = [a[place], b[place]]
  if (here === undefined || there === undefined) return null
  const later = a.slice(place).find(({ key }) => key === there.key)
  const isLaterThere = b.slice(place).some(({ key }) => key === here.key)
  return later === undefined || !isLaterThere ? null : { first: here.event, second: later.event }
}
