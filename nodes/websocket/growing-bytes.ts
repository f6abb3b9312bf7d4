// Bytes that are added to: memory grows with what has really come, never with what somebody said would.

/** Bytes put behind each other. */
export class GrowingBytes {
  #bytes: Uint8Array = new Uint8Array(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length
    if (this.#length === 0) this.#bytes = bytes
    else {
      if (length > this.#bytes.length) {
        const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2, 256))
        larger.set(this.#bytes.subarray(0, this.#length))
        this.#bytes = larger
      }
      this.#bytes.set(bytes, this.#length)
    }
    this.#length = length
  }

  /** All of them, which are forgotten here. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#bytes = new Uint8Array(0)
    this.#length = 0
    return taken
  }
}
