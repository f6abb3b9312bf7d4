// The pending events of a simulation: a 4-ary heap on typed arrays, in the total order (instant, tie key, sequence).
// Records live in slots that are reused; a cancelled record is skipped when it surfaces, and swept out in one go when
// such records outnumber the live ones, so that cancelling costs O(1) amortised and memory stays in proportion.

import type { Instant } from '../time.ts'

/** What happens when a record comes up. `extra` is a number of the caller's; `cause` the seq of the event behind it. */
export type Action<S, P> = (subject: S, payload: P, extra: number, cause: number) => void

/** Names a pending record; stays safe to cancel after the record has come up. */
export type PendingId = number

const slotBits = 2 ** 26
const generationMax = 2 ** 26

/** What the queue tells before it runs a record's action. */
export interface StepState {
  now: Instant
  cause: number
}

/** What a simulation needs of its queue: `PendingQueue`, or one that lets somebody choose what comes next. */
export interface StepQueue {
  /** How many records will come up. */
  readonly length: number
  /** Adds a record; of records with the same instant the lower tie key, then the earlier `push`, is due first. */
  push<S, P>(
    at: Instant,
    tie: number,
    action: Action<S, P>,
    subject: S,
    payload: P,
    extra: number,
    cause: number,
  ): PendingId
  /** Removes a record if it is still pending; tells whether it was. */
  cancel(id: PendingId): boolean
  /** Runs the next record's action; false when none is left, or none up to `limit`. */
  runNext(limit: Instant): boolean
}

/** Where the numbers of a record stand, from four times its slot on: beside each other, in one line of the cache. */
const tieAt = 0
const orderAt = 1
const extraAt = 2
const causeAt = 3

/** The queue. */
export class PendingQueue implements StepQueue {
  readonly #state: StepState

  #size = 0
  #cancelled = 0
  #sequence = 0
  /** The first place of the heap is vacant: its record has come up, and nothing has taken its place yet. */
  #isFirstVacant = false
  #heapAt = new Float64Array(64)
  #heapSlot = new Int32Array(64)
  #numbers = new Float64Array(64 * 4)
  /** Odd while the slot's record will come up; even once it has, or was cancelled. */
  #generation = new Int32Array(64)
  readonly #action: Action<unknown, unknown>[] = []
  readonly #subject: unknown[] = []
  readonly #payload: unknown[] = []
  #free = new Int32Array(64)
  #freeCount = 0
  #slots = 0

  constructor(state: StepState) {
    this.#state = state
  }

  /** How many records will come up. */
  get length(): number {
    return this.#size - this.#cancelled - (this.#isFirstVacant ? 1 : 0)
  }

  /** How many slots there are, live, cancelled and free: what the queue holds memory for. */
  get slots(): number {
    return this.#slots
  }

