// The receiving half of one end of a stream: puts segments in order and keeps what the program has not read.

import { ByteQueue, type TakenBytes } from './byte-queue.ts'
import type { Piece } from './segment.ts'
import { endOf } from './sender.ts'

/** The receiving half. The sender keeps within the window, which bounds everything that is kept here. */
export class Receiver {
  readonly #window: number
  readonly #ready = new ByteQueue()
  /** Pieces by their offset, of which some before are missing. */
  readonly #early = new Map<number, Piece>()
  #received = 0
  #read = 0
  #announced: number
  #endCause: number | null = null

  constructor(window: number) {
    this.#window = window
    this.#announced = window
  }

  /** Everything before this offset is there. */
  get received(): number {
    return this.#received
  }

  /** How many bytes are there that the program has not been told of. */
  get ready(): number {
    return this.#ready.length
  }

  /** How many bytes are there that the program has not read. */
  get unread(): number {
    return this.#received - (this.#endCause === null ? 0 : 1) - this.#read
  }

  /** The seq behind the peer's end, once all bytes before it are there; null before. */
  get endCause(): number | null {
    return this.#endCause
  }

  /** Takes a piece; one that is there already is ignored. */
  take(piece: Piece): void {
    if (piece.offset < this.#received || endOf(piece) === piece.offset) return
    this.#early.set(piece.offset, piece)
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#append(next)
  }

  /** All bytes that are ready, in memory of their own. */
  takeReady(): TakenBytes {
    const { bytes, cause } = this.#ready.take(this.#ready.length)
    return { bytes: bytes.slice(), cause }
  }

  /** The program has read bytes; tells whether the peer should hear of the room. */
  hasRead(count: number): boolean {
    this.#read += count
    return (this.#read + this.#window - this.#announced) * 2 >= this.#window
  }

  /** Up to which offset the peer may send, as told to it with the next acknowledgement. */
  announce(): number {
    this.#announced = this.#read + this.#window
    return this.#announced
  }

  #next(): Piece | undefined {
    const next = this.#early.get(this.#received)
    if (next !== undefined) this.#early.delete(this.#received)
    return next
  }

  #append(piece: Piece): void {
    this.#received = endOf(piece)
    if (piece.isEnd) this.#endCause = piece.cause
    else this.#ready.put(piece.bytes, piece.cause)
  }
}
