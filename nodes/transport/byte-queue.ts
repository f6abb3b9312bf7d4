// Bytes that have come and are not taken yet, in whatever pieces they came: what codecs read from. Nothing is copied until a
// piece is taken that came in several.

/** A bounds-checked queue of bytes. */
export class ByteQueue {
  #chunks: Uint8Array[] = []
  #head = 0
  /** How many bytes of the first chunk are taken. */
  #taken = 0
  #length = 0

  /** How many bytes wait. */
  get length(): number {
    return this.#length
  }

  /** Adds bytes, which must not change from now on. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#chunks.push(bytes)
    this.#length += bytes.length
  }

  /** Where a byte is first found from `from` on; -1 when it has not come. */
  indexOf(byte: number, from = 0): number {
    let start = 0
    for (let place = this.#head; place < this.#chunks.length; place++) {
      const chunk = this.#chunkAt(place)
      if (from < start + chunk.length) {
        const found = chunk.indexOf(byte, Math.max(0, from - start))
        if (found >= 0) return start + found
      }
      start += chunk.length
    }
    return -1
  }

  /** The byte at a place. Throws a RangeError beyond the end. */
  at(place: number): number {
    let start = 0
    for (let chunk = this.#head; chunk < this.#chunks.length; chunk++) {
      const bytes = this.#chunkAt(chunk)
      const byte = bytes[place - start]
      if (place >= start && byte !== undefined) return byte
      start += bytes.length
    }
    throw new RangeError(`got place ${place}, wanted one below ${this.#length}`)
  }

  /** Takes the first bytes. Throws a RangeError when there are not as many. They may share memory with what was pushed. */
  take(size: number): Uint8Array {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#length)
      throw new RangeError(`got ${size} bytes to take, wanted at most ${this.#length}`)
    const first = this.#head < this.#chunks.length ? this.#chunkAt(this.#head) : new Uint8Array(0)
    if (size > first.length) return this.#gather(size)
    this.#advance(size)
    return first.subarray(0, size)
  }

  /** Takes bytes and forgets them. */
  skip(size: number): void {
    if (size > this.#length) throw new RangeError(`got ${size} bytes to skip, wanted at most ${this.#length}`)
    for (let left = size; left > 0;) {
      const part = Math.min(left, this.#chunkAt(this.#head).length)
      this.#advance(part)
      left -= part
    }
  }

  #gather(size: number): Uint8Array {
    const gathered = new Uint8Array(size)
    for (let done = 0; done < size;) {
      const part = this.#chunkAt(this.#head).subarray(0, size - done)
      gathered.set(part, done)
      done += part.length
      this.#advance(part.length)
    }
    return gathered
  }

  #chunkAt(place: number): Uint8Array {
    const chunk = this.#chunks[place] as Uint8Array
    return place === this.#head && this.#taken > 0 ? chunk.subarray(this.#taken) : chunk
  }

  #advance(count: number): void {
    if (count === 0) return
    this.#length -= count
    this.#taken += count
    if (this.#taken < (this.#chunks[this.#head] as Uint8Array).length) return
    this.#taken = 0
    this.#head++
    if (this.#length > 0 && this.#head < 1024) return
    this.#chunks = this.#chunks.slice(this.#head)
    this.#head = 0
  }
}
