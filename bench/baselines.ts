// What everything else is measured against: a bare 4-ary heap on typed arrays, and bare calls. They have nothing of a
// simulation in them and never change, so a figure divided by theirs says the same on every machine.

import { expectCount, type Workload } from './measure.ts'

/** A baseline, and how fast it runs on the machine on which the budget was set, when nothing else ran there. */
export interface Baseline extends Workload {
  readonly referenceRate: number
}

/** Holds (take the first, put it back later) on a heap of 100 pending. */
export const holds100: Baseline = holdLoop(100, 1_000_000, 24e6)
/** The same with 10,000 pending. */
export const holds10k: Baseline = holdLoop(10_000, 500_000, 13e6)
/** The same with a million pending. */
export const holds1M: Baseline = holdLoop(1_000_000, 200_000, 2.6e6)
/** Calls of functions that cannot be inlined. */
export const calls: Baseline = callLoop(10_000_000, 115e6)

function holdLoop(pending: number, count: number, referenceRate: number): Baseline {
  let heap: BareHeap | null = null
  const run = (): number => {
    heap ??= new BareHeap(pending)
    const before = heap.now
    for (let held = 0; held < count; held++) heap.hold()
    if (!(heap.now > before)) throw new Error('hold loop: its time stands still')
    return count
  }
  const shown = pending.toLocaleString('en')
  return { name: `holds, ${shown} pending`, unit: 'hold', referenceRate, run }
}

const delays = 4096

/** The heap, with as many records as it was made with. */
class BareHeap {
  now = 0
  readonly #at: Float64Array
  readonly #slot: Int32Array
  readonly #delay = new Float64Array(delays)
  #next = 0

  constructor(pending: number) {
    this.#at = new Float64Array(pending)
    this.#slot = Int32Array.from({ length: pending }, (_, index) => index)
    let x = 1
    for (let index = 0; index < delays; index++) {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0
      this.#delay[index] = (x >>> 0) % 1_000_003
    }
    // Ascending instants are a heap.
    for (let index = 0; index < pending; index++) this.#at[index] = index * (1_000_003 / pending)
  }

  hold(): void {
    const at = this.#at
    this.now = at[0] as number
    const delay = this.#delay[this.#next++ & (delays - 1)] as number
    this.#siftDown(this.now + delay, this.#slot[0] as number)
  }

  #siftDown(at: number, slot: number): void {
    const ats = this.#at
    const slots = this.#slot
    const size = ats.length
    let hole = 0
    for (;;) {
      const first = hole * 4 + 1
      if (first >= size) break
      const end = first + 4 < size ? first + 4 : size
      let best = first
      let bestAt = ats[first] as number
      for (let child = first + 1; child < end; child++) {
        const childAt = ats[child] as number
        if (childAt < bestAt) {
          best = child
          bestAt = childAt
        }
      }
      if (at <= bestAt) break
      ats[hole] = bestAt
      slots[hole] = slots[best] as number
      hole = best
    }
    ats[hole] = at
    slots[hole] = slot
  }
}

function callLoop(count: number, referenceRate: number): Baseline {
  let called = 0
  const targets = [1, 2, 3, 4, 5, 6, 7, 8].map((step) => distinctFunction(step))
  const run = (): number => {
    called = 0
    for (let index = 0; index < count; index++) called += (targets[index & 7] as (x: number) => number)(index)
    expectCount('calls', called, count)
    return count
  }
  return { name: 'bare calls', unit: 'call', referenceRate, run }
}

// A function object of its own for each, so that the call's target is not known in advance.
function distinctFunction(step: number): (x: number) => number {
  const body = `return x >= 0 ? 1 : ${step}`
  // oxlint-disable-next-line typescript/no-implied-eval -- closures of one function would share its code
  return new Function('x', body) as (x: number) => number
}
