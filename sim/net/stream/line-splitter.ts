// Lines in a stream of bytes, which come in any pieces: what framings of components and messages of real nodes are read with.
// Each byte is looked at once, however small the pieces are, and no more than one line that is not whole is kept.

import { ByteQueue } from './byte-queue.ts'

const lineFeed = 10

/** What a splitter has: a line without its LF, nothing whole yet, or more bytes without an LF than a line may have. */
export type SplitLine =
  | { readonly kind: 'line'; readonly bytes: Uint8Array }
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'too-long'; readonly length: number }

const unfinished: SplitLine = { kind: 'unfinished' }

/** Takes the bytes of one stream. */
export class LineSplitter {
  readonly #queue = new ByteQueue()
  readonly #lengthMax: number
  /** How far the queue was looked through. */
  #searched = 0

  /** A line has at most so many bytes, its LF not counted. */
  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax
  }

  /** How many bytes wait. */
  get length(): number {
    return this.#queue.length
  }

  /** Adds bytes, which must not change from now on. */
  put(bytes: Uint8Array): void {
    this.#queue.put(bytes)
  }

  /** Takes the next line. One that is too long stays where it is: nothing behind it can be read. */
  next(): SplitLine {
    const end = this.#queue.indexOf(lineFeed, this.#searched)
    this.#searched = end < 0 ? this.#queue.length : end
    // A byte beyond the bound may still be the LF.
    const length = end < 0 ? this.#queue.length - 1 : end
    if (length > this.#lengthMax) return { kind: 'too-long', length }
    if (end < 0) return unfinished
    const { bytes } = this.#queue.take(end)
    this.#queue.take(1)
    this.#searched = 0
    return { kind: 'line', bytes }
  }
}
