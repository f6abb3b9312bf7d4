// Writes responses to a connection: how the body is delimited, and no more of a streamed one than the client takes.

import { Buffer } from 'node:buffer'

import { httpDate } from './http-date.ts'
import { type Body, Fields, type HttpResponse } from './message.ts'
import { NameSet } from './name-set.ts'
import {
  chunkBytes,
  HttpWriteError,
  lastChunkBytes,
  interimBytes,
  responseHeadBytes,
  responseHeadText,
} from './serializer.ts'
import type { Connection, Duration, Env } from '../../sim/index.ts'
import { TimedWriter } from '../transport/index.ts'

/** What a response has to fit. */
export interface ResponseContext {
  readonly isHead: boolean
  readonly version: '1.0' | '1.1'
  /** Whether another request may follow on the connection. */
  readonly isKept: boolean
}

/** Bodies up to this size are written together with their heads; larger ones in pieces of it. */
const pieceMax = 64 * 1024
const textMax = 2048
const noBytes = new Uint8Array(0)
const nsPerSecond = 1_000_000_000

/** What the server says itself. */
const ownNames = new NameSet(['connection', 'keep-alive', 'transfer-encoding'])

/** Writes the responses of one connection. */
export class ResponseWriter {
  readonly #env: Env
  readonly #writer: TimedWriter
  #date = { second: -1, text: '' }
  #isMidway = false
  #isCutShort = false

  constructor(env: Env, connection: Connection, timeout: Duration) {
    this.#env = env
    this.#writer = new TimedWriter(env, connection, timeout)
  }

  /** Whether a response was begun and not finished: nothing else can be said on the connection. */
  get isMidway(): boolean {
    return this.#isMidway
  }

  /** Whether the body of a response broke off, and the client can tell that by an end in order. */
  get isCutShort(): boolean {
    return this.#isCutShort
  }

  /** `100 Continue`. */
  allowBody(): Promise<void> {
    return this.#write(responseHeadBytes(100, undefined, new Fields()))
  }

  /** An interim response. Rejects as `interimBytes` throws. */
  async inform(status: number, reason: string | undefined, headers: Fields): Promise<void> {
    await this.#write(interimBytes(status, reason, headers))
  }

  /**
   * Writes a response; whether the connection may be used again. Rejects with an HttpWriteError before anything was
   * written, else with what broke the connection or the body.
   */
  async write(given: HttpResponse, context: ResponseContext): Promise<boolean> {
    const response = given.status === 205 ? await withoutContent(given) : given
    const { status, reason, body = '' } = response
    if (status < 200) throw new HttpWriteError(`the status ${status}`, 'a final one')
    const hasBody = !context.isHead && status !== 204 && status !== 304
    const plan = planOf(response, context)
    const head = responseHeadText(status, reason, this.#headers(response, plan, context))
    this.#isMidway = true
    if (typeof body === 'string' || body instanceof Uint8Array)
      await this.#writeWhole(head, hasBody ? bytesOf(body) : noBytes)
    else if (hasBody) await this.#writeStream(head, body, plan, response.trailers)
    else {
      await body[Symbol.asyncIterator]().return?.()
      await this.#write(head)
    }
    this.#isMidway = false
    return plan.isKept
  }

  #headers({ status, headers, body = '' }: HttpResponse, plan: Plan, { version }: ResponseContext): Fields {
    const all = headers.without(ownNames)
    if (!all.has('date')) all.append('Date', this.#now())
    if (!plan.isKept) all.append('Connection', 'close')
    else if (version === '1.0') all.append('Connection', 'keep-alive')
    if (status === 204) return all.delete('content-length')
    if (plan.kind === 'chunked') return all.delete('content-length').append('Transfer-Encoding', 'chunked')
    // An answer to HEAD, and 304, may tell the length of what they leave out (RFC 9110, section 8.6).
    const isUntold =
      plan.kind === 'until-end' || ((status === 304 || all.has('content-length')) && body === '')
    if (isUntold && plan.isBodyless) return all
    return plan.kind === 'until-end'
      ? all.delete('content-length')
      : all.set('Content-Length', String(plan.length))
  }

  #now(): string {
    const wall = this.#env.clock.wall()
    const second = Math.floor(wall / nsPerSecond)
    if (second !== this.#date.second) this.#date = { second, text: httpDate(wall) }
    return this.#date.text
  }

  #writeWhole(head: string, body: Uint8Array): Promise<void> {
    if (body.length === 0) return this.#write(head)
    // What is short leaves as one text: the copy costs less than a second write.
    if (body.length <= textMax)
      return this.#write(head + Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'))
    if (body.length <= pieceMax) return this.#write(Buffer.concat([Buffer.from(head, 'latin1'), body]))
    return this.#writeLong(head, body)
  }

