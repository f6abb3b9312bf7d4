// What became of each request, as a probe, for whoever wants to know of single ones: metrics only tell of all together.

import type { Ending } from '../admin/balancer-metrics.ts'
import type { Balancer } from '../relay/connecting.ts'
import { inMilliseconds } from '../relay/connection-log.ts'
import type { HttpRequest } from '../../http/index.ts'

/** How much of a target is published. */
const targetMax = 1000

/**
 * One request. Once it has ended, and only once, it is published as `lb.request` with `{ method, target, status, backend, ending, tookMs,
 * headMs, attempts, sent, received, client, id? }`: `status` is what the client was told, null where nothing was; `backend` the last that was
 * asked, null where none was; `tookMs` and `headMs` say how long after the head of the request all was over, and the head of the response had
 * come from the back-end (null where none came); `sent` and `received` are bytes of bodies, of the last attempt.
 */
export class RequestRecord {
  readonly #balancer: Pick<Balancer, 'env'>
  readonly #request: HttpRequest
  readonly #id: string | null
  readonly #since: number
  #backend: string | null = null
  #attempts = 0
  #sent = 0
  #received = 0
  #status: number | null = null
  #head: number | null = null
  #isOver = false

  constructor(
    balancer: Pick<Balancer, 'env'>,
    about: { readonly request: HttpRequest; readonly id: string | null; readonly since: number },
  ) {
    this.#balancer = balancer
    this.#request = about.request
    this.#id = about.id
    this.#since = about.since
  }

  /** A back-end is asked; `attempts` more than one where others were before it in the same step. */
  asks(backend: string, attempts = 1): void {
    this.#backend = backend
    this.#attempts += attempts
    this.#sent = this.#received = 0
  }

  sends(bytes: number): void {
    this.#sent += bytes
  }

  receives(bytes: number): void {
    this.#received += bytes
  }

  /** The head of a response has come. */
  hears(status: number): void {
    this.#status = status
    this.#head = this.#balancer.env.clock.monotonic()
  }

  /** It is over. `status` is what the client is told, where that is not what the back-end said. */
  end(ending: Ending, status: number | null = this.#status): void {
    if (this.#isOver) return
    this.#isOver = true
    const { env } = this.#balancer
    const { remote, method, target } = this.#request
    env.probe('lb.request', {
      method,
      target: target.slice(0, targetMax),
      status,
      backend: this.#backend,
      ending,
      tookMs: inMilliseconds(env.clock.monotonic() - this.#since),
      headMs: this.#head === null ? null : inMilliseconds(this.#head - this.#since),
      attempts: this.#attempts,
      sent: this.#sent,
      received: this.#received,
      client: remote,
      ...(this.#id === null ? {} : { id: this.#id }),
    })
  }
}

/** What notes a request; null where none is published (`accessLog`). */
export function recordOf(
  balancer: Balancer,
  about: { readonly request: HttpRequest; readonly id: string | null; readonly since: number },
): RequestRecord | null {
  return balancer.settings.accessLog ? new RequestRecord(balancer, about) : null
}
