// What waits for a node that is paused or busy, in order.

import type { Action } from '../kernel/index.ts'

/** An input that waits. */
export interface Waiting {
  readonly action: Action<unknown, unknown>
  readonly subject: unknown
  readonly payload: unknown
  readonly extra: number
  readonly cause: number
}

/** Inputs in the order in which they came. */
export class Inbox {
  #items: Waiting[] = []
  #head = 0

  /** How many wait. */
  get length(): number {
    return this.#items.length - this.#head
  }

  /** Adds an input at the end. */
  push(input: Waiting): void {
    this.#items.push(input)
  }

  /** Takes the first input; undefined when none waits. */
  shift(): Waiting | undefined {
    const first = this.#items[this.#head]
    if (first === undefined) return undefined
    this.#head++
    // Of a node that is never done, the inbox is never empty: what was taken must not stay.
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return first
  }

  /** Takes all that wait. */
  takeAll(): readonly Waiting[] {
    const rest = this.#items.slice(this.#head)
    this.#items = []
    this.#head = 0
    return rest
  }
}
