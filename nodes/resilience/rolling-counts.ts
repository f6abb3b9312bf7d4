// Counts over the last while, in slots: a ring of whole slots, of which the oldest is forgotten when a new one begins.

import { demandDuration, demandWhole } from './bounds.ts'
import type { Duration, Instant } from '../../sim/index.ts'

/** What is counted, over how long. */
export interface RollingCountsOptions {
  /** How many things are counted beside each other: they are numbered from 0. */
  readonly columns: number
  readonly window: Duration
  /** In how many slots the window is cut. */
  readonly slots: number
}

const slotsMax = 10_000
const columnsMax = 16

/** Counts what happened in the current slot and the `slots - 1` before it. */
export class RollingCounts {
  readonly #columns: number
  readonly #slots: number
  readonly #slotLength: number
  readonly #counts: Float64Array
  readonly #totals: Float64Array
  #slot = Number.NEGATIVE_INFINITY

  constructor({ columns, window, slots }: RollingCountsOptions) {
    demandWhole('columns', columns, { min: 1, max: columnsMax })
    demandWhole('slots', slots, { min: 1, max: slotsMax })
    demandDuration('window', window)
    this.#columns = columns
    this.#slots = slots
    this.#slotLength = Math.ceil(window / slots)
    this.#counts = new Float64Array(columns * slots)
    this.#totals = new Float64Array(columns)
  }

  /** Counts something that happens now. */
  add(now: Instant, column: number, count = 1): void {
    this.#advance(now)
    const place = (this.#slot % this.#slots) * this.#columns + column
    this.#counts[place] = (this.#counts[place] ?? 0) + count
    this.#totals[column] = (this.#totals[column] ?? 0) + count
  }

  /** How often it happened within the window. */
  total(now: Instant, column: number): number {
    this.#advance(now)
    return this.#totals[column] ?? 0
  }

  /** Forgets everything. */
  clear(): void {
    this.#counts.fill(0)
    this.#totals.fill(0)
  }

  #advance(now: Instant): void {
    const slot = Math.floor(now / this.#slotLength)
    if (slot <= this.#slot) return
    if (slot - this.#slot >= this.#slots) this.clear()
    else for (let next = this.#slot + 1; next <= slot; next++) this.#forget(next % this.#slots)
    this.#slot = slot
  }

  #forget(slot: number): void {
    for (let column = 0; column < this.#columns; column++) {
      const place = slot * this.#columns + column
      this.#totals[column] = (this.#totals[column] ?? 0) - (this.#counts[place] ?? 0)
      this.#counts[place] = 0
    }
  }
}
