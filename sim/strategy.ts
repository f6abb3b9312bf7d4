// Strategies: who goes first of what is ready at the same instant, and, as far as the network allows, whose deliveries are
// quick. Each decision draws from a stream named for the node that it concerns.

import type { NodeId } from './event.ts'
import { Link, type Pacing } from './net/index.ts'
import { Machine, Process } from './node/index.ts'
import type { RandomStream, RandomStreams } from './random.ts'
import type { Strategy, Variation } from './variation.ts'

/** A strategy in force for one run. */
export interface Order {
  /** The tie key of a step that is being scheduled; lower goes first. `subject` is what the step is about. */
  readonly tie: (subject: unknown) => number
  /** Where in its distribution the latency of a delivery is taken; absent: where it was drawn. */
  readonly place?: Required<Pacing>['place']
}

/** The order of a strategy; null for first-in, which decides nothing. */
export function orderOf(strategy: Strategy, streams: RandomStreams): Order | null {
  switch (strategy.kind) {
    case 'first-in':
      return null
    case 'random':
      return { tie: randomTie(streams) }
    case 'pos':
      return { tie: randomTie(streams), place: (_target, drawn) => spread(drawn) }
    case 'pct':
      return new Priorities(strategy, streams)
  }
}

/** Who has a say in latencies; undefined where nobody has: the network then takes its shortest way. */
export function pacingOf(
  order: Order | null,
  { late }: Variation,
  onLate: Pacing['onLate'],
): Pacing | undefined {
  const place = order?.place
  if (place === undefined && late === undefined && onLate === undefined) return undefined
  return {
    ...(place === undefined ? {} : { place }),
    ...(late === undefined ? {} : { late: new Set(late) }),
    ...(onLate === undefined ? {} : { onLate }),
  }
}

function randomTie(streams: RandomStreams): (subject: unknown) => number {
  const known = new Map<NodeId, RandomStream>()
  return (subject) => {
    const node = nodeOf(subject)
    let stream = known.get(node)
    if (stream === undefined) {
      stream = streams.stream(`order/${node}`)
      known.set(node, stream)
    }
    return stream.float()
  }
}

// Half of the deliveries come from the late end: each pair of them is about as likely to come in either order.
function spread(drawn: number): number {
  return drawn < 0.5 ? drawn : 0.9 + (drawn - 0.5) * 0.19
}

/** The node that a step is about: whose program or machine it concerns, or to whom something is delivered. */
function nodeOf(subject: unknown): NodeId {
  if (subject instanceof Link) return subject.target.node
  if (subject instanceof Process) return subject.machine.node
  return subject instanceof Machine ? subject.node : ''
}

/** Of its part of a distribution, deliveries of one priority take this much by chance. */
const jitter = 0.05
/** Nodes whose priority a change point has taken away are served from here on in the distribution. */
const lowest = 0.95

/** Probabilistic concurrency testing: priorities of nodes, a few of which fall at drawn steps. */
class Priorities implements Order {
  readonly #streams: RandomStreams
  readonly #slowness = new Map<NodeId, number>()
  readonly #changes: ReadonlySet<number>
  #steps = 0

  constructor({ depth, steps }: Extract<Strategy, { readonly kind: 'pct' }>, streams: RandomStreams) {
    this.#streams = streams
    const random = streams.stream('order/changes')
    this.#changes = new Set(Array.from({ length: depth - 1 }, () => random.int(1, steps)))
  }

  readonly tie = (subject: unknown): number => {
    const node = nodeOf(subject)
    this.#steps++
    if (this.#changes.has(this.#steps)) this.#slowness.set(node, lowest)
    return this.#slownessOf(node)
  }

  readonly place = (target: NodeId, drawn: number): number => this.#slownessOf(target) + drawn * jitter

  // From 0 for the node that always goes first.
  #slownessOf(node: NodeId): number {
    let slowness = this.#slowness.get(node)
    if (slowness === undefined) {
      slowness = this.#streams.stream(`order/${node}`).float() * lowest
      this.#slowness.set(node, slowness)
    }
    return slowness
  }
}
