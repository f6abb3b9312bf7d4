// Bytes in the order of a stream, with the seq of the event behind each run of them: put in by one side in any sizes,
// taken by the other in any others.

interface Chunk {
  readonly bytes: Uint8Array
  readonly cause: number
}

/** Bytes taken from a queue; `cause` is that of the last of them. */
export interface TakenBytes {
  readonly bytes: Uint8Array
  readonly cause: number
}

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

  /** Adds bytes, at least 1, which must not change from now on. */
  put(bytes: Uint8Array, cause: number): void {
    this.#chunks.push({ bytes, cause })
    this.#length += bytes.length
  }

  /** Takes the first `size` bytes, at least 1 and at most as many as there are. They may share memory with what was put. */
  take(size: number): TakenBytes {
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
