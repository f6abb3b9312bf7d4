// Whole numbers from 0 to 2^53 - 1 as bytes: seven bits a byte, lowest first (LEB128). What a page carries of a run is
// mostly small differences, which become a byte each.

/** Collects numbers. */
export class VarintWriter {
  #bytes = new Uint8Array(4096)
  #length = 0

  push(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow()
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  /** What was written; shares memory with the writer. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

/** Reads so many numbers, and hands over each with its place. Throws a RangeError when there are fewer. */
export function readVarints(
  bytes: Uint8Array,
  count: number,
  take: (value: number, place: number) => void,
): void {
  let offset = 0
  for (let place = 0; place < count; place++) {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = bytes[offset++]
      if (byte === undefined) throw new RangeError(`number ${place} of ${count} is missing`)
      value += (byte & 127) * scale
      if (byte < 128) break
      scale *= 128
    }
    take(value, place)
  }
}
