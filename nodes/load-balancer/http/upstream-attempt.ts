// One attempt to have a request answered by one back-end: a connection, the exchange on it, and another connection where the
// back-end had ended the first.
//
// A back-end may end a connection that was used before just as a request leaves on it. What got no byte of answer there is sent
// again, once, on a new connection to the same back-end (RFC 9112, section 9.3.1); that says nothing against the back-end, and costs
// no retry of the budget. It holds for idempotent methods of whose bodies all is still here. Of others nobody can tell whether they
// were carried out before the end came, and a proxy must not repeat them (RFC 9110, section 9.2.2): they are answered with 502, as
// nginx does. HAProxy ends the client's connection instead, so that it decides itself, which programs with a POST rarely do.

import type { RequestRecord } from './access-log.ts'
import type { Presence } from './presence.ts'
import { UpstreamError, upstreamError } from './upstream-error.ts'
import {
  UpstreamExchange,
  type UpstreamListener,
  type UpstreamOrder,
  type UpstreamSetting,
} from './upstream-exchange.ts'
import type { Backend, BackendPool, Use, Verdict } from '../backends/index.ts'
import type { Duration } from '../../../sim/index.ts'
import type { ResponseHead } from '../../http/index.ts'
import { type ConnectionPool, type Lease, RequestError } from '../../transport/index.ts'

/** What attempts work with. */
export interface AttemptSetting {
  readonly pool: BackendPool
  readonly connections: ConnectionPool
  readonly connectTimeout: Duration
  readonly exchange: UpstreamSetting
}

/** What is attempted. */
export interface AttemptOrder {
  readonly backend: Backend
  readonly request: UpstreamOrder
  readonly isIdempotent: boolean
  readonly client: Presence
  /** What notes it, where requests are published. */
  readonly record: RequestRecord | null
  readonly onInterim: (head: ResponseHead) => void
  /** Told once of an attempt that had a response and was not given up: of its status, and of what ended it. */
  readonly onEnd: (status: number, error: UpstreamError | null) => void
}

/** What an attempt came to. */
export type Attempt =
  | {
      readonly kind: 'response'
      readonly head: ResponseHead
      /** Has the rest of it. */
      readonly exchange: UpstreamExchange
      /** Another back-end is asked instead. */
      readonly giveUp: () => void
    }
  | {
      readonly kind: 'failure'
      readonly error: UpstreamError
      /** Whether nothing of the request can have reached the back-end. */
      readonly isUnsent: boolean
    }

/** Attempts it. A client that goes meanwhile ends it: what waits for a connection, and what the back-end is doing. */
export function attempt(setting: AttemptSetting, order: AttemptOrder): Promise<Attempt> {
  return new UpstreamAttempt(setting, order).run()
}

class UpstreamAttempt implements UpstreamListener {
  readonly #setting: AttemptSetting
  readonly #order: AttemptOrder
  readonly #use: Use
  #exchange: UpstreamExchange | null = null
  /** What takes a request out of the row of those that wait for a connection. */
  #withdraw: (() => void) | null = null
  /** Why it is to end, whatever it is doing. */
  #stoppedBy: UpstreamError | null = null
  #status = 0
  #isGivenUp = false