  async #writeLong(head: string, body: Uint8Array): Promise<void> {
    await this.#write(head)
    await this.#writePieces(body)
  }

  async #writePieces(body: Uint8Array): Promise<void> {
    for (let at = 0; at < body.length; at += pieceMax) await this.#write(body.subarray(at, at + pieceMax))
  }

  async #writeStream(
    head: string,
    body: AsyncIterable<Uint8Array>,
    plan: Plan,
    trailers: HttpResponse['trailers'],
  ): Promise<void> {
    await this.#write(head)
    const isDelimited = plan.kind !== 'until-end'
    let left = plan.kind === 'length' ? plan.length : Number.POSITIVE_INFINITY
    this.#isCutShort = isDelimited
    for await (const bytes of body) {
      left -= bytes.length
      if (left < 0) throw new HttpWriteError('a longer body', `${plan.length} bytes as Content-Length says`)
      // What fails from here on is the connection.
      this.#isCutShort = false
      if (plan.kind !== 'chunked') await this.#writePieces(bytes)
      else if (bytes.length > 0) await this.#write(chunkBytes(bytes))
      this.#isCutShort = isDelimited
    }
    if (plan.kind === 'length' && left > 0)
      throw new HttpWriteError(`${left} bytes less`, `${plan.length} as Content-Length says`)
    const last = plan.kind === 'chunked' ? lastChunkBytes(trailers?.()) : null
    this.#isCutShort = false
    if (last !== null) await this.#write(last)
  }

  #write(bytes: Uint8Array | string): Promise<void> {
    return this.#writer.write(bytes, 'latin1')
  }
}

/** 205 is the one final status whose length has to be told to be nothing (RFC 9110, section 15.3.6). */
async function withoutContent({ status, headers, body = '' }: HttpResponse): Promise<HttpResponse> {
  if (typeof body === 'object' && !(body instanceof Uint8Array)) await body[Symbol.asyncIterator]().return?.()
  return { status, headers: new Fields(headers).delete('content-length'), body: '' }
}

/** How a response's body is delimited. */
interface Plan {
  readonly kind: 'length' | 'chunked' | 'until-end'
  readonly length: number
  readonly isKept: boolean
  readonly isBodyless: boolean
}

function planOf(
  { status, headers, body = '' }: HttpResponse,
  { isHead, version, isKept }: ResponseContext,
): Plan {
  const isBodyless = isHead || status === 204 || status === 304
  const asked = isKept && !/(?:^|,)\s*close\s*(?:,|$)/i.test(headers.get('connection') ?? '')
  if (typeof body === 'string')
    return { kind: 'length', length: Buffer.byteLength(body), isKept: asked, isBodyless }
  if (body instanceof Uint8Array) return { kind: 'length', length: body.length, isKept: asked, isBodyless }
  const told = headers.get('content-length')
  if (told !== null && /^[0-9]{1,15}$/.test(told))
    return { kind: 'length', length: Number(told), isKept: asked, isBodyless }
  if (version === '1.1') return { kind: 'chunked', length: 0, isKept: asked, isBodyless }
  return { kind: 'until-end', length: 0, isKept: asked && isBodyless, isBodyless }
}

function bytesOf(body: Exclude<Body, AsyncIterable<Uint8Array>>): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
}
