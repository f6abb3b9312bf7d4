// A client of a server of frames: it stays connected, comes back when the connection broke, and finds out which answer
// belongs to which request.

import { type Framing, FramingError } from './framing.ts'
import { LazyTimer } from './lazy-timer.ts'
import { demandCounts, demandDurations, demandPort } from './option-bounds.ts'
import { RequestError } from './request-error.ts'
import { type Connection, type Duration, type Env, type Instant, NetError, seconds } from '../../sim/index.ts'
import { type Backoff, BackoffWaits } from '../resilience/index.ts'

/** What tells requests apart: it stands in a request and in its answer. */
export type RequestId = string | number

/** How a client reaches its server. */
export interface FrameClientOptions<Q, A = Q> {
  readonly host: string
  readonly port: number
  readonly framing: Framing<A, Q>
  /** How long one try to connect may take (default 5 s). */
  readonly connectTimeout?: Duration
  /** How long to wait before the next try (default: 100 ms, then twice as long each time up to 10 s, with equal jitter). */
  readonly backoff?: Backoff
  /**
   * What tells requests apart, read from requests and from answers; null for a frame that answers nothing. Without it the
   * answers come in the order of the requests, each with exactly one.
   */
  readonly idOf?: (frame: Q | A) => RequestId | null
  /** Requests that are waiting or on their way; one more is refused (default 1,000). */
  readonly openMax?: number
  /**
   * A connection on which nothing came for so long although something was asked is given up (default 10 s): its peer may be
   * gone without a word, and TCP itself takes minutes to notice.
   */
  readonly silenceMax?: Duration
  /** Takes what answers nothing, or what nobody waits for any more. */
  readonly onFrame?: (frame: A) => void
}

interface Request<A> {
  readonly bytes: Uint8Array
  readonly id: RequestId
  isSent: boolean
  /** Nobody waits for it any more; where answers come in order its place is kept. */
  isOver: boolean
  readonly settle: (result: A | RequestError) => void
}

/** A client that sends `Q` and gets `A`. It connects with the first request, and again whenever there is something to send. */
export class FrameClient<Q, A = Q> {
  readonly #env: Env
  readonly #options: FrameClientOptions<Q, A>
  readonly #backoff: BackoffWaits
  /** All requests that are not answered, in their order. */
  readonly #open = new Map<RequestId, Request<A>>()
  #requests = 0
  #connection: Connection | null = null
  #connections = 0
  /** When something was last heard, or asked while nothing was to be heard. */
  #heardAt: Instant
  readonly #silence: LazyTimer
  #isConnecting = false
  #isClosed = false

