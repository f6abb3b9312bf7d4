// The causal identity of an event: a hash of its node, kind and canonical data, of the identities of its causes (the event
// that led to it, and the one before it on its node), and of how many events its node had before. Equal identities of two
// runs mean equal causal pasts. Canonical data leaves out instants and numbers that are given out across the whole
// simulation (seqs, timers, streams, operations), which shift when anything anywhere changes.

import type { Event, EventKind } from '../event.ts'
import { combine, digestedFields, finish, hashField, hashString } from './digest.ts'
import { eventLabel } from './event-label.ts'
import { recordOf } from './event-record.ts'
import { Numbers } from './numbers.ts'

const shiftingFields: ReadonlyMap<string, readonly string[]> = new Map<EventKind, readonly string[]>([
  ['timer-set', ['timer', 'due']],
  ['timer-cancel', ['timer']],
  ['timer-fire', ['timer']],
  ['connect', ['stream']],
  ['accept', ['stream']],
  ['connect-result', ['stream']],
  ['stream-write', ['stream']],
  ['stream-read', ['stream']],
  ['stream-drain', ['stream']],
  ['stream-end', ['stream']],
  ['stream-ended', ['stream']],
  ['stream-reset', ['stream']],
  ['operation', ['id']],
  ['fault-begin', ['index']],
  ['fault-end', ['index']],
])

/** The events of one node, in program order. */
export interface NodeLog {
  /** The node's place among the nodes of its run. */
  readonly index: number
  readonly seqs: Numbers
  readonly identities: Numbers
  /** The hash of each event's label. */
  readonly labels: Numbers
}

const sharedPast = 0x6a09e667

/** The identities of the events of one run behind what it has in common with another: 18 bytes an event. */
export class CausalIdentities {
  /** By node, in the order of their first event; '' is the world. */
  readonly nodes: Map<string, NodeLog> = new Map()
  readonly #common: number
  readonly #identities: Numbers = new Numbers()
  readonly #nodeOf: Numbers = new Numbers()
  readonly #names: string[] = []

  /** `common`: how many events both runs begin with. These are known by their seq alone. */
  constructor(common: number) {
    this.#common = common
  }

  /** How many events there are behind the common ones. */
  get length(): number {
    return this.#identities.length
  }

  /** Adds the next event behind the common ones. */
  add(event: Event): void {
    const log = this.#logOf(event.node)
    const place = log.seqs.length
    const previous = place === 0 ? sharedPast : log.identities.at(place - 1)
    // A phase begins when its time has come, whatever was last before it.
    const cause = event.kind === 'phase' ? sharedPast : this.#causeIdentity(event.cause)
    const identity = identityOf(event, [cause, previous, place])
    log.seqs.push(event.seq)
    log.identities.push(identity)
    log.labels.push(hashString(eventLabel(event)) >>> 0)
    this.#identities.push(identity)
    this.#nodeOf.push(log.index)
  }

  /** The node of an event; null when the event is a common one. */
  nodeOf(seq: number): string | null {
    return seq <= this.#common ? null : (this.#names[this.#nodeOf.at(seq - this.#common - 1)] ?? null)
  }

  #causeIdentity(cause: number): number {
    return cause <= this.#common ? combine(sharedPast, cause) : this.#identities.at(cause - this.#common - 1)
  }

  #logOf(node: string): NodeLog {
    let log = this.nodes.get(node)
    if (log === undefined) {
      log = {
        index: this.#names.length,
        seqs: new Numbers(),
        identities: new Numbers(),
        labels: new Numbers(),
      }
      this.nodes.set(node, log)
      this.#names.push(node)
    }
    return log
  }
}

function identityOf(event: Event, past: readonly number[]): number {
  const fields = recordOf(event)
  const left = shiftingFields.get(event.kind) ?? []
  let h = combine(hashString(event.node), hashString(event.kind))
  for (const field of digestedFields(fields, event.kind)) {
    if (!left.includes(field)) h = combine(h, hashField(field, fields[field]))
  }
  for (const number of past) h = combine(h, number)
  return finish(h) >>> 0
}
