// A set of events by seq: one bit each, however long the trace.

const capacityMin = 1024

/** Seqs of events. */
export class SeqSet {
  #bits = new Uint32Array(capacityMin)

  add(seq: number): void {
    const word = seq >>> 5
    if (word >= this.#bits.length) this.#grow(word)
    this.#bits[word] = (this.#bits[word] as number) | (1 << (seq & 31))
  }

  has(seq: number): boolean {
    return (((this.#bits[seq >>> 5] ?? 0) >>> (seq & 31)) & 1) === 1
  }

  #grow(word: number): void {
    const larger = new Uint32Array(Math.max(word + 1, this.#bits.length * 2))
    larger.set(this.#bits)
    this.#bits = larger
  }
}
