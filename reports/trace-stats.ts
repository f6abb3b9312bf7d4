// What a trace holds, in numbers: events by kind, messages by kind and pair, latencies and operations phase by phase.

import { type Duration, type Event, type EventKind, type Instant, instantZero } from '../sim/index.ts'

/** How something was spread. Durations in nanoseconds. */
export interface Spread {
  readonly count: number
  readonly median: Duration
  readonly p99: Duration
  readonly max: Duration
}

/** One phase of a run. */
export interface PhaseStats {
  readonly phase: string
  readonly from: Instant
  readonly to: Instant
  readonly events: number
  readonly delivered: number
  readonly dropped: number
  /** How long messages were on their way. */
  readonly transit: Spread | null
  readonly operations: { readonly ok: number; readonly fail: number; readonly info: number }
  /** How long successful operations took. */
  readonly latency: Spread | null
}

/** The numbers of a trace. */
export interface TraceStats {
  readonly events: number
  readonly at: Instant
  readonly kinds: readonly (readonly [kind: EventKind, count: number])[]
  /** By the kind of message: sent, delivered. */
  readonly messages: readonly (readonly [kind: string, sent: number, delivered: number])[]
  /** By the pair of nodes, most first. */
  readonly pairs: readonly (readonly [pair: string, sent: number, dropped: number])[]
  readonly phases: readonly PhaseStats[]
}

/** How many samples of one spread are kept; of more, evenly spaced ones. */
const samplesMax = 200_000
/** How many messages may be on their way, and operations open, that are remembered. */
const openMax = 1_000_000

/** Takes the events of a run in their order. */
export class TraceStatistics {
  readonly #kinds = new Map<EventKind, number>()
  readonly #messages = new Map<string, [sent: number, delivered: number]>()
  readonly #pairs = new Map<string, [sent: number, dropped: number]>()
  readonly #phases: Phase[] = [new Phase('start', instantZero)]
  readonly #sentAt = new Map<number, Instant>()
  readonly #invokedAt = new Map<number, Instant>()
  #events = 0
  #at: Instant = instantZero

  /** Takes the next event. */
  add(event: Event): void {
    this.#events++
    this.#at = event.at
    this.#kinds.set(event.kind, (this.#kinds.get(event.kind) ?? 0) + 1)
    this.#passPhase(event)
    const phase = this.#phases.at(-1)
    if (phase === undefined) return
    phase.events++
    this.#takeMessage(event, phase)
    this.#takeOperation(event, phase)
  }

  /** The numbers so far. */
  stats(): TraceStats {
    const byCount = <K extends string>(a: readonly [K, number], b: readonly [K, number]): number =>
      b[1] - a[1] || (a[0] < b[0] ? -1 : 1)
    return {
      events: this.#events,
      at: this.#at,
      kinds: [...this.#kinds].sort(byCount),
      messages: [...this.#messages]
        .map(([kind, counts]) => [kind, ...counts] as const)
        .sort((a, b) => byCount([a[0], a[1]], [b[0], b[1]])),
      pairs: [...this.#pairs]
        .map(([pair, counts]) => [pair, ...counts] as const)
        .sort((a, b) => byCount([a[0], a[1]], [b[0], b[1]])),
      phases: this.#phases
        .map((phase, index) => phase.stats(this.#phases[index + 1]?.from ?? this.#at))
        .filter(({ events }) => events > 0),
    }
  }

  #passPhase(event: Event): void {
    const name = event.kind === 'core' ? 'core' : event.kind === 'phase' ? event.phase : null
    if (name !== null && name !== 'end') this.#phases.push(new Phase(name, event.at))
  }

  #takeMessage(event: Event, phase: Phase): void {
    if (event.kind === 'send') {
      count(this.#messages, kindOf(event.message), 0)
      count(this.#pairs, `${event.node} > ${event.target}`, 0)
      if (this.#sentAt.size < openMax) this.#sentAt.set(event.seq, event.at)
    } else if (event.kind === 'deliver') {
      count(this.#messages, kindOf(event.message), 1)
      phase.delivered++
      const sentAt = this.#sentAt.get(event.cause)
      if (sentAt !== undefined) phase.transit.add(event.at - sentAt)
      this.#sentAt.delete(event.cause)
    } else if (event.kind === 'drop') {
      count(this.#pairs, `${event.node} > ${event.target}`, 1)
      phase.dropped++
      this.#sentAt.delete(event.cause)
    }
  }

  #takeOperation(event: Event, phase: Phase): void {
    if (event.kind !== 'operation') return
    if (event.phase === 'invoke') {
      if (this.#invokedAt.size < openMax) this.#invokedAt.set(event.id, event.at)
      return
    }
    phase.operations[event.phase]++
    const invokedAt = this.#invokedAt.get(event.id)
    if (invokedAt !== undefined && event.phase === 'ok') phase.latency.add(event.at - invokedAt)
    this.#invokedAt.delete(event.id)
  }
}

class Phase {
  events = 0
  delivered = 0
  dropped = 0
  readonly transit = new Samples()
  readonly latency = new Samples()
  readonly operations = { ok: 0, fail: 0, info: 0 }
  readonly phase: string
  readonly from: Instant

  constructor(phase: string, from: Instant) {
    this.phase = phase
    this.from = from
  }

  stats(to: Instant): PhaseStats {
    const { phase, from, events, delivered, dropped, operations } = this
    const [transit, latency] = [this.transit.spread(), this.latency.spread()]
    return { phase, from, to, events, delivered, dropped, transit, operations, latency }
  }
}

/** Samples in bounded memory: once there are too many, every second one is let go, and of what comes. */
class Samples {
  #values: number[] = []
  #count = 0
  #stride = 1
  #max = 0

  add(value: number): void {
    this.#max = Math.max(this.#max, value)
    if (this.#count++ % this.#stride !== 0) return
    this.#values.push(value)
    if (this.#values.length < samplesMax) return
    this.#values = this.#values.filter((_, index) => index % 2 === 0)
    this.#stride *= 2
  }

  spread(): Spread | null {
    if (this.#count === 0) return null
    const sorted = this.#values.toSorted((a, b) => a - b)
    const quantile = (share: number): Duration =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) as Duration
    return { count: this.#count, median: quantile(0.5), p99: quantile(0.99), max: this.#max as Duration }
  }
}

function count(counts: Map<string, [number, number]>, name: string, place: 0 | 1): void {
  const known = counts.get(name) ?? [0, 0]
  known[place]++
  counts.set(name, known)
}

function kindOf(message: { readonly [field: string]: unknown }): string {
  return typeof message['kind'] === 'string' ? message['kind'] : '(no kind)'
}
