// Where a message's body ends (RFC 9112, section 6), whether another message follows (section 9.3), and whether the
// connection is to speak something else: told by a few header fields, which are judged as they come.

import type { CodecOptions } from './codec-options.ts'
import { HttpError } from './http-error.ts'

/** How a body is delimited. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-end' }

/** What the fields of one message say about it. */
export class FramingRules {
  readonly #options: CodecOptions
  #length: number | null = null
  #codings: readonly string[] | null = null
  #connection: readonly string[] = []
  #hasUpgrade = false

  constructor(options: CodecOptions) {
    this.#options = options
  }

  /** Takes the next field. Throws an HttpError for a length that is none. */
  take(name: string, value: string): void {
    switch (name.length) {
      case 7:
        if (name.toLowerCase() === 'upgrade') this.#hasUpgrade = true
        break
      case 10:
        if (name.toLowerCase() === 'connection') this.#connection = [...this.#connection, ...listed(value)]
        break
      case 14:
        if (name.toLowerCase() === 'content-length') this.#takeLength(value)
        break
      case 17:
        if (name.toLowerCase() === 'transfer-encoding')
          this.#codings = [...(this.#codings ?? []), ...listed(value)]
        break
      default:
    }
  }

  /** The body of a request (RFC 9112, section 6.3). Throws an HttpError where its end is anybody's guess. */
  requestFraming(): BodyFraming {
    if (this.#codings === null) return this.#framingByLength() ?? { kind: 'none' }
    this.#demandNoLength()
    if (this.#isChunkedLast && this.#codings.indexOf('chunked') === this.#codings.length - 1)
      return { kind: 'chunked' }
    const { transferEncoding, chunkedLength } = this.#options.leniency
    if (transferEncoding !== true && chunkedLength !== true)
      throw new HttpError(
        'bad-transfer-coding',
        `Transfer-Encoding: ${this.#codings.join(', ').slice(0, 80)}`,
        'chunked, once and last',
      )
    return { kind: 'until-end' }
  }

  /** The body of a response that can have one. */
  responseFraming(): BodyFraming {
    if (this.#codings === null) return this.#framingByLength() ?? { kind: 'until-end' }
    this.#demandNoLength()
    return { kind: this.#isChunkedLast ? 'chunked' : 'until-end' }
  }

  /** Whether the connection may be used again after a message of this version whose end it tells by itself. */
  isKeptAlive(version: string): boolean {
    if (this.#connection.includes('close')) return false
    return version === '1.1' || this.#connection.includes('keep-alive')
  }

  /** Whether it asks for, or agrees to, another protocol. */
  get isUpgrade(): boolean {
    return this.#hasUpgrade && this.#connection.includes('upgrade')
  }

  get #isChunkedLast(): boolean {
    return this.#codings?.at(-1) === 'chunked'
  }

  #takeLength(value: string): void {
    if (this.#length !== null) throw new HttpError('bad-length', 'two Content-Length fields', 'one')
    const length = /^[0-9]+$/.test(value) ? Number(value) : Number.NaN
    if (!Number.isSafeInteger(length))
      throw new HttpError(
        'bad-length',
        `Content-Length: ${JSON.stringify(value.slice(0, 40))}`,
        'a number of bytes',
      )
    this.#length = length
  }

  #framingByLength(): BodyFraming | null {
    if (this.#length === null) return null
    return this.#length === 0 ? { kind: 'none' } : { kind: 'length', length: this.#length }
  }

  #demandNoLength(): void {
    if (this.#length !== null && this.#options.leniency.chunkedLength !== true)
      throw new HttpError('bad-length', 'Content-Length beside Transfer-Encoding', 'one of them')
  }
}

/** The members of a list, in lower case (RFC 9110, section 5.6.1). */
function listed(value: string): readonly string[] {
  return value.split(',').map((each) => each.trim().toLowerCase())
}
