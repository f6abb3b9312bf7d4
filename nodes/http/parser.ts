// Reads a stream of requests or responses: bytes in, in any pieces, events out. A pure state machine that holds no more than
// one head, refuses whatever two implementations could understand differently, and never throws.

import { Buffer } from 'node:buffer'

import { ChunkReader } from './chunk-reader.ts'
import { carriageReturn, lineFeed } from './characters.ts'
import { type CodecOptions, httpLimits, type HttpLimits, onlyHttp } from './codec-options.ts'
import { FieldsReader } from './fields-reader.ts'
import { type BodyFraming, FramingRules } from './framing-rules.ts'
import { HttpError } from './http-error.ts'
import { Fields } from './message.ts'

/** What the head of any message tells. */
export interface MessageHead {
  readonly version: '1.0' | '1.1'
  readonly headers: Fields
  readonly framing: BodyFraming
  /** Whether another message may follow on the same connection. */
  readonly isKeptAlive: boolean
  /** Whether the connection is to speak something else after this message. */
  readonly isSwitch: boolean
}

/** What a parser has found. After `switch` and `error` nothing comes any more. */
export type HttpEvent<H extends MessageHead> =
  | { readonly kind: 'head'; readonly head: H }
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly trailers: Fields }
  | { readonly kind: 'switch'; readonly rest: Uint8Array }
  | { readonly kind: 'error'; readonly error: HttpError }

/** Reads one start line. */
export interface StartLineReader {
  readonly isDone: boolean
  readonly isBegun: boolean
  read(bytes: Buffer, at: number): number
}

/** What differs between requests and responses. */
export interface MessageKind<L extends StartLineReader, H extends MessageHead> {
  readonly startLine: (options: CodecOptions) => L
  /** The head of a message whose fields are read. Throws an HttpError. */
  readonly head: (line: L, headers: Fields, rules: FramingRules) => H
}

/** How a parser reads: strictly, with the default limits, HTTP/1.0 and 1.1, unless said otherwise. */
export type ParserOptions = Partial<Omit<CodecOptions, 'limits'>> & {
  readonly limits?: Partial<HttpLimits>
}

const noFields = new Fields()
const noBytes = new Uint8Array(0)

/** Reads the messages of one direction of a connection. */
export class HttpParser<L extends StartLineReader, H extends MessageHead> {
  readonly #kind: MessageKind<L, H>
  readonly #options: CodecOptions
  #events: HttpEvent<H>[] = []
  #state:
    | 'start-line'
    | 'fields'
    | 'length'
    | 'until-end'
    | 'chunks'
    | 'trailers'
    | 'closed'
    | 'switched'
    | 'failed' = 'start-line'
  #line: L
  #rules: FramingRules
  #fields: FieldsReader
  #chunks: ChunkReader | null = null
  #head: H | null = null
  /** Of a body with a length what has not come; of one until the end how much more is allowed. */
  #left = 0
  #rest: Uint8Array = noBytes

