// Compression of messages (permessage-deflate, RFC 7692), synchronous: Node's streams of zlib work on threads, whose order no
// simulation could repeat. Each message is one call of zlib that is given, as its dictionary, the window of what went before:
// for a sync flush that is what a stream that was kept open would have had. It costs setting zlib up anew for each message, some
// 100 microseconds where it deflates and 20 where it inflates, and saves the 260 KiB that an open stream keeps for each
// connection.
//
// The compressed bytes, and so their number, differ between versions of zlib: in a simulation, compression stays off.

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'

import { closeCodes } from './close-code.ts'
import { WebSocketError } from './websocket-error.ts'

/** One direction of a connection, as it was agreed on. */
export interface DeflateDirection {
  /** The binary logarithm of the window: 9 to 15 where compressed, 8 to 15 where inflated. */
  readonly windowBits: number
  /** Whether each message stands for itself. */
  readonly isContextless: boolean
}

/** The four bytes with which a sync flush ends, and which are not sent (section 7.2.1). */
const flushTail = Uint8Array.of(0, 0, 0xff, 0xff)

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

/**
 * So many blocks of one message may say that they are the last: who compresses says it once at most, and each costs a call of zlib,
 * some 50 microseconds for two bytes.
 */
export const lastBlocksMax = 16

/** Inflates the messages of one direction, in their order. */
export class MessageInflater {
  readonly #direction: DeflateDirection
  readonly #window: Window

  constructor(direction: DeflateDirection) {
    this.#direction = direction
    this.#window = new Window(direction)
  }

  /**
   * A message from its compressed payload. Throws a WebSocketError when that is damaged, has more last blocks than `lastBlocksMax`, or
   * when the message is larger than `max`.
   */
  inflate(payload: Uint8Array, max: number): Uint8Array {
    let rest: Uint8Array = new Uint8Array(payload.length + flushTail.length)
    rest.set(payload)
    rest.set(flushTail, payload.length)
    const parts: Uint8Array[] = []
    let size = 0
    do {
      if (parts.length === lastBlocksMax) throw tooManyBlocks()
      const { bytes, consumed } = this.#inflatePart(rest, max - size)
      parts.push(bytes)
      size += bytes.length
      this.#window.pass(bytes)
      // More is left only behind a block that said it was the last (section 7.2.3.4), which has a byte at least.
      rest = rest.subarray(Math.max(consumed, 1))
    } while (rest.length > flushTail.length)
    this.#window.endMessage()
    return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)
  }

  #inflatePart(input: Uint8Array, max: number): { readonly bytes: Uint8Array; readonly consumed: number } {
    try {
      const inflated: unknown = inflateRawSync(input, {
        windowBits: this.#direction.windowBits,
        finishFlush: constants.Z_SYNC_FLUSH,
        // None at all is not a bound that zlib knows.
        maxOutputLength: Math.max(max, 1),
        info: true,
        ...this.#window.asDictionary(),
      })
      // What `info` makes of the result is not in its type.
      const { buffer, engine } = inflated as Inflated
      if (buffer.length > max) throw tooBig(max)
      return { bytes: buffer, consumed: engine.bytesWritten }
    } catch (error) {
      if (error instanceof WebSocketError) throw error
      if ((error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooBig(max)
      throw new WebSocketError(closeCodes.invalidPayload, 'a message that cannot be inflated', 'DEFLATE')
    }
  }
}

interface Inflated {
  readonly buffer: Uint8Array
  readonly engine: { readonly bytesWritten: number }
}

function tooManyBlocks(): WebSocketError {
  return new WebSocketError(
    closeCodes.messageTooBig,
    `a message of more than ${lastBlocksMax} last blocks`,
    'one',
  )
}

function tooBig(max: number): WebSocketError {
  return new WebSocketError(
    closeCodes.messageTooBig,
    'a message that inflates to more',
    `at most ${max} bytes`,
  )
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
