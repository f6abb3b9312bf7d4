// A list of 32-bit numbers that grows: 4 bytes each, for what is kept of every event of a long run.

const capacityMin = 1024

/** Whole numbers from 0 to 2^32 - 1. */
export class Numbers {
  #values = new Uint32Array(capacityMin)
  #length = 0

  /** How many there are. */
  get length(): number {
    return this.#length
  }

  /** Adds one at the end. */
  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow()
    this.#values[this.#length++] = value
  }

  /** The one at a place; 0 where there is none. */
  at(place: number): number {
    return place < this.#length ? (this.#values[place] as number) : 0
  }

  /** All of them, without a copy; valid until the next `push`. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.#length)
  }

  #grow(): void {
    const larger = new Uint32Array(this.#values.length * 2)
    larger.set(this.#values)
    this.#values = larger
  }
}