  constructor(kind: MessageKind<L, H>, options: ParserOptions = {}) {
    this.#kind = kind
    this.#options = {
      leniency: options.leniency ?? {},
      dialects: options.dialects ?? onlyHttp,
      versions: options.versions ?? ['1.0', '1.1'],
      limits: { ...httpLimits, ...options.limits },
    }
    this.#line = kind.startLine(this.#options)
    this.#rules = new FramingRules(this.#options)
    this.#fields = this.#headerReader()
  }

  /** Whether the stream may end here: between two messages. */
  get isIdle(): boolean {
    return this.#state === 'closed' || (this.#state === 'start-line' && !this.#line.isBegun)
  }

  /** Takes the next bytes, which must not change from now on: bodies share their memory. */
  push(bytes: Uint8Array): readonly HttpEvent<H>[] {
    return this.#collect(() => {
      this.#read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
    })
  }

  /** The stream has ended: the end of a body that lasts until then, or an error in the middle of a message. */
  end(): readonly HttpEvent<H>[] {
    return this.#collect(() => {
      if (this.#state === 'until-end') this.#finish(noFields)
      else if (!this.isIdle && this.#state !== 'switched')
        throw new HttpError('incomplete', 'the end of the stream in a message', 'the rest of it')
      this.#state = 'closed'
    })
  }

  /** After `switch`: goes on with HTTP instead. */
  decline(): readonly HttpEvent<H>[] {
    if (this.#state !== 'switched') return []
    const rest = this.#rest
    this.#rest = noBytes
    this.#begin()
    return this.push(rest)
  }

  #collect(read: () => void): readonly HttpEvent<H>[] {
    if (this.#state === 'failed') return []
    try {
      read()
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      this.#state = 'failed'
      this.#events.push({ kind: 'error', error })
    }
    const events = this.#events
    this.#events = []
    return events
  }

  #read(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) at = this.#step(bytes, at)
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'start-line': {
        const next = this.#line.read(bytes, at)
        if (this.#line.isDone) this.#state = 'fields'
        return next
      }
      case 'fields': {
        const next = this.#fields.read(bytes, at)
        if (this.#fields.isDone) this.#takeHead()
        return this.#afterMessage(bytes, next)
      }
      case 'length':
      case 'until-end':
        return this.#afterMessage(bytes, this.#readBody(bytes, at))
      case 'chunks':
        return this.#readChunks(bytes, at)
      case 'trailers': {
        const next = this.#fields.read(bytes, at)
        if (this.#fields.isDone) this.#finish(this.#fields.fields)
        return this.#afterMessage(bytes, next)
      }
      case 'closed':
        return this.#readOver(bytes, at)
      case 'switched':
        this.#rest = Buffer.concat([this.#rest, bytes.subarray(at)])
        return bytes.length
      case 'failed':
        return bytes.length
    }
  }

  #takeHead(): void {
    const head = this.#kind.head(this.#line, this.#fields.fields, this.#rules)
    const { framing } = head
    const { bodyMax } = this.#options.limits
    if (framing.kind === 'length' && framing.length > bodyMax)
      throw new HttpError('body-too-large', `a body of ${framing.length} bytes`, `at most ${bodyMax}`)
    this.#head = head
    this.#events.push({ kind: 'head', head })
    switch (framing.kind) {
      case 'none':
        return this.#finish(noFields)
      case 'length':
        this.#left = framing.length
        this.#state = 'length'
        return
      case 'until-end':
        this.#left = bodyMax
        this.#state = 'until-end'
        return
      case 'chunked':
        this.#state = 'chunks'
        this.#chunks = new ChunkReader(this.#options, (data) => {
          this.#events.push({ kind: 'body', bytes: data })
        })
    }
  }

  #readBody(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    if (end > at) this.#events.push({ kind: 'body', bytes: bytes.subarray(at, end) })
    this.#left -= end - at
    if (this.#state === 'until-end' && end < bytes.length)
      throw new HttpError('body-too-large', 'a longer body', `at most ${this.#options.limits.bodyMax} bytes`)
    if (this.#state === 'length' && this.#left === 0) this.#finish(noFields)
    return end
  }

  #readChunks(bytes: Buffer, at: number): number {
    const next = this.#chunks?.read(bytes, at) ?? bytes.length
    if (this.#chunks?.isDone === true) {
      this.#state = 'trailers'
      this.#fields = new FieldsReader({
        leniency: this.#options.leniency,
        bytesMax: this.#options.limits.trailerBytesMax,
        countMax: this.#options.limits.headerCountMax,
        onField: refuseFraming,
      })
    }
    return next
  }

  #finish(trailers: Fields): void {
    this.#events.push({ kind: 'end', trailers })
    const { isSwitch, isKeptAlive, framing } = this.#head as H
    if (isSwitch) this.#state = 'switched'
    else if ((isKeptAlive && framing.kind !== 'until-end') || this.#options.leniency.keepAlive === true)
      this.#begin()
    else this.#state = 'closed'
  }

  /** Hands over what follows a message that ends HTTP on this connection. */
  #afterMessage(bytes: Buffer, at: number): number {
    if (this.#state !== 'switched') return at
    this.#rest = bytes.subarray(at)
    this.#events.push({ kind: 'switch', rest: this.#rest })
    return bytes.length
  }

  #begin(): void {
    this.#state = 'start-line'
    this.#line = this.#kind.startLine(this.#options)
    this.#rules = new FramingRules(this.#options)
    this.#fields = this.#headerReader()
    this.#chunks = null
    this.#head = null
  }

  #headerReader(): FieldsReader {
    const { leniency, limits } = this.#options
    const rules = this.#rules
    return new FieldsReader({
      leniency,
      bytesMax: limits.headerBytesMax,
      countMax: limits.headerCountMax,
      onField: (name, value) => {
        rules.take(name, value)
      },
    })
  }

  #readOver(bytes: Buffer, at: number): number {
    const byte = bytes[at]
    if (byte !== carriageReturn && byte !== lineFeed && this.#options.leniency.dataAfterClose !== true)
      throw new HttpError('after-last', 'bytes after a message that is the last', 'the end of the stream')
    return at + 1
  }
}

/** Fields that say where a message ends come too late in its trailers (RFC 9110, section 6.5.1). */
function refuseFraming(name: string): void {
  if (/^(?:content-length|transfer-encoding)$/i.test(name))
    throw new HttpError('bad-field', `${name} in the trailers`, 'it in the header, or not at all')
}
