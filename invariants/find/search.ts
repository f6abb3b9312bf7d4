// Looks for the events that answer a question while the events of a run go by, once and in their order.

import type { Query, Relation } from './query.ts'
import { selecting } from './select.ts'
import { type Event, type Instant, instantZero, type NodeId } from '../../sim/index.ts'

/** How many events may wait at once for what follows them. */
export const waitingMax = 1_000_000

/** Events that may answer a question and wait for what comes after them. */
interface Candidate {
  readonly event: Event
  /** How many relations to what follows are not decided. */
  open: number
  isRejected: boolean
}

/** A search over one run. */
export class Search {
  readonly #isMeant: (event: Event) => boolean
  readonly #before: readonly Before[]
  readonly #after: readonly After[]
  readonly #found: (event: Event) => void
  #last: Instant = instantZero
  /** How many events the query is about, whatever came before or after them. */
  meant = 0

  /** `found` is called with each answer, as soon as it is one: not always in the order of the events. */
  constructor({ selector, relations }: Query, found: (event: Event) => void) {
    this.#isMeant = selecting(selector)
    this.#before = relations
      .filter(({ direction }) => direction === 'preceded')
      .map((relation) => new Before(relation))
    this.#after = relations
      .filter(({ direction }) => direction === 'followed')
      .map((relation) => new After(relation, (candidate, isRight) => this.#decide(candidate, isRight)))
    this.#found = found
  }

  /** Takes the next event. Throws a RangeError when too many wait for what follows them. */
  on(event: Event): void {
    this.#last = event.at
    for (const relation of this.#after) relation.pass(event)
    // No event comes before or after itself.
    if (this.#isMeant(event)) {
      this.meant++
      if (this.#before.every((relation) => relation.holds(event))) this.#consider(event)
    }
    for (const relation of this.#before) relation.pass(event)
  }

  /** There are no more events. What would have had time to come is not taken for missing. */
  end(): void {
    for (const relation of this.#after) relation.end(this.#last)
  }

  #consider(event: Event): void {
    const candidate = { event, open: this.#after.length, isRejected: false }
    if (candidate.open === 0) this.#found(event)
    for (const relation of this.#after) relation.wait(candidate)
  }

  #decide(candidate: Candidate, isRight: boolean): void {
    candidate.open--
    if (!isRight) candidate.isRejected = true
    if (candidate.open === 0 && !candidate.isRejected) this.#found(candidate.event)
  }
}

/** What came before: remembers the last one, of each node where that matters. */
class Before {
  readonly #relation: Relation
  readonly #isMeant: (event: Event) => boolean
  readonly #last = new Map<NodeId, Instant>()

  constructor(relation: Relation) {
    this.#relation = relation
    this.#isMeant = selecting(relation.selector)
  }

  holds(event: Event): boolean {
    const { isWanted, within } = this.#relation
    const last = this.#last.get(keyOf(this.#relation, event))
    const isThere = last !== undefined && (within === null || event.at - last <= within)
    return isThere === isWanted
  }

  pass(event: Event): void {
    if (isPlaced(this.#relation, event) && this.#isMeant(event))
      this.#last.set(keyOf(this.#relation, event), event.at)
  }
}

/** What comes after: all who wait are answered by the next one, or by the end of their time. */
class After {
  readonly #relation: Relation
  readonly #isMeant: (event: Event) => boolean
  readonly #decide: (candidate: Candidate, isRight: boolean) => void
  readonly #waiting = new Map<NodeId, Candidate[]>()
  #count = 0

  constructor(relation: Relation, decide: (candidate: Candidate, isRight: boolean) => void) {
    this.#relation = relation
    this.#isMeant = selecting(relation.selector)
    this.#decide = decide
  }

  wait(candidate: Candidate): void {
    const key = keyOf(this.#relation, candidate.event)
    const waiting = this.#waiting.get(key) ?? []
    this.#waiting.set(key, waiting)
    this.#expire(waiting, candidate.event.at)
    waiting.push(candidate)
    if (++this.#count > waitingMax)
      throw new RangeError(`query: more than ${waitingMax} events wait for what follows them; say "within"`)
  }

  // All have equally long, so that those whose time is over are the first.
  #expire(waiting: Candidate[], now: Instant): void {
    const { isWanted, within } = this.#relation
    if (within === null) return
    const kept = waiting.findIndex(({ event }) => now - event.at <= within)
    for (const candidate of waiting.splice(0, kept < 0 ? waiting.length : kept)) {
      this.#decide(candidate, !isWanted)
      this.#count--
    }
  }

  pass(event: Event): void {
    const { isWanted, within } = this.#relation
    if (!isPlaced(this.#relation, event) || !this.#isMeant(event)) return
    const key = keyOf(this.#relation, event)
    for (const candidate of this.#waiting.get(key) ?? []) {
      const isInTime = within === null || event.at - candidate.event.at <= within
      this.#decide(candidate, isInTime === isWanted)
      this.#count--
    }
    this.#waiting.delete(key)
  }

  end(last: Instant): void {
    const { isWanted, within } = this.#relation
    for (const candidate of [...this.#waiting.values()].flat()) {
      const isOver = within === null || last - candidate.event.at > within
      this.#decide(candidate, isOver && !isWanted)
    }
    this.#waiting.clear()
  }
}

/** What a relation pairs events by. */
function keyOf({ where }: Relation, event: Event): NodeId {
  return where === 'same' ? event.node : ''
}

function isPlaced({ where }: Relation, event: Event): boolean {
  return where === null || where === 'same' || event.node === where.node
}
