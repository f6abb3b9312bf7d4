// Puts messages together from frames (RFC 6455, section 5.4): fragments in their order, control frames between them.

import { isUtf8 } from 'node:buffer'

import { closeCodes, type CloseReason, decodeClose } from './close-code.ts'
import { isControl, opcodes } from './frame.ts'
import { FrameDecoder, type FramePart } from './frame-decoder.ts'
import { GrowingBytes } from './growing-bytes.ts'
import type { MessageInflater } from './message-inflater.ts'
import { Utf8Validator } from './utf8-validator.ts'
import { WebSocketError } from './websocket-error.ts'

/** What comes in: a message of the application, or one of the protocol itself. */
export type Incoming =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }
  | { readonly kind: 'ping' | 'pong'; readonly payload: Uint8Array }
  | ({ readonly kind: 'close' } & CloseReason)

/** What `MessageDecoder.next` says: a message, or that it worked for long enough and wants to be asked again. */
export type Decoded = Incoming | { readonly kind: 'working' }

/** How much a peer may send. */
export interface MessageLimits {
  /** The largest payload of one frame, in bytes (default: what a message may have). */
  readonly frameMax: number
  /** The largest message, in bytes (default 16 MiB). */
  readonly messageMax: number
  /**
   * The largest compressed payload, in bytes (default: an eighth more than `messageMax`, and 64 KiB: what nothing can be made of becomes
   * longer). How much work it may cost is bounded by its blocks.
   */
  readonly compressedMax: number
  /** How many frames one message may have, with the control frames between them (default 65,536): each costs work, however small. */
  readonly fragmentsMax: number
}

/** The limits unless somebody says otherwise. */
export const messageLimits: MessageLimits = limitsOf({})

/** What follows from the limits that are given. */
function limitsOf(given: Partial<MessageLimits>): MessageLimits {
  const { messageMax = 16 * 1024 * 1024, fragmentsMax = 65_536 } = given
  const { compressedMax = messageMax + Math.ceil(messageMax / 8) + 64 * 1024 } = given
  const { frameMax = Math.max(messageMax, compressedMax) } = given
  return { frameMax, messageMax, compressedMax, fragmentsMax }
}

/** What a decoder has to know of its connection. */
export interface DecoderOptions {
  /** Whether the peer is a client, whose frames are masked. */
  readonly isMasked: boolean
  readonly limits?: Partial<MessageLimits>
  /** What was agreed on for compressed messages; null for nothing. */
  readonly inflater?: MessageInflater | null
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Takes the bytes of one stream, after the handshake. */
export class MessageDecoder {
  readonly #frames: FrameDecoder
  readonly #limits: MessageLimits
  readonly #inflater: MessageInflater | null
  readonly #payload = new GrowingBytes()
  #begun: { readonly isText: boolean; readonly isCompressed: boolean } | null = null
  #text = new Utf8Validator()
  #fragments = 0
  /** Of the message that is being inflated; null when none is. */
  #inflating: { readonly isText: boolean } | null = null

  constructor({ isMasked, limits = {}, inflater = null }: DecoderOptions) {
    this.#limits = limitsOf(limits)
    this.#inflater = inflater
    const { frameMax } = this.#limits
    this.#frames = new FrameDecoder({ isMasked, allowsCompression: inflater !== null, frameMax })
  }

  /** Whether a message of the application has begun to come, and is not whole. */
  get isWithinMessage(): boolean {
    return this.#begun !== null
  }

  /** Whether anything has. */
  get isWithin(): boolean {
    return this.#begun !== null || this.#frames.isWithinFrame
  }

  /** Takes bytes, to be read by `next` until that returns null. */
  push(bytes: Uint8Array): void {
    this.#frames.push(bytes)
  }

