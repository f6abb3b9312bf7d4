import type { Data } from '../../../sim/index.ts'
import { canonicalText } from '../canonical-text.ts'

/**
 * Values by number, equal values by the same one. Reads of a set name most elements over and over: what is no list and no
 * record is found by itself, without being written out as text.
 */
export class Elements {
  readonly #values: Data[] = []
  readonly #plain = new Map<Data, number>()
  readonly #composite = new Map<string, number>()

  /** How many different ones were named. */
  get count(): number {
    return this.#values.length
  }

  /** The number of a value. */
  numberOf(value: Data): number {
    if (value !== null && typeof value === 'object')
      return this.#numberIn(this.#composite, canonicalText(value), value)
    return this.#numberIn(this.#plain, value, value)
  }

  /** A value as a person would write it. */
  show(number: number): string {
    return canonicalText(this.#values[number] ?? null)
  }

  #numberIn<K>(numbers: Map<K, number>, key: K, value: Data): number {
    let number = numbers.get(key)
    if (number === undefined) {
      number = this.#values.length
      numbers.set(key, number)
      this.#values.push(value)
    }
    return number
  }
}