  /** Adds a record; of records with the same instant the lower tie key, then the earlier `push`, comes first. */
  push<S, P>(
    at: Instant,
    tie: number,
    action: Action<S, P>,
    subject: S,
    payload: P,
    extra: number,
    cause: number,
  ): PendingId {
    const slot = this.#freeCount > 0 ? (this.#free[--this.#freeCount] as number) : this.#newSlot()
    const generation = (this.#generation[slot] as number) + 1
    this.#generation[slot] = generation
    const numbers = this.#numbers
    const place = slot * 4
    numbers[place + tieAt] = tie
    numbers[place + orderAt] = this.#sequence++
    numbers[place + extraAt] = extra
    numbers[place + causeAt] = cause
    this.#action[slot] = action as Action<unknown, unknown>
    this.#subject[slot] = subject
    this.#payload[slot] = payload
    if (this.#isFirstVacant) {
      this.#isFirstVacant = false
      this.#siftDown(0, at, slot)
    } else this.#siftUp(this.#size++, at, slot)
    return generation * slotBits + slot
  }

  /** Removes a record if it is still pending; tells whether it was. */
  cancel(id: PendingId): boolean {
    const slot = id % slotBits
    const generation = Math.floor(id / slotBits)
    if (this.#generation[slot] !== generation || (generation & 1) === 0) return false
    this.#generation[slot] = after(generation)
    this.#subject[slot] = undefined
    this.#payload[slot] = undefined
    this.#cancelled++
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#size) this.#sweep()
    return true
  }

  /** Takes the first record whose instant is at most `limit` and runs its action; false when there is none. */
  runNext(limit: Instant): boolean {
    if (this.#isFirstVacant) this.#fillFirst()
    while (this.#size > 0) {
      const at = this.#heapAt[0] as number
      if (at > limit) return false
      const slot = this.#heapSlot[0] as number
      const generation = this.#generation[slot] as number
      if ((generation & 1) === 1) {
        // Most actions push, and what they push then takes the vacant place: that saves moving the last record there.
        this.#isFirstVacant = true
        this.#generation[slot] = after(generation)
        this.#run(at as Instant, slot)
        return true
      }
      this.#dropFirst(slot)
    }
    return false
  }

  /** The instant of the first live record; null when there is none. */
  peek(): Instant | null {
    if (this.#isFirstVacant) this.#fillFirst()
    while (this.#size > 0) {
      const slot = this.#heapSlot[0] as number
      if (((this.#generation[slot] as number) & 1) === 1) return this.#heapAt[0] as Instant
      this.#dropFirst(slot)
    }
    return null
  }

  // The slot is given back first: the action may push.
  #run(at: Instant, slot: number): void {
    const action = this.#action[slot] as Action<unknown, unknown>
    const subject = this.#subject[slot]
    const payload = this.#payload[slot]
    const extra = this.#numbers[slot * 4 + extraAt] as number
    const cause = this.#numbers[slot * 4 + causeAt] as number
    this.#subject[slot] = undefined
    this.#payload[slot] = undefined
    this.#free[this.#freeCount++] = slot
    const state = this.#state
    state.now = at
    state.cause = cause
    action(subject, payload, extra, cause)
  }

  /** Takes the first record, which was cancelled, out of the heap. */
  #dropFirst(slot: number): void {
    this.#cancelled--
    this.#free[this.#freeCount++] = slot
    this.#fillFirst()
  }

  #newSlot(): number {
    const slot = this.#slots++
    if (slot === this.#heapAt.length) this.#grow(slot * 2)
    this.#action.push(idle)
    this.#subject.push(undefined)
    this.#payload.push(undefined)
    return slot
  }

  #grow(capacity: number): void {
    if (capacity > slotBits) throw new RangeError(`more than ${slotBits} pending events`)
    this.#heapAt = copyInto(new Float64Array(capacity), this.#heapAt)
    this.#heapSlot = copyInto(new Int32Array(capacity), this.#heapSlot)
    this.#numbers = copyInto(new Float64Array(capacity * 4), this.#numbers)
    this.#generation = copyInto(new Int32Array(capacity), this.#generation)
    this.#free = copyInto(new Int32Array(capacity), this.#free)
  }

  /** Lets the last record take the vacant first place. */
  #fillFirst(): void {
    this.#isFirstVacant = false
    const last = --this.#size
    if (last > 0) this.#siftDown(0, this.#heapAt[last] as number, this.#heapSlot[last] as number)
  }

  // The place at the heap's index is a hole; parents that come later move down into it until the record fits.
  #siftUp(start: number, at: number, slot: number): void {
    const heapAt = this.#heapAt
    const heapSlot = this.#heapSlot
    let hole = start
    while (hole > 0) {
      const parent = (hole - 1) >> 2
      const parentAt = heapAt[parent] as number
      if (parentAt < at || (parentAt === at && this.#precedes(heapSlot[parent] as number, slot))) break
      heapAt[hole] = parentAt
      heapSlot[hole] = heapSlot[parent] as number
      hole = parent
    }
    heapAt[hole] = at
    heapSlot[hole] = slot
  }

  #siftDown(start: number, at: number, slot: number): void {
    const heapAt = this.#heapAt
    const heapSlot = this.#heapSlot
    const size = this.#size
    let hole = start
    for (;;) {
      const first = hole * 4 + 1
      if (first >= size) break
      const end = first + 4 < size ? first + 4 : size
      let best = first
      let bestAt = heapAt[first] as number
      for (let child = first + 1; child < end; child++) {
        const childAt = heapAt[child] as number
        if (
          childAt < bestAt ||
          (childAt === bestAt && this.#precedes(heapSlot[child] as number, heapSlot[best] as number))
        ) {
          best = child
          bestAt = childAt
        }
      }
      if (at < bestAt || (at === bestAt && this.#precedes(slot, heapSlot[best] as number))) break
      heapAt[hole] = bestAt
      heapSlot[hole] = heapSlot[best] as number
      hole = best
    }
    heapAt[hole] = at
    heapSlot[hole] = slot
  }

  #precedes(a: number, b: number): boolean {
    const numbers = this.#numbers
    const tieA = numbers[a * 4 + tieAt] as number
    const tieB = numbers[b * 4 + tieAt] as number
    return (
      tieA < tieB ||
      (tieA === tieB && (numbers[a * 4 + orderAt] as number) < (numbers[b * 4 + orderAt] as number))
    )
  }

  #sweep(): void {
    if (this.#isFirstVacant) this.#fillFirst()
    let kept = 0
    for (let index = 0; index < this.#size; index++) {
      const slot = this.#heapSlot[index] as number
      if (((this.#generation[slot] as number) & 1) === 0) {
        this.#free[this.#freeCount++] = slot
        continue
      }
      this.#heapAt[kept] = this.#heapAt[index] as number
      this.#heapSlot[kept++] = slot
    }
    this.#size = kept
    this.#cancelled = 0
    for (let index = (kept - 2) >> 2; index >= 0; index--)
      this.#siftDown(index, this.#heapAt[index] as number, this.#heapSlot[index] as number)
  }
}

/** The generation that follows. */
function after(generation: number): number {
  return generation + 1 === generationMax ? 0 : generation + 1
}

function idle(): void {}

function copyInto<T extends Float64Array | Int32Array | Uint8Array>(target: T, source: T): T {
  target.set(source)
  return target
}
