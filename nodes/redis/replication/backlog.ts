// The last bytes of the replication stream, kept for replicas that come back after a short absence: they go on where they
// stopped in place of a whole snapshot.

import { Buffer } from 'node:buffer'

import type { ByteString } from '../value.ts'

/** A ring of bytes that knows their offsets in the stream. */
export class Backlog {
  #ring: Buffer
  /** The offset of the next byte: how many bytes the stream has had in all. */
  #end: number
  #length = 0

  /** Holds up to `size` bytes (at least 1); the next byte has offset `end`. */
  constructor(size: number, end: number) {
    this.#ring = Buffer.alloc(Math.max(1, size))
    this.#end = end
  }

  /** The offset after the last byte. */
  get end(): number {
    return this.#end
  }

  /** The offset of the oldest byte that is kept. */
  get start(): number {
    return this.#end - this.#length
  }

  get length(): number {
    return this.#length
  }

  get size(): number {
    return this.#ring.length
  }

  append(bytes: ByteString): void {
    const kept = bytes.length > this.size ? bytes.slice(bytes.length - this.size) : bytes
    let at = (this.#end + bytes.length - kept.length) % this.size
    for (let from = 0; from < kept.length;) {
      const count = Math.min(kept.length - from, this.size - at)
      this.#ring.write(kept.slice(from, from + count), at, 'latin1')
      from += count
      at = (at + count) % this.size
    }
    this.#end += bytes.length
    this.#length = Math.min(this.size, this.#length + bytes.length)
  }

  /** All bytes from an offset on; null where they are not all kept (or were never there). */
  from(offset: number): ByteString | null {
    if (offset < this.start || offset > this.#end) return null
    const count = this.#end - offset
    const at = offset % this.size
    const first = Math.min(count, this.size - at)
    return this.#ring.toString('latin1', at, at + first) + this.#ring.toString('latin1', 0, count - first)
  }

  /** Keeps up to `size` bytes from now on: of those that are kept, the last ones. */
  resize(size: number): void {
    const kept = this.from(this.start) ?? ''
    const last = kept.slice(Math.max(0, kept.length - size))
    this.#end -= last.length
    this.#ring = Buffer.alloc(Math.max(1, size))
    this.#length = 0
    this.append(last)
  }
}
