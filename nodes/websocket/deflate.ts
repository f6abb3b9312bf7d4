// Compresses messages (permessage-deflate, RFC 7692), synchronously: Node's streams of zlib work on threads, whose order no
// simulation could repeat. Each message is one call of zlib that is given, as its dictionary, the window of what went before:
// for a sync flush that is what a stream that was kept open would have had. It costs setting zlib up anew for each message, some
// 100 microseconds, and saves the 260 KiB that an open stream keeps for each connection.
//
// The compressed bytes, and so their number, differ between versions of zlib: in a simulation, compression stays off.

import { constants, deflateRawSync } from 'node:zlib'

import { flushTail } from './inflation.ts'

/** One direction of a connection, as it was agreed on. */
export interface DeflateDirection {
  /** The binary logarithm of the window: 9 to 15 where compressed, 8 to 15 where inflated. */
  readonly windowBits: number
  /** Whether each message stands for itself. */
  readonly isContextless: boolean
}

/** Compresses the messages of one direction, in their order. */
export class MessageDeflater {
  readonly #direction: DeflateDirection
  readonly #window: Window

  constructor(direction: DeflateDirection) {
    this.#direction = direction
    this.#window = new Window(direction)
  }

  /** The payload of a message, compressed. */
  deflate(message: Uint8Array): Uint8Array {
    const flushed = deflateRawSync(message, {
      windowBits: this.#direction.windowBits,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...this.#window.asDictionary(),
    })
    this.#window.pass(message)
    this.#window.endMessage()
    // An empty message is an empty block (section 7.2.3.6).
    return flushed.length <= flushTail.length ? Uint8Array.of(0) : flushed.subarray(0, -flushTail.length)
  }
}

/** The last bytes of what went before, up to the window's size. */
class Window {
  readonly #size: number
  readonly #isContextless: boolean
  #bytes: Uint8Array = new Uint8Array(0)

  constructor({ windowBits, isContextless }: DeflateDirection) {
    this.#size = 1 << windowBits
    this.#isContextless = isContextless
  }

  asDictionary(): { readonly dictionary?: Uint8Array } {
    return this.#bytes.length === 0 ? {} : { dictionary: this.#bytes }
  }

  /** These bytes went through. */
  pass(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const kept = this.#bytes.subarray(Math.max(0, this.#bytes.length + bytes.length - this.#size))
    const added = bytes.subarray(Math.max(0, bytes.length - this.#size))
    const next = new Uint8Array(kept.length + added.length)
    next.set(kept)
    next.set(added, kept.length)
    this.#bytes = next
  }

  endMessage(): void {
    if (this.#isContextless) this.#bytes = new Uint8Array(0)
  }
}