  /** Its waits are drawn from the stream `reconnect` of the node. Throws a RangeError for a port or a bound that is none. */
  constructor(env: Env, options: FrameClientOptions<Q, A>) {
    const { port, connectTimeout, openMax, silenceMax } = options
    demandPort(port)
    demandCounts({ openMax }, 1)
    demandDurations({ connectTimeout, silenceMax })
    this.#env = env
    this.#options = options
    this.#backoff = new BackoffWaits(options.backoff ?? {}, env.randomFor('reconnect'))
    this.#heardAt = env.clock.monotonic()
    this.#silence = new LazyTimer(env, () => {
      this.#lookForSilence()
    })
  }

  get isConnected(): boolean {
    return this.#connection !== null
  }

  /** Which connection it has: 1 for the first, and so on; null while it has none. */
  get connectionNumber(): number | null {
    return this.#connection === null ? null : this.#connections
  }

  /**
   * Sends a request, once connected, and resolves to its answer. Rejects with a RequestError after `timeout`, when the
   * connection broke before the answer came (what was not sent yet waits for the next connection), when too many requests
   * are open, or the client was closed; `isSent` tells whether it may have reached the server. Rejects with a FramingError
   * when it is no frame, and a RangeError when its id is open already.
   */
  request(frame: Q, timeout: Duration): Promise<A> {
    return new Promise((resolve, reject) => {
      const refusal = this.#whyNot(frame)
      if (refusal !== null) throw refusal
      const bytes = this.#options.framing.encode(frame)
      const id = this.#options.idOf?.(frame) ?? `#${++this.#requests}`
      const timer = this.#env.timers.after(timeout, () => {
        this.#giveUp(request, new RequestError('timeout', request.isSent, this.#about))
      })
      const settle = (result: A | RequestError): void => {
        timer.cancel()
        request.isOver = true
        if (result instanceof RequestError) reject(result)
        else resolve(result)
      }
      const request: Request<A> = { bytes, id, isSent: false, isOver: false, settle }
      this.#open.set(id, request)
      if (this.#connection === null) this.#connect()
      else this.#send(this.#connection, request)
    })
  }

  /** Ends the connection; open requests are rejected, and so are later ones. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#connection?.end()
    this.#connection = null
    this.#rejectAll(() => true, 'closed')
  }

  #whyNot(frame: Q): RequestError | null {
    if (this.#isClosed) return new RequestError('closed', false, this.#about)
    if (this.#open.size >= (this.#options.openMax ?? 1000))
      return new RequestError('overloaded', false, this.#about)
    const id = this.#options.idOf?.(frame) ?? null
    if (id !== null && this.#open.has(id)) throw new RangeError(`request ${id}: its id is open already`)
    return null
  }

  /** Where answers come in order, one that is on its way keeps its place until its answer has come. */
  #giveUp(request: Request<A>, error: RequestError): void {
    if (!request.isSent || this.#options.idOf !== undefined) this.#open.delete(request.id)
    request.settle(error)
  }

  #connect(): void {
    if (this.#isConnecting) return
    this.#isConnecting = true
    this.#env.spawn(async () => {
      while (!this.#isClosed && this.#open.size > 0 && this.#connection === null) await this.#try()
      this.#isConnecting = false
    })
  }

  async #try(): Promise<void> {
    const { host, port, connectTimeout = seconds(5) } = this.#options
    try {
      const connection = await this.#env.net.connect(host, port, { timeout: connectTimeout })
      if (this.#isClosed) {
        connection.end()
        return
      }
      this.#connection = connection
      this.#connections++
      this.#heardAt = this.#env.clock.monotonic()
      for (const request of this.#open.values()) this.#send(connection, request)
      this.#env.spawn(() => this.#receive(connection))
    } catch (error) {
      if (!(error instanceof NetError)) throw error
      await this.#env.sleep(this.#backoff.next())
    }
  }

  #send(connection: Connection, request: Request<A>): void {
    request.isSent = true
    if (this.#open.size === 1) this.#heardAt = this.#env.clock.monotonic()
    this.#silence.armBy(this.#silentAt)
    // A connection that breaks here breaks for the one who reads as well, who sees to the rest.
    connection.write(request.bytes).catch(() => undefined)
  }

  async #receive(connection: Connection): Promise<void> {
    const decoder = this.#options.framing.decoder()
    try {
      for await (const bytes of connection) {
        this.#heardAt = this.#env.clock.monotonic()
        for (const frame of decoder.push(bytes)) this.#take(frame)
      }
      connection.end()
    } catch (error) {
      if (!(error instanceof NetError || error instanceof FramingError)) throw error
      this.#env.log.info('connection broke', { remote: connection.remote, error: error.message })
      connection.reset()
    }
    if (this.#connection === connection) this.#lose()
  }

  #take(frame: A): void {
    this.#backoff.reset()
    const request = this.#requestOf(frame)
    if (request !== undefined) this.#open.delete(request.id)
    if (request === undefined || request.isOver) this.#options.onFrame?.(frame)
    else request.settle(frame)
  }

  #requestOf(frame: A): Request<A> | undefined {
    const { idOf } = this.#options
    if (idOf === undefined) return this.#open.values().next().value
    const id = idOf(frame)
    return id === null ? undefined : this.#open.get(id)
  }

  get #silentAt(): Instant {
    return (this.#heardAt + (this.#options.silenceMax ?? seconds(10))) as Instant
  }

  #lookForSilence(): void {
    if (this.#open.size === 0 || this.#connection === null) return
    if (this.#env.clock.monotonic() < this.#silentAt) this.#silence.armBy(this.#silentAt)
    else this.#connection.reset()
  }

  #lose(): void {
    this.#connection = null
    this.#rejectAll((request) => request.isSent, 'broken')
    if (this.#open.size > 0) this.#connect()
  }

  #rejectAll(which: (request: Request<A>) => boolean, why: 'broken' | 'closed'): void {
    for (const request of [...this.#open.values()].filter(which)) {
      this.#open.delete(request.id)
      if (!request.isOver) request.settle(new RequestError(why, request.isSent, this.#about))
    }
  }

  get #about(): string {
    return `${this.#options.host}:${this.#options.port}`
  }
}
