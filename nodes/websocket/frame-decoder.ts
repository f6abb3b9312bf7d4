// Reads frames (RFC 6455, section 5.2) from the bytes of one stream, in any pieces. Payloads are given on as they come, so that
// nothing is kept of data frames; those of control frames, which are short, are given whole.

import { ByteQueue } from '../../sim/index.ts'
import { closeCodes } from './close-code.ts'
import { controlPayloadMax, type FrameHead, isControl, type Opcode, opcodes } from './frame.ts'
import { maskInPlace } from './masking.ts'
import { WebSocketError } from './websocket-error.ts'

/** A piece of a frame's payload, unmasked: the next one of that frame. */
export interface FramePart {
  readonly head: FrameHead
  /** Nobody else's memory. */
  readonly bytes: Uint8Array
  readonly isFirst: boolean
  /** Whether the frame ends with it. */
  readonly isLast: boolean
}

/** What a decoder lets pass. */
export interface FrameLimits {
  /** Whether frames have to be masked: those of clients have to, those of servers must not be (section 5.1). */
  readonly isMasked: boolean
  /** Whether the first reserved bit may be set: compression was agreed on. */
  readonly allowsCompression: boolean
  /** The largest payload of one frame, in bytes. */
  readonly frameMax: number
}

const known: ReadonlySet<number> = new Set(Object.values(opcodes))
const noBytes = new Uint8Array(0)

/** Takes the bytes of one stream. */
export class FrameDecoder {
  readonly #queue = new ByteQueue()
  readonly #limits: FrameLimits
  #begun: { readonly head: FrameHead; readonly key: Uint8Array | null } | null = null
  /** How much of the payload was given on. */
  #given = 0
  /** Whether a piece of the frame was given on. */
  #isTold = false
  #first: readonly [number, number] | null = null

  constructor(limits: FrameLimits) {
    this.#limits = limits
  }

  /** Whether a frame has begun to come, and is not whole. */
  get isWithinFrame(): boolean {
    return this.#begun !== null || this.#first !== null || this.#queue.length > 0
  }

  /** Takes bytes, to be read by `next` until that returns null. */
  push(bytes: Uint8Array): void {
    this.#queue.put(bytes)
  }

  /** The next piece; null when more bytes are needed. Throws a WebSocketError; after that it is not to be asked again. */
  next(): FramePart | null {
    this.#begun ??= this.#readHead()
    return this.#begun === null ? null : this.#readPayload(this.#begun.head, this.#begun.key)
  }

  #readHead(): { readonly head: FrameHead; readonly key: Uint8Array | null } | null {
    if (this.#first === null) {
      if (this.#queue.length < 2) return null
      const { bytes } = this.#queue.take(2)
      const [one, two] = [bytes[0] as number, bytes[1] as number]
      this.#refuse(one, two)
      this.#first = [one, two]
    }
    const [one, two] = this.#first
    const lengthSize = (two & 127) < 126 ? 0 : (two & 127) === 126 ? 2 : 8
    const keySize = (two & 128) === 0 ? 0 : 4
    if (this.#queue.length < lengthSize + keySize) return null
    const length = lengthSize === 0 ? two & 127 : this.#readLength(lengthSize)
    if (length > this.#limits.frameMax)
      throw new WebSocketError(
        closeCodes.messageTooBig,
        `a frame of ${length} bytes`,
        `at most ${this.#limits.frameMax}`,
      )
    this.#first = null
    return {
      head: {
        isFinal: (one & 0x80) !== 0,
        isCompressed: (one & 0x40) !== 0,
        opcode: (one & 15) as Opcode,
        length,
      },
      key: keySize === 0 ? null : this.#queue.take(4).bytes,
    }
  }

  /** What is wrong with the first two bytes: it is said before the rest of the frame has come. */
  #refuse(one: number, two: number): void {
    const opcode = one & 15
    const problem = (got: string, wanted: string): WebSocketError =>
      new WebSocketError(closeCodes.protocolError, got, wanted)
    if (!known.has(opcode)) throw problem(`the opcode ${opcode}`, 'one of 0, 1, 2, 8, 9, 10')
    const control = isControl(opcode as Opcode)
    if ((one & 0x30) !== 0) throw problem('a reserved bit', 'none: no extension uses it')
    if ((one & 0x40) !== 0 && (control || opcode === opcodes.continuation || !this.#limits.allowsCompression))
      throw problem('the bit of compression', 'it only where a compressed message begins, as agreed')
    if (control && (one & 0x80) === 0) throw problem('a fragmented control frame', 'a whole one')
    if (control && (two & 127) > controlPayloadMax)
      throw problem('a long control frame', `at most ${controlPayloadMax} bytes`)
    if (((two & 128) !== 0) !== this.#limits.isMasked)
      throw this.#limits.isMasked
        ? problem('an unmasked frame', 'a masked one of a client')
        : problem('a masked frame', 'an unmasked one of a server')
  }

  #readLength(size: number): number {
    const { bytes } = this.#queue.take(size)
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const length = size === 2 ? BigInt(view.getUint16(0)) : view.getBigUint64(0)
    if (length < (size === 2 ? 126n : 65_536n))
      throw new WebSocketError(closeCodes.protocolError, `${length} in ${size} bytes`, 'the shortest form')
    if (length >= 1n << 63n)
      throw new WebSocketError(closeCodes.protocolError, 'a length of 64 bits', 'the highest bit 0')
    return Number(length)
  }

  #readPayload(head: FrameHead, key: Uint8Array | null): FramePart | null {
    const missing = head.length - this.#given
    const size = Math.min(missing, this.#queue.length)
    const isFirst = !this.#isTold
    // That a message begins is told before its payload has come: whoever takes it may refuse its length.
    if (size < missing && (isControl(head.opcode) || (size === 0 && !isFirst))) return null
    const bytes = size === 0 ? noBytes : Uint8Array.from(this.#queue.take(size).bytes)
    if (key !== null) maskInPlace(bytes, key, this.#given)
    const isLast = size === missing
    const part = { head, bytes, isFirst, isLast }
    this.#isTold = !isLast
    this.#given = isLast ? 0 : this.#given + size
    if (isLast) this.#begun = null
    return part
  }
}
