// A client of a server of frames: it stays connected, comes back when the connection broke, and finds out which answer
// belongs to which request.

import { Backoff, type BackoffSettings } from './backoff.ts'
import { type Framing, FramingError } from './framing.ts'
import { RequestError } from './request-error.ts'
import { type Connection, type Duration, type Env, NetError, seconds } from '../../sim/index.ts'

/** What tells requests apart: it stands in a request and in its answer. */
export type RequestId = string | number

/** How a client reaches its server. */
export interface FrameClientOptions<F> {
  readonly host: string
  readonly port: number
  readonly framing: Framing<F>
  /** How long one try to connect may take (default 5 s). */
  readonly connectTimeout?: Duration
  /** How long to wait before the next try. */
  readonly backoff?: BackoffSettings
  /**
   * What tells requests apart, read from requests and from answers; null for a frame that answers nothing. Without it the
   * answers come in the order of the requests, each with exactly one.
   */
  readonly idOf?: (frame: F) => RequestId | null
  /** Requests that are waiting or on their way; one more is refused (default 1,000). */
  readonly openMax?: number
  /** Takes what answers nothing, or what nobody waits for any more. */
  readonly onFrame?: (frame: F) => void
}

interface Request<F> {
  readonly bytes: Uint8Array
  readonly id: RequestId
  isSent: boolean
  /** Nobody waits for it any more; where answers come in order its place is kept. */
  isOver: boolean
  readonly settle: (result: F | RequestError) => void
}

/** A client. It connects with the first request, and again whenever there is something to send. */
export class FrameClient<F> {
  readonly #env: Env
  readonly #options: FrameClientOptions<F>
  readonly #backoff: Backoff
  /** All requests that are not answered, in their order. */
  readonly #open = new Map<RequestId, Request<F>>()
  #requests = 0
  #connection: Connection | null = null
  #isConnecting = false
  #isClosed = false

  /** Its waits are drawn from the stream `reconnect` of the node. */
  constructor(env: Env, options: FrameClientOptions<F>) {
    this.#env = env
    this.#options = options
    this.#backoff = new Backoff(env.randomFor('reconnect'), options.backoff)
  }

  get isConnected(): boolean {
    return this.#connection !== null
  }

  /**
   * Sends a request, once connected, and resolves to its answer. Rejects with a RequestError after `timeout`, when the
   * connection broke before the answer came (what was not sent yet waits for the next connection), when too many requests
   * are open, or the client was closed; `isSent` tells whether it may have reached the server. Rejects with a FramingError
   * when it is no frame, and a RangeError when its id is open already.
   */
  request(frame: F, timeout: Duration): Promise<F> {
    return new Promise((resolve, reject) => {
      const refusal = this.#whyNot(frame)
      if (refusal !== null) throw refusal
      const bytes = this.#options.framing.encode(frame)
      const id = this.#options.idOf?.(frame) ?? `#${++this.#requests}`
      const timer = this.#env.timers.after(timeout, () => {
        this.#giveUp(request, new RequestError('timeout', request.isSent, this.#about))
      })
      const settle = (result: F | RequestError): void => {
        timer.cancel()
        request.isOver = true
        if (result instanceof RequestError) reject(result)
        else resolve(result)
      }
      const request: Request<F> = { bytes, id, isSent: false, isOver: false, settle }
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

  #whyNot(frame: F): RequestError | null {
    if (this.#isClosed) return new RequestError('closed', false, this.#about)
    if (this.#open.size >= (this.#options.openMax ?? 1000))
      return new RequestError('overloaded', false, this.#about)
    const id = this.#options.idOf?.(frame) ?? null
    if (id !== null && this.#open.has(id)) throw new RangeError(`request ${id}: its id is open already`)
    return null
  }

  /** Where answers come in order, one that is on its way keeps its place until its answer has come. */
  #giveUp(request: Request<F>, error: RequestError): void {
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
      for (const request of this.#open.values()) this.#send(connection, request)
      this.#env.spawn(() => this.#receive(connection))
    } catch (error) {
      if (!(error instanceof NetError)) throw error
      await this.#env.sleep(this.#backoff.next())
    }
  }

  #send(connection: Connection, request: Request<F>): void {
    request.isSent = true
    // A connection that breaks here breaks for the one who reads as well, who sees to the rest.
    connection.write(request.bytes).catch(() => undefined)
  }

  async #receive(connection: Connection): Promise<void> {
    const decoder = this.#options.framing.decoder()
    try {
      for await (const bytes of connection) for (const frame of decoder.push(bytes)) this.#take(frame)
      connection.end()
    } catch (error) {
      if (!(error instanceof NetError || error instanceof FramingError)) throw error
      this.#env.log.info('connection broke', { remote: connection.remote, error: error.message })
      connection.reset()
    }
    if (this.#connection === connection) this.#lose()
  }

  #take(frame: F): void {
    this.#backoff.reset()
    const request = this.#requestOf(frame)
    if (request !== undefined) this.#open.delete(request.id)
    if (request === undefined || request.isOver) this.#options.onFrame?.(frame)
    else request.settle(frame)
  }

  #requestOf(frame: F): Request<F> | undefined {
    const { idOf } = this.#options
    if (idOf === undefined) return this.#open.values().next().value
    const id = idOf(frame)
    return id === null ? undefined : this.#open.get(id)
  }

  #lose(): void {
    this.#connection = null
    this.#rejectAll((request) => request.isSent, 'broken')
    if (this.#open.size > 0) this.#connect()
  }

  #rejectAll(which: (request: Request<F>) => boolean, why: 'broken' | 'closed'): void {
    for (const request of [...this.#open.values()].filter(which)) {
      this.#open.delete(request.id)
      if (!request.isOver) request.settle(new RequestError(why, request.isSent, this.#about))
    }
  }

  get #about(): string {
    return `${this.#options.host}:${this.#options.port}`
  }
}
