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
import { readsWholeHeads, wholeHead, type WholeLine } from './whole-head.ts'

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
export interface MessageKind<L, H extends MessageHead> {
  readonly startLine: (options: CodecOptions) => L & StartLineReader
  /** The start line of a head that has come in one piece. */
  readonly wholeLine: WholeLine<L>
  /** The head of a message whose fields are read. Throws an HttpError. */
  readonly head: (line: L, headers: Fields, rules: FramingRules) => H
}

/** How a parser reads: strictly, with the default limits, HTTP/1.0 and 1.1, unless said otherwise. */
export type ParserOptions = Partial<Omit<CodecOptions, 'limits' | 'takesHigherMinors'>> & {
  readonly limits?: Partial<HttpLimits>
}

const noFields = new Fields()
const noBytes = new Uint8Array(0)

/** Reads the messages of one direction of a connection. */
export class HttpParser<L, H extends MessageHead> {
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
  readonly #readsWhole: boolean
  /** Null where nothing of a message has come, or its head came in one piece. */
  #line: (L & StartLineReader) | null = null
  #rules: FramingRules | null = null
  #fields: FieldsReader | null = null
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
      takesHigherMinors: options.versions === undefined,
      limits: { ...httpLimits, ...options.limits },
    }
    this.#readsWhole = readsWholeHeads(this.#options.leniency)
  }

  /** Whether the stream may end here: between two messages. */
  get isIdle(): boolean {
    return this.#state === 'closed' || (this.#state === 'start-line' && this.#line?.isBegun !== true)
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
      case 'start-line':
        return this.#readWholeHead(bytes, at) ?? this.#readStartLine(bytes, at)
      case 'fields':
        return this.#afterMessage(bytes, this.#readFields(bytes, at))
      case 'length':
      case 'until-end':
        return this.#afterMessage(bytes, this.#readBody(bytes, at))
      case 'chunks':
        return this.#readChunks(bytes, at)
      case 'trailers':
        return this.#afterMessage(bytes, this.#readTrailers(bytes, at))
      case 'closed':
        return this.#readOver(bytes, at)
      case 'switched':
        this.#rest = Buffer.concat([this.#rest, bytes.subarray(at)])
        return bytes.length
      case 'failed':
        return bytes.length
    }
  }

  /** Where the next head ends; null where it has to be read byte by byte. */
  #readWholeHead(bytes: Buffer, at: number): number | null {
    if (this.#line !== null || !this.#readsWhole) return null
    const whole = wholeHead(bytes, at, { options: this.#options, lineOf: this.#kind.wholeLine })
    if (whole === null) return null
    const { line, headers, end } = whole
    const rules = new FramingRules(this.#options)
    for (const [name, value] of headers) rules.take(name, value)
    this.#takeHead(this.#kind.head(line, headers, rules))
    return this.#afterMessage(bytes, end)
  }

  #readStartLine(bytes: Buffer, at: number): number {
    const line = (this.#line ??= this.#kind.startLine(this.#options))
    const next = line.read(bytes, at)
    if (line.isDone) this.#state = 'fields'
    return next
  }

  #readFields(bytes: Buffer, at: number): number {
    const rules = (this.#rules ??= new FramingRules(this.#options))
    const fields = (this.#fields ??= this.#headerReader(rules))
    const next = fields.read(bytes, at)
    if (fields.isDone) this.#takeHead(this.#kind.head(this.#line as L, fields.fields, rules))
    return next
  }

  #readTrailers(bytes: Buffer, at: number): number {
    const fields = (this.#fields ??= this.#trailerReader())
    const next = fields.read(bytes, at)
    if (fields.isDone) this.#finish(fields.fields)
    return next
  }

  #takeHead(head: H): void {
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
      this.#fields = null
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
    this.#line = null
    this.#rules = null
    this.#fields = null
    this.#chunks = null
    this.#head = null
  }

  #headerReader(rules: FramingRules): FieldsReader {
    const { leniency, limits } = this.#options
    return new FieldsReader({
      leniency,
      bytesMax: limits.headerBytesMax,
      countMax: limits.headerCountMax,
      onField: (name, value) => {
        rules.take(name, value)
      },
    })
  }

  #trailerReader(): FieldsReader {
    const { leniency, limits } = this.#options
    const { trailerBytesMax: bytesMax, headerCountMax: countMax } = limits
    return new FieldsReader({ leniency, bytesMax, countMax, onField: refuseFraming })
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
