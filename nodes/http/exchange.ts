// One request and its response over one connection. The body is sent while the response is already being read: a server may
// answer before it has read everything.

import { Buffer } from 'node:buffer'

import { HttpClientError } from './client-error.ts'
import { type Hop, sentHeaders } from './client-request.ts'
import type { ClientSettings } from './client-settings.ts'
import { Deadline } from './deadline.ts'
import { HttpError } from './http-error.ts'
import type { Fields } from './message.ts'
import type { ResponseHead } from './response-parser.ts'
import { ResponseReader } from './response-reader.ts'
import { chunkBytes, lastChunkBytes, requestHeadBytes } from './serializer.ts'
import type { Env, Instant } from '../../sim/index.ts'
import type { Lease } from '../transport/index.ts'

/** What an exchange is about. */
export interface ExchangeOrder {
  readonly hop: Hop
  readonly expectsContinue: boolean
  readonly trailers: (() => Fields) | undefined
  /** By when the response has to be read. */
  readonly due: Instant
}

/** One exchange. */
export class Exchange {
  readonly #env: Env
  readonly #lease: Lease
  readonly #order: ExchangeOrder
  readonly #settings: ClientSettings
  readonly #reader: ResponseReader
  readonly #deadline: Deadline
  /** Why the connection was given up by this end. */
  #reason: HttpClientError | null = null
  #isSent = false
  #isTorn = false
  #isOver = false
  #allowBody: (isWanted: boolean) => void = () => undefined

  constructor(env: Env, lease: Lease, order: ExchangeOrder, settings: ClientSettings) {
    this.#env = env
    this.#lease = lease
    this.#order = order
    this.#settings = settings
    this.#reader = new ResponseReader({
      read: () => lease.read(),
      isHead: order.hop.method === 'HEAD',
      limits: settings.limits,
    })
    this.#deadline = new Deadline(env, order.due, (what) => {
      this.give(new HttpClientError('timeout', `${what} took too long`))
    })
  }

  /** Whether anything of a response came: if not, a reused connection had perhaps been ended by the server before. */
  get hasBytes(): boolean {
    return this.#reader.hasBytes
  }

  /** Sends the request and reads the head of the response. Rejects with an HttpClientError; the connection is given up then. */
  async run(): Promise<ResponseHead> {
    const head = this.#requestHead()
    void this.#send(head)
    try {
      return await this.#readHead()
    } catch (error) {
      throw this.give(error)
    }
  }

  /** The next bytes of the body; the trailers once it has ended. Rejects as `run` does. */
  async nextBytes(): Promise<Uint8Array | Fields> {
    try {
      this.#deadline.begin('the next bytes of the response', this.#settings.bodyTimeout)
      const next = await this.#reader.next()
      if (this.#reason !== null) throw this.#reason
      this.#deadline.pause()
      return next
    } catch (error) {
      throw this.give(error)
    }
  }

  /** All was read: the connection may be used again if the head says so. */
  finish(head: ResponseHead): void {
    if (this.#isOver) return
    this.#over()
    const isReusable = head.isKeptAlive && head.framing.kind !== 'until-end' && this.#isSent
    if (isReusable && this.#reader.isIdle) this.#lease.giveBack()
    else this.#lease.discard()
  }

  /** Gives the connection up; the error that says why. */
  give(error: unknown): HttpClientError {
    this.#reason ??= clientError(error)
    if (!this.#isOver) {
      this.#over()
      this.#lease.discard()
    }
    return this.#reason
  }

  #over(): void {
    this.#isOver = true
    this.#deadline.cancel()
    this.#allowBody(false)
  }

  #requestHead(): Uint8Array {
    const { hop, expectsContinue } = this.#order
    const { url, method } = hop
    try {
      return requestHeadBytes(method, `${url.pathname}${url.search}`, sentHeaders(hop, expectsContinue))
    } catch (error) {
      throw this.give(
        new HttpClientError('bad-request', error instanceof Error ? error.message : String(error)),
      )
    }
  }

  async #send(head: Uint8Array): Promise<void> {
    const { hop, expectsContinue } = this.#order
    const { body } = hop
    try {
      if (body !== null && expectsContinue) {
        await this.#write(head)
        if (!(await this.#isBodyWanted())) return
        await this.#sendBody(body)
      } else if (typeof body === 'string' || body instanceof Uint8Array)
        await this.#write(Buffer.concat([head, Buffer.from(body as Uint8Array)]))
      else {
        await this.#write(head)
        if (body !== null) await this.#sendBody(body)
      }
      this.#isSent = true
    } catch (error) {
      // A server may have answered and ended its side: whether it has is told by reading. A body that fails by itself ends it.
      if (!this.#isTorn) this.give(error)
    }
  }

  async #sendBody(body: NonNullable<Hop['body']>): Promise<void> {
    if (typeof body === 'string' || body instanceof Uint8Array) return this.#write(body)
    for await (const bytes of body) {
      if (this.#isOver) return
      if (bytes.length > 0) await this.#write(chunkBytes(bytes))
    }
    await this.#write(lastChunkBytes(this.#order.trailers?.()))
  }

  async #write(bytes: Uint8Array | string): Promise<void> {
    try {
      await this.#lease.connection.write(bytes)
    } catch (error) {
      this.#isTorn = true
      throw error
    }
  }

  /** Resolves when the server says so, or says nothing for a while (RFC 9110, section 10.1.1). */
  async #isBodyWanted(): Promise<boolean> {
    if (this.#isOver) return false
    return new Promise((resolve) => {
      const timer = this.#env.timers.after(this.#settings.continueTimeout, () => {
        resolve(true)
      })
      this.#allowBody = (isWanted) => {
        timer.cancel()
        resolve(isWanted)
      }
    })
  }

  async #readHead(): Promise<ResponseHead> {
    this.#deadline.begin('the head of the response', this.#settings.headerTimeout)
    const head = await this.#reader.head(({ status }) => {
      if (status === 100) this.#allowBody(true)
    })
    if (this.#reason !== null) throw this.#reason
    this.#allowBody(false)
    this.#deadline.pause()
    return head
  }
}

/** Any error as one of the client's. */
export function clientError(error: unknown): HttpClientError {
  if (error instanceof HttpClientError) return error
  const message = error instanceof Error ? error.message : String(error)
  const isSyntax = error instanceof HttpError && error.code !== 'incomplete'
  return new HttpClientError(isSyntax ? 'bad-response' : 'broken', message, { cause: error })
}