  /**
   * What is whole next; null when more bytes are needed. A large message is inflated by many calls: `working` says that it goes on
   * with the next. Throws a WebSocketError; after that it is not to be asked again.
   */
  next(): Decoded | null {
    for (;;) {
      if (this.#inflating !== null) return this.#inflate(this.#inflating.isText)
      const part = this.#frames.next()
      if (part === null) return null
      const incoming = isControl(part.head.opcode) ? this.#takeControl(part) : this.#takeData(part)
      if (incoming !== null) return incoming
    }
  }

  /** A message that never ends is not kept by pings between its fragments. */
  #takeControl(part: FramePart): Incoming {
    if (this.#begun !== null && part.head.opcode !== opcodes.close) this.#countFrame()
    return controlOf(part)
  }

  #takeData(part: FramePart): Incoming | null {
    if (part.isFirst) this.#beginFrame(part)
    const begun = this.#begun
    if (begun === null) return null
    const sizeMax = this.#sizeMax(begun.isCompressed)
    if (this.#payload.length + part.bytes.length > sizeMax) throw tooBig(sizeMax)
    if (begun.isText && !begun.isCompressed && !this.#text.push(part.bytes)) throw notUtf8()
    this.#payload.append(part.bytes)
    if (!part.isLast || !part.head.isFinal) return null
    this.#begun = null
    return begun.isCompressed ? this.#beginInflating(begun.isText) : this.#plain(begun.isText)
  }

  #beginFrame({ head }: FramePart): void {
    const continues = head.opcode === opcodes.continuation
    if (continues !== (this.#begun !== null))
      throw continues
        ? new WebSocketError(closeCodes.protocolError, 'a continuation of nothing', 'text or binary')
        : new WebSocketError(closeCodes.protocolError, 'a message within another', 'its continuation')
    if (!continues) {
      this.#begun = { isText: head.opcode === opcodes.text, isCompressed: head.isCompressed }
      this.#text = new Utf8Validator()
      this.#fragments = 0
    }
    // Said before its payload has come.
    const sizeMax = this.#sizeMax(this.#begun?.isCompressed === true)
    if (this.#payload.length + head.length > sizeMax) throw tooBig(sizeMax)
    this.#countFrame()
  }

  #countFrame(): void {
    if (++this.#fragments > this.#limits.fragmentsMax)
      throw new WebSocketError(
        closeCodes.policyViolation,
        `a message of ${this.#fragments} frames`,
        `at most ${this.#limits.fragmentsMax}`,
      )
  }

  #sizeMax(isCompressed: boolean): number {
    const { messageMax, compressedMax } = this.#limits
    return isCompressed ? compressedMax : messageMax
  }

  #plain(isText: boolean): Incoming {
    if (isText && !this.#text.isWhole) throw notUtf8()
    return messageOf(isText, this.#payload.take())
  }

  #beginInflating(isText: boolean): null {
    this.#inflater?.begin(this.#payload.take(), this.#limits.messageMax)
    this.#inflating = { isText }
    return null
  }

  #inflate(isText: boolean): Decoded {
    const bytes = this.#inflater?.next() ?? null
    if (bytes === null) return working
    this.#inflating = null
    if (isText && !isUtf8(bytes)) throw notUtf8()
    return messageOf(isText, bytes)
  }
}

const working: Decoded = { kind: 'working' }

function tooBig(max: number): WebSocketError {
  return new WebSocketError(closeCodes.messageTooBig, 'a larger message', `at most ${max} bytes`)
}

function messageOf(isText: boolean, bytes: Uint8Array): Incoming {
  return isText ? { kind: 'text', text: decoder.decode(bytes) } : { kind: 'binary', bytes }
}

function controlOf({ head, bytes }: FramePart): Incoming {
  if (head.opcode === opcodes.close) return { kind: 'close', ...decodeClose(bytes) }
  return { kind: head.opcode === opcodes.ping ? 'ping' : 'pong', payload: bytes }
}

function notUtf8(): WebSocketError {
  return new WebSocketError(closeCodes.invalidPayload, 'a text that is no UTF-8', 'UTF-8')
}
