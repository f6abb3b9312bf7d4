// The responses of one connection as they arrive: interim ones, but not without end, then the final one, then its body.

import { Buffer } from 'node:buffer'

import type { HttpLimits } from './codec-options.ts'
import { HttpError } from './http-error.ts'
import type { Fields } from './message.ts'
import type { HttpEvent } from './parser.ts'
import { type ResponseHead, type ResponseParser, responseParser } from './response-parser.ts'

/** Responses before the final one that are read over; a server that sends more is up to something. */
const interimMax = 32

/** Where responses come from, and what of them is taken. */
export interface ResponseReaderOptions {
  /** The next bytes; null at the end of the stream. */
  readonly read: () => Promise<Uint8Array | null>
  /** Whether they answer HEAD: then no body follows whatever a head says. */
  readonly isHead?: boolean
  /** Whether 101 is an answer; refused unless it is. */
  readonly takesSwitch?: boolean
  readonly limits?: Partial<HttpLimits>
}

/**
 * Reads responses, one after the other. Its methods reject as `read` does, and with an HttpError: `incomplete` where the
 * stream ends in a response or before it, `unexpected` for 101 and for more than 32 interim responses, else as the
 * parser says. After that it reads no further.
 */
export class ResponseReader {
  readonly #options: ResponseReaderOptions
  readonly #parser: ResponseParser
  #events: readonly HttpEvent<ResponseHead>[] = []
  #next = 0
  #hasBytes = false

  constructor(options: ResponseReaderOptions) {
    const { isHead = false, limits } = options
    this.#options = options
    this.#parser = responseParser(limits === undefined ? {} : { limits }, () => isHead)
  }

  /** Whether anything came at all. */
  get hasBytes(): boolean {
    return this.#hasBytes
  }

  /** Whether nothing was begun that has not been taken: the stream may be used for another response. */
  get isIdle(): boolean {
    return this.#next >= this.#events.length && this.#parser.isIdle
  }

  /** The head of the final response, or of 101 where that is taken. Interim ones are told to `onInterim`. */
  async head(onInterim: (head: ResponseHead) => void): Promise<ResponseHead> {
    for (let interim = 0; interim <= interimMax;) {
      const event = this.#take() ?? (await this.#nextEvent())
      if (event.kind !== 'head') continue
      const { head } = event
      if (head.isSwitch && this.#options.takesSwitch !== true)
        throw new HttpError('unexpected', 'the status 101', 'no other protocol')
      if (head.status >= 200 || head.isSwitch) return head
      interim++
      onInterim(head)
    }
    throw new HttpError('unexpected', `more than ${interimMax} interim responses`, 'a final one')
  }

  /** The next bytes of the body; its trailers once it has ended. */
  async next(): Promise<Uint8Array | Fields> {
    const event = this.#take() ?? (await this.#nextEvent())
    if (event.kind === 'body') return event.bytes
    if (event.kind === 'end') return event.trailers
    throw new HttpError('unexpected', event.kind, 'the body')
  }

  /**
   * The whole body, where all of it has come already, without trailers and with nothing after it; null where it has not:
   * then nothing is taken.
   */
  takeWhole(): Uint8Array | null {
    const events = this.#events
    const end = events.at(-1)
    if (end?.kind !== 'end' || end.trailers.size > 0) return null
    const pieces: Uint8Array[] = []
    for (let place = this.#next; place < events.length - 1; place++) {
      const event = events[place]
      if (event?.kind !== 'body') return null
      pieces.push(event.bytes)
    }
    this.#next = events.length
    const [only = noBytes] = pieces
    return pieces.length > 1 ? Buffer.concat(pieces) : only
  }

  /** After 101: what was read beyond it. */
  takeRest(): Uint8Array {
    for (let event = this.#take(); event !== null; event = this.#take())
      if (event.kind === 'switch') return event.rest
    return noBytes
  }

  #take(): Exclude<HttpEvent<ResponseHead>, { kind: 'error' }> | null {
    const event = this.#events[this.#next]
    if (event === undefined) return null
    if (event.kind === 'error') throw event.error
    this.#next++
    return event
  }

  async #nextEvent(): Promise<Exclude<HttpEvent<ResponseHead>, { kind: 'error' }>> {
    for (;;) {
      const bytes = await this.#options.read()
      if (bytes !== null) this.#hasBytes = true
      this.#events = bytes === null ? this.#parser.end() : this.#parser.push(bytes)
      this.#next = 0
      if (bytes === null && this.#events.length === 0)
        throw new HttpError('incomplete', 'the end of the stream', 'a response')
      const event = this.#take()
      if (event !== null) return event
    }
  }
}

const noBytes = new Uint8Array(0)
