import type { Operation } from '../operation.ts'
import type { QueueAction } from './queue.ts'

/**
 * Where in the order of all enqueues a value can stand: the values of a queue leave it in that order, and the order of
 * the dequeues is known up to those that overlap. With it a wrong order of enqueues is seen at once, not when the values
 * come out.
 */
export class QueuePlaces {
  readonly #ranges = new Map<string, Ranges>()
  /** The dequeue of each value that was enqueued and, as far as is known, dequeued once. */
  readonly #dequeues = new Map<string, Operation>()
  /** Values enqueued more often than they are known to have come out. */
  readonly #surplus = new Set<string>()
  readonly #dequeueCount: number
  readonly #isAnyOpen: boolean

  constructor(operations: readonly Operation[], actions: readonly (QueueAction | undefined)[]) {
    const known = operations.filter((_, index) => actions[index]?.kind === 'dequeue')
    const open = operations.filter((_, index) => actions[index]?.kind === 'dequeue-any')
    this.#dequeueCount = known.length
    this.#isAnyOpen = open.length > 0
    this.#findRanges(operations, actions, known, open)
    this.#count(operations, actions)
  }

  /** Whether a value can be enqueued as the one after `place` others, of which these are still there. */
  fits(value: string, place: number, content: readonly string[]): boolean {
    const dequeue = this.#dequeues.get(value)
    if (dequeue !== undefined && content.some((other) => this.#leavesAfter(other, dequeue))) return false
    // Once all that came out are in, and where an unknown dequeue may have taken it, a value may stand anywhere.
    const isFree = this.#surplus.has(value) && (this.#isAnyOpen || place >= this.#dequeueCount)
    return isFree || this.#ranges.get(value)?.has(place) === true
  }

  /** Whether a dequeue of which nothing is known may have taken the value: those that came out otherwise are still due. */
  mayBeLost(value: string): boolean {
    return this.#surplus.has(value) || !this.#ranges.has(value)
  }

  /** Whether a value surely left after a dequeue, before which it cannot stand then. */
  #leavesAfter(value: string, dequeue: Operation): boolean {
    const other = this.#dequeues.get(value)
    if (other !== undefined) return other.call > dequeue.return
    return !this.#isAnyOpen && !this.#ranges.has(value)
  }

  #findRanges(
    operations: readonly Operation[],
    actions: readonly (QueueAction | undefined)[],
    known: readonly Operation[],
    open: readonly Operation[],
  ): void {
    const ends = sorted(known.map((operation) => operation.return))
    const calls = sorted(known.map((operation) => operation.call))
    const openCalls = sorted(open.map((operation) => operation.call))
    for (const [index, operation] of operations.entries()) {
      const action = actions[index]
      if (action?.kind !== 'dequeue') continue
      const ranges = this.#ranges.get(action.value) ?? new Ranges()
      const before = countBelow(calls, operation.return) - 1
      ranges.add(countBelow(ends, operation.call), before + countBelow(openCalls, operation.return))
      this.#ranges.set(action.value, ranges)
    }
    for (const ranges of this.#ranges.values()) ranges.finish()
  }

  #count(operations: readonly Operation[], actions: readonly (QueueAction | undefined)[]): void {
    const counts = new Map<string, number>()
    for (const action of actions)
      if (action?.kind === 'enqueue') counts.set(action.value, (counts.get(action.value) ?? 0) + 1)
    for (const [value, count] of counts)
      if (count > (this.#ranges.get(value)?.count ?? 0)) this.#surplus.add(value)
    for (const [index, operation] of operations.entries()) {
      const action = actions[index]
      const isOnce = action?.kind === 'dequeue' && this.#ranges.get(action.value)?.count === 1
      if (isOnce && counts.get(action.value) === 1) this.#dequeues.set(action.value, operation)
    }
  }
}

/** Ranges of places: sorted by the first, with the last place of all up to there. */
class Ranges {
  readonly #ranges: (readonly [first: number, last: number])[] = []
  readonly #lastUpTo: number[] = []

  get count(): number {
    return this.#ranges.length
  }

  add(first: number, last: number): void {
    this.#ranges.push([first, last])
  }

  finish(): void {
    this.#ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])
    let last = -1
    for (const range of this.#ranges) this.#lastUpTo.push((last = Math.max(last, range[1])))
  }

  has(place: number): boolean {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ranges[middle]?.[0] ?? 0) <= place) low = middle + 1
      else high = middle
    }
    return low > 0 && (this.#lastUpTo[low - 1] ?? -1) >= place
  }
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b)
}

function countBelow(ascending: readonly number[], bound: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] ?? Infinity) < bound) low = middle + 1
    else high = middle
  }
  return low
}
