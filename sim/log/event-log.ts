// The event log of a running simulation: numbers events, feeds the digest, and builds an event object only when
// somebody subscribes to its kind. Recording, invariants, histories and triggers are all subscribers.

import { Buffer } from 'node:buffer'

import type { DataRecord } from '../data.ts'
import { type Event, type EventKind, type EventOf, type NodeId, type RawFields } from '../event.ts'
import { eventFields } from '../event-fields.ts'
import type { Instant } from '../time.ts'
import { Digest, digestedFields, hashField, hashNumber, hashString } from './digest.ts'
import { type EventStart, type HotKind, hotKinds } from './hot-kinds.ts'

/** A node's name with its hash, so that the hot path never hashes a name twice. */
export interface NodeLabel {
  readonly id: NodeId
  readonly hash: number
}

/** Makes the label of a node. */
export function nodeLabel(id: NodeId): NodeLabel {
  return { id, hash: hashString(id) }
}

/** The label of the world itself. */
export const worldLabel: NodeLabel = nodeLabel('')

interface KindEntry {
  readonly kind: EventKind
  readonly hash: number
  readonly fields: readonly string[]
  readonly digested: readonly string[]
  readonly hot: HotKind<EventKind> | undefined
  readonly subscribers: ((event: Event) => void)[]
  count: number
}

/** The log of one run. `now` and `cause` are set by the loop for each step. */
export class EventLog {
  /** The virtual instant of the current step. */
  now: Instant = 0 as Instant
  /** The seq of the event that led to the current step. */
  cause = 0
  /** How many events there are; the seq of the last one. */
  seq = 0
  /** The last seq that the current step may reach: a step that emits more has to be ended from within. */
  seqMax: number = Infinity
  /** Called at each event beyond `seqMax`. */
  onExcess: () => void = () => undefined
  readonly digest: Digest = new Digest()
  /** What a subscriber threw first. A program, in whose call this happened, must not see it, let alone catch it. */
  failure: { readonly error: unknown } | null = null

  readonly #kinds: { readonly [K in EventKind]: KindEntry } = kindEntries()
  readonly #send: KindEntry = this.#kinds.send
  readonly #deliver: KindEntry = this.#kinds.deliver
  #depth = 0
  #afterwards: (() => void)[] = []

  /** Calls the subscriber with every event of a kind from now on, in the order of the log; returns what ends that. */
  subscribe<K extends EventKind>(kind: K, subscriber: (event: EventOf<K>) => void): () => void {
    const entry = this.#kinds[kind]
    const generic = subscriber as (event: Event) => void
    entry.subscribers.push(generic)
    return () => {
      const place = entry.subscribers.indexOf(generic)
      if (place >= 0) entry.subscribers.splice(place, 1)
    }
  }

  /** How many events there were of each kind, most first; kinds without any are left out. */
  counts(): ReadonlyMap<EventKind, number> {
    const entries = Object.values(this.#kinds).filter(({ count }) => count > 0)
    return new Map(
      entries
        .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1))
        .map(({ kind, count }) => [kind, count]),
    )
  }

  /** Subscribes to all kinds. */
  subscribeAll(subscriber: (event: Event) => void): () => void {
    const ends = Object.values(this.#kinds).map((entry) => this.subscribe(entry.kind, subscriber))
    return () => {
      for (const end of ends) end()
    }
  }

  /**
   * Runs an action once every subscriber has seen the event that is being emitted (at once when none is): what a
   * subscriber must use to act on the world, so that all subscribers see events in the order of their seq.
   */
  afterEmission(action: () => void): void {
    if (this.#depth === 0) action()
    else this.#afterwards.push(action)
  }

  /** Logs an event with a cause of its own; returns its seq. */
  emit<K extends EventKind>(kind: K, node: NodeLabel, cause: number, fields: RawFields<K>): number {
    const entry = this.#kinds[kind]
    const seq = ++this.seq
    if (seq > this.seqMax) this.onExcess()
    entry.count++
    const digest = this.digest
    digest.mixStart(entry.hash, node.hash, this.now, cause)
    const { hot } = entry
    if (hot === undefined) mixFields(digest, entry.digested, fields)
    else hot.mix(digest, fields)
    if (entry.subscribers.length > 0)
      this.#publish(entry, buildEvent(entry, { seq, at: this.now, node: node.id, cause }, fields))
    return seq
  }

  /** Logs the sending of a message whose hash is known. */
  emitSend(
    node: NodeLabel,
    target: NodeLabel,
    size: number,
    message: DataRecord,
    messageHash: number,
  ): number {
    const seq = ++this.seq
    if (seq > this.seqMax) this.onExcess()
    const digest = this.digest
    const entry = this.#send
    entry.count++
    digest.mixStart(entry.hash, node.hash, this.now, this.cause)
    digest.mix(target.hash)
    digest.mix(hashNumber(size))
    digest.mix(messageHash)
    if (entry.subscribers.length > 0) {
      this.#publish(entry, {
        seq,
        at: this.now,
        node: node.id,
        kind: 'send',
        cause: this.cause,
        target: target.id,
        size,
        message,
      })
    }
    return seq
  }

  /** Logs the delivery of a message whose hash is known; it becomes the cause of the rest of the step. */
  emitDeliver(
    node: NodeLabel,
    source: NodeLabel,
    cause: number,
    message: DataRecord,
    messageHash: number,
  ): number {
    const seq = ++this.seq
    const digest = this.digest
    const entry = this.#deliver
    entry.count++
    digest.mixStart(entry.hash, node.hash, this.now, cause)
    digest.mix(source.hash)
    digest.mix(messageHash)
    this.cause = seq
    if (entry.subscribers.length > 0)
      this.#publish(entry, {
        seq,
        at: this.now,
        node: node.id,
        kind: 'deliver',
        cause,
        source: source.id,
        message,
      })
    return seq
  }

  #publish(entry: KindEntry, event: Event): void {
    this.#depth++
    try {
      for (const subscriber of entry.subscribers) subscriber(event)
    } catch (error) {
      this.failure ??= { error }
    }
    this.#depth--
    if (this.#depth === 0 && this.#afterwards.length > 0) this.#runAfterwards()
  }

  #runAfterwards(): void {
    const actions = this.#afterwards
    this.#afterwards = []
    try {
      for (const action of actions) action()
    } catch (error) {
      this.failure ??= { error }
    }
  }
}

function kindEntries(): { readonly [K in EventKind]: KindEntry } {
  const entries = Object.entries(eventFields).map(([kind, fields]) => [
    kind,
    {
      kind,
      hash: hashString(kind),
      fields,
      digested: digestedFields({}, kind),
      hot: hotKinds[kind as EventKind],
      subscribers: [],
      count: 0,
    },
  ])
  return Object.fromEntries(entries) as { readonly [K in EventKind]: KindEntry }
}

function mixFields(digest: Digest, names: readonly string[], fields: object): void {
  const values = fields as { readonly [field: string]: unknown }
  for (const name of names) digest.mix(hashField(name, values[name]))
}

function buildEvent(entry: KindEntry, start: EventStart, fields: RawFields<EventKind>): Event {
  if (entry.hot?.build !== undefined) return entry.hot.build(start, fields)
  const { seq, at, node, cause } = start
  const values = fields as { readonly [field: string]: unknown }
  const event: { [field: string]: unknown } = { seq, at, node, kind: entry.kind, cause }
  for (const field of entry.fields) {
    const value = values[field]
    if (value !== undefined)
      event[field] = value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
  }
  return event as Partial<Event> as Event
}
