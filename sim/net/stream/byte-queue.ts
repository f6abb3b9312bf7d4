// Bytes in the order of a stream, put in by one side in any sizes, taken by the other in any others; in the simulation with the
// seq of the event behind each run of them. Nothing is copied until bytes are taken that came in several pieces.

interface Chunk {
  readonly bytes: Uint8Array
  readonly cause: number
}

/** Bytes taken from a queue; `cause` is that of the last of them. */
export interface TakenBytes {
  readonly bytes: Uint8Array
  readonly cause: number
}

const nothing: TakenBytes = { bytes: new Uint8Array(0), cause: 0 }

/** A queue of bytes. */
export class ByteQueue {
  #chunks: Chunk[] = []
  #head = 0
  /** How many bytes of the first chunk are taken already. */
  #taken = 0
  #length = 0

  /** How many bytes wait. */
  get length(): number {
    return this.#length
  }

  /** Adds bytes, which must not change from now on. */
  put(bytes: Uint8Array, cause: number = 0): void {
    if (bytes.length === 0) return
    this.#chunks.push({ bytes, cause })
    this.#length += bytes.length
  }

  /**
   * Where a byte is first found from `from` on; -1 when it has not come. Whoever goes on where the last search ended pays only for
   * what came since, in however many pieces the bytes before came.
   */
  indexOf(byte: number, from: number = 0): number {
    const wanted = Math.max(0, from)
    let start = this.#length
    let place = this.#chunks.length
    while (place > this.#head && start > wanted) {
      place--
      start -= (this.#chunks[place] as Chunk).bytes.length
    }
    for (; place < this.#chunks.length; place++) {
      const { bytes } = this.#chunks[place] as Chunk
      const found = bytes.indexOf(byte, Math.max(0, wanted - start, -start))
      if (found >= 0) return start + found
      start += bytes.length
    }
    return -1
  }

  /**
   * Takes the first `size` bytes, which may share memory with what was put. Throws a RangeError when there are not as many.
   */
  take(size: number): TakenBytes {
    if (!(size <= this.#length))
      throw new RangeError(`got ${size} bytes to take, wanted at most ${this.#length}`)
    if (size === 0) return nothing
    const { bytes, cause } = this.#first()
    if (bytes.length - this.#taken < size) return this.#gather(size)
    const taken = bytes.subarray(this.#taken, this.#taken + size)
    this.#advance(size)
    return { bytes: taken, cause }
  }

  #gather(size: number): TakenBytes {
    const gathered = new Uint8Array(size)
    let last = 0
    for (let done = 0; done < size;) {
      const { bytes, cause } = this.#first()
      const part = bytes.subarray(this.#taken, this.#taken + size - done)
      gathered.set(part, done)
      done += part.length
      last = cause
      this.#advance(part.length)
    }
    return { bytes: gathered, cause: last }
  }

  #first(): Chunk {
    return this.#chunks[this.#head] as Chunk
  }

  #advance(count: number): void {
    this.#length -= count
    this.#taken += count
    if (this.#taken < this.#first().bytes.length) return
    this.#taken = 0
    this.#head++
    if (this.#length > 0 && this.#head < 1024) return
    this.#chunks = this.#chunks.slice(this.#head)
    this.#head = 0
  }
}
