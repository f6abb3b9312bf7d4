// What one end of a connection writes: messages as frames, masked and compressed as agreed, and answers to pings, of which only
// the last has to be written when the stream is slow (RFC 6455, section 5.5.3).

import { type Connection, NetError, type RandomStream } from '../../sim/index.ts'
import type { MessageDeflater } from './deflate.ts'
import { encodeFrame, type Frame, opcodes } from './frame.ts'

/** How messages are written. */
export interface FrameWriterOptions {
  /** Where a client draws the keys of its frames from; a server does not mask. */
  readonly maskingKeys: RandomStream | null
  readonly deflater: MessageDeflater | null
  readonly fragmentSize?: number
  readonly compressedMin?: number
}

const encoder = new TextEncoder()

/** Writes frames to a stream. */
export class FrameWriter {
  readonly #connection: Connection
  readonly #options: FrameWriterOptions
  /** The control frame that waits for the stream, by its opcode, and whether one is being written. */
  readonly #waiting = new Map<Frame['opcode'], Uint8Array>()
  #isBusy = false
  #isClosed = false
  #unsent = 0

  constructor(connection: Connection, options: FrameWriterOptions) {
    this.#connection = connection
    this.#options = options
  }

  /** Bytes that were written and for which the stream has no room yet. */
  get unsent(): number {
    return this.#unsent
  }

  /** Writes a message. Resolves, or rejects, as the write of its last frame does. */
  message(message: string | Uint8Array): Promise<void> {
    const { deflater, compressedMin = 1024, fragmentSize = Infinity } = this.#options
    const plain = typeof message === 'string' ? encoder.encode(message) : message
    const isCompressed = deflater !== null && plain.length >= compressedMin
    const payload = isCompressed ? deflater.deflate(plain) : plain
    const opcode = typeof message === 'string' ? opcodes.text : opcodes.binary
    if (payload.length <= fragmentSize) return this.#write({ opcode, payload, isCompressed })
    return this.#fragments({ opcode, payload, isCompressed }, fragmentSize)
  }

  async #fragments({ opcode, payload, isCompressed = false }: Frame, size: number): Promise<void> {
    const written: Promise<void>[] = []
    // All of them before anything is awaited: no other message may come between.
    for (let start = 0; start < payload.length; start += size)
      written.push(
        this.#write({
          opcode: start === 0 ? opcode : opcodes.continuation,
          payload: payload.subarray(start, start + size),
          isFinal: start + size >= payload.length,
          isCompressed: isCompressed && start === 0,
        }),
      )
    await Promise.all(written)
  }

  /** Writes a ping or a pong, in the place of one that still waits for the stream. */
  answerable(opcode: typeof opcodes.ping | typeof opcodes.pong, payload: Uint8Array): void {
    this.#waiting.set(opcode, payload)
    if (!this.#isBusy) void this.#writeWaiting()
  }

  /** Writes the close frame, after which nothing else is written. */
  close(payload: Uint8Array): void {
    this.#isClosed = true
    void this.#quietly({ opcode: opcodes.close, payload })
  }

  async #writeWaiting(): Promise<void> {
    this.#isBusy = true
    for (const [opcode, payload] of this.#waiting) {
      this.#waiting.delete(opcode)
      if (!this.#isClosed) await this.#quietly({ opcode, payload })
    }
    this.#isBusy = false
  }

  /** Whoever reads learns that the stream broke. */
  async #quietly(frame: Frame): Promise<void> {
    try {
      await this.#write(frame)
    } catch (error) {
      if (!(error instanceof NetError)) throw error
    }
  }

  async #write(frame: Frame): Promise<void> {
    const maskingKey = this.#options.maskingKeys?.bytes(4)
    const bytes = encodeFrame(maskingKey === undefined ? frame : { ...frame, maskingKey })
    this.#unsent += bytes.length
    try {
      await this.#connection.write(bytes)
    } finally {
      this.#unsent -= bytes.length
    }
  }
}
