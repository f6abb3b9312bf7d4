// Which operations a client calls: functions by weight, keys evenly, values never twice, so that a checker can tell every
// write from every other.

import type { RandomStream } from '../../sim/index.ts'

/** How often each operation is called, in proportion to the sum. Those left out are not called. */
export interface OperationMix {
  readonly get?: number
  readonly put?: number
  readonly append?: number
  readonly cas?: number
  readonly delete?: number
}

/** The functions of the operations that a client calls. */
export const storeOperations = ['get', 'put', 'append', 'cas', 'delete'] as const

/** One operation to call. */
export type Operation =
  | { readonly f: 'get' | 'delete'; readonly key: string }
  | { readonly f: 'put' | 'append'; readonly key: string; readonly value: string }
  | { readonly f: 'cas'; readonly key: string; readonly value: string; readonly expected: string | null }

/** Draws operations. */
export class Workload {
  readonly #random: RandomStream
  readonly #keys: readonly string[]
  readonly #weights: readonly (readonly [number, Operation['f']])[]
  readonly #label: string
  // What the client saw in each key last: a compare-and-swap that expects it has a chance.
  readonly #seen = new Map<string, string | null>()
  #count = 0

  constructor(random: RandomStream, mix: OperationMix, keys: readonly string[], label: string) {
    this.#random = random
    this.#keys = keys
    this.#label = label
    const { get = 0, put = 0, append = 0, cas = 0 } = mix
    this.#weights = [
      [get, 'get'],
      [put, 'put'],
      [append, 'append'],
      [cas, 'cas'],
      [mix.delete ?? 0, 'delete'],
    ]
  }

  next(): Operation {
    const f = this.#random.weightedPick(this.#weights)
    const key = this.#random.pick(this.#keys)
    switch (f) {
      case 'get':
      case 'delete':
        return { f, key }
      case 'put':
      case 'append':
        return { f, key, value: this.#value() }
      case 'cas':
        return { f, key, value: this.#value(), expected: this.#seen.get(key) ?? null }
    }
  }

  /** What an operation has shown of a key's value. */
  saw(key: string, value: string | null): void {
    this.#seen.set(key, value)
  }

  #value(): string {
    return `${this.#label}${++this.#count};`
  }
}