  constructor(setting: AttemptSetting, order: AttemptOrder) {
    this.#setting = setting
    this.#order = order
    order.record?.asks(order.backend.name)
    this.#use = setting.pool.begin(order.backend, () => {
      this.#stop(new UpstreamError('broken', 'the back-end was taken away'))
    })
    order.client.tell(({ message }) => {
      this.#stop(new UpstreamError('unwanted', message))
    })
  }

  async run(): Promise<Attempt> {
    const lease = this.#idleLease() ?? (await this.#lease())
    if (lease instanceof UpstreamError) return this.#unsent(lease)
    const first = await this.#ask(lease)
    if (this.#exchange?.isStale !== true || first.kind === 'response') return first
    if (!this.#maySendAgain) {
      lease.discard()
      this.#use.end('none')
      const { message } = first.error
      return { ...first, error: new UpstreamError('stale', message, { cause: first.error }) }
    }
    const fresh = await this.#opened(() => lease.renew(this.#setting.connectTimeout))
    return fresh instanceof UpstreamError ? this.#unsent(fresh) : this.#ask(fresh)
  }

  onSent(count: number): void {
    this.#order.backend.counts.sent += count
    this.#order.record?.sends(count)
  }

  onReceived(count: number): void {
    this.#order.backend.hear(count)
    this.#order.record?.receives(count)
  }

  onInterim(head: ResponseHead): void {
    this.#order.backend.hear(0)
    this.#order.onInterim(head)
  }

  onOver(error: UpstreamError | null): void {
    const status = this.#status
    this.#use.end(this.#verdict(error))
    if (status > 0 && !this.#isGivenUp) this.#order.onEnd(status, error)
  }

  #verdict(error: UpstreamError | null): Verdict {
    if (this.#status >= 500 || (error !== null && error.kind !== 'unwanted')) return 'failed'
    if (this.#status > 0) return 'answered'
    return this.#exchange?.isSent === true ? 'abandoned' : 'none'
  }

  get #maySendAgain(): boolean {
    const { isIdempotent, request } = this.#order
    return isIdempotent && (request.body === null || request.body.isRepeatable)
  }

  /** What almost all get. */
  #idleLease(): Lease | null {
    if (this.#stoppedBy !== null) return null
    const { host, port } = this.#order.backend.spec
    return this.#setting.connections.takeIdle(host, port)
  }

  #lease(): Promise<Lease | UpstreamError> {
    const { connections, connectTimeout } = this.#setting
    const { host, port } = this.#order.backend.spec
    return this.#opened(() =>
      connections.take(host, port, connectTimeout, (withdraw) => {
        this.#withdraw = withdraw
      }),
    )
  }

  async #opened(open: () => Promise<Lease>): Promise<Lease | UpstreamError> {
    try {
      const lease = this.#stoppedBy ?? (await open())
      if (this.#stoppedBy === null || lease instanceof UpstreamError) return lease
      // Nothing was said on it.
      lease.giveBack()
      return this.#stoppedBy
    } catch (error) {
      const kind = error instanceof RequestError ? 'overloaded' : 'no-connection'
      // Who gets no connection has found that out, whether or not somebody still waits for it.
      if (this.#stoppedBy !== null && kind === 'no-connection') this.#use.end('failed')
      if (this.#stoppedBy !== null) return this.#stoppedBy
      return new UpstreamError(kind, `${this.#order.backend.name}: ${String(error)}`)
    }
  }

  async #ask(lease: Lease): Promise<Attempt> {
    const order = this.#order.request
    const { clock } = this.#setting.exchange.env
    const since = clock.monotonic()
    const exchange = new UpstreamExchange(this.#setting.exchange, { lease, order, listener: this })
    this.#exchange = exchange
    try {
      const head = await exchange.run()
      this.#status = head.status
      this.#order.backend.answer(head.status, clock.monotonic() - since)
      this.#order.record?.hears(head.status)
      const giveUp = (): void => {
        this.#isGivenUp = true
        exchange.give(new UpstreamError('unwanted', 'another back-end is asked'))
      }
      return { kind: 'response', head, exchange, giveUp }
    } catch (error) {
      return { kind: 'failure', error: upstreamError(error), isUnsent: false }
    }
  }

  #unsent(error: UpstreamError): Attempt {
    this.#use.end(error.kind === 'overloaded' || error.kind === 'unwanted' ? 'none' : 'failed')
    return { kind: 'failure', error, isUnsent: true }
  }

  #stop(error: UpstreamError): void {
    this.#stoppedBy ??= error
    this.#withdraw?.()
    this.#exchange?.give(error)
  }
}
