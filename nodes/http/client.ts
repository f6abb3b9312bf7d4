// An HTTP/1.1 client over the sockets of an env: connections that are used again, redirects, and retries of what may be sent
// twice.

import { HttpClientError } from './client-error.ts'
import {
  addressOf,
  firstHop,
  type Hop,
  type HttpClientRequest,
  isIdempotentMethod,
  isRepeatable,
  nextHop,
} from './client-request.ts'
import { HttpClientResponse } from './client-response.ts'
import { type ClientSettings, clientSettings, type HttpClientOptions } from './client-settings.ts'
import { clientError, Exchange } from './exchange.ts'
import { readHttpDate } from './read-http-date.ts'
import { type Duration, type Env, type Instant, seconds } from '../../sim/index.ts'
import { BackoffWaits } from '../resilience/index.ts'
import { ConnectionPool, type Lease } from '../transport/index.ts'

/** How much of the body of an answer that is not wanted is read over, so that its connection can be used again. */
const unwantedMax = 64 * 1024
/** The longest `Retry-After` that is waited for. */
const retryAfterMax = seconds(60)

/** What one request has left. */
interface Budget {
  readonly due: Instant
  redirects: number
  retries: number
  readonly backoff: BackoffWaits
}

/** An HTTP client of one program. */
export class HttpClient {
  readonly #env: Env
  readonly #settings: ClientSettings
  readonly #pool: ConnectionPool

  constructor(env: Env, options: HttpClientOptions = {}) {
    this.#env = env
    this.#settings = clientSettings(options)
    this.#pool = new ConnectionPool(env, this.#settings.pool)
  }

  /**
   * Sends a request; resolves with the head of its response, whose body is still to be read. Follows redirects. Tries again
   * where that can do no harm: when no connection could be made, and, of idempotent requests whose bodies are no streams,
   * when the connection broke, the response took too long, or was 503. Rejects with an HttpClientError.
   */
  async request(request: HttpClientRequest): Promise<HttpClientResponse> {
    const { timeout, redirectsMax, retriesMax, backoff } = { ...this.#settings, ...definedOf(request) }
    const budget: Budget = {
      due: (this.#env.clock.monotonic() + timeout) as Instant,
      redirects: redirectsMax,
      retries: retriesMax,
      backoff: new BackoffWaits(backoff, this.#env.randomFor('http-client')),
    }
    for (let hop = firstHop(request); ;) {
      const response = await this.#ask(hop, request, budget)
      const next = redirectsMax === 0 ? null : nextHop(hop, response.status, response.headers.get('location'))
      if (next === null) return response
      await readOver(response)
      if (budget.redirects-- === 0)
        throw new HttpClientError(
          'too-many-redirects',
          `got more than ${redirectsMax}, the last one to ${next.url.href}`,
        )
      hop = next
    }
  }

  /** How many connections there are, in use and idle. */
  get connections(): number {
    return this.#pool.size
  }

  /** Ends idle connections now, and others when their responses are read. */
  close(): void {
    this.#pool.close()
  }

  /** Asks in one place, as often as it may. */
  async #ask(hop: Hop, request: HttpClientRequest, budget: Budget): Promise<HttpClientResponse> {
    for (;;) {
      const outcome = await this.#try(hop, request, budget)
      const wait = this.#waitBeforeRetry(outcome, hop, request, budget)
      if (wait !== null) {
        budget.retries--
        if (outcome.kind === 'response') await readOver(outcome.response)
        if (wait > 0) await this.#env.sleep(wait)
      } else if (outcome.kind === 'response') return outcome.response
      else throw outcome.error
    }
  }

  async #try(hop: Hop, request: HttpClientRequest, budget: Budget): Promise<Outcome> {
    let lease: Lease
    try {
      lease = await this.#connect(hop, budget)
    } catch (error) {
      return { kind: 'failure', error: connectError(error, hop), isUnsent: true, isStale: false }
    }
    const { expectsContinue = false, trailers } = request
    const exchange = new Exchange(
      this.#env,
      lease,
      { hop, expectsContinue, trailers, due: budget.due },
      this.#settings,
    )
    try {
      const response = new HttpClientResponse(exchange, await exchange.run(), hop.url.href)
      await response.begin()
      return { kind: 'response', response }
    } catch (error) {
      const isStale = lease.isReused && !exchange.hasBytes
      return { kind: 'failure', error: clientError(error), isUnsent: false, isStale }
    }
  }

  #connect({ url }: Hop, { due }: Budget): Promise<Lease> {
    const left = due - this.#env.clock.monotonic()
    if (left <= 0) return Promise.reject(new HttpClientError('timeout', 'the whole request took too long'))
    const { host, port } = addressOf(url)
    return this.#pool.take(host, port, Math.min(left, this.#settings.connectTimeout) as Duration)
  }

  /** How long to wait before it is tried again; null where it is not. */
  #waitBeforeRetry(outcome: Outcome, hop: Hop, request: HttpClientRequest, budget: Budget): Duration | null {
    if (budget.retries === 0 || !isRepeatable(hop.body)) return null
    const isIdempotent = request.isIdempotent ?? isIdempotentMethod(hop.method)
    const left = budget.due - this.#env.clock.monotonic()
    const wait =
      outcome.kind === 'response'
        ? this.#waitAfterResponse(outcome.response, isIdempotent, budget)
        : this.#waitAfterFailure(outcome, isIdempotent, budget)
    return wait !== null && wait < left ? wait : null
  }

  #waitAfterResponse(
    { status, headers }: HttpClientResponse,
    isIdempotent: boolean,
    { backoff }: Budget,
  ): Duration | null {
    if (status !== 503 || !isIdempotent) return null
    const told = this.#retryAfter(headers.get('retry-after'))
    if (told === null) return backoff.next()
    return told <= retryAfterMax ? (Math.max(told, backoff.next()) as Duration) : null
  }

  /** How long one is told to wait: seconds, or a date by this node's clock (RFC 9110, section 10.2.3). */
  #retryAfter(text: string | null): Duration | null {
    if (text === null) return null
    if (/^[0-9]{1,6}$/.test(text)) return seconds(Number(text))
    const date = readHttpDate(text)
    return date === null ? null : (Math.max(0, seconds(date) - this.#env.clock.wall()) as Duration)
  }

  #waitAfterFailure(
    outcome: Outcome & { kind: 'failure' },
    isIdempotent: boolean,
    { backoff }: Budget,
  ): Duration | null {
    if (outcome.error.kind === 'bad-request' || outcome.error.kind === 'bad-response') return null
    if (!outcome.isUnsent && !isIdempotent) return null
    // A connection that the server had ended already says nothing of the server: another one, at once.
    return outcome.isStale ? (0 as Duration) : backoff.next()
  }
}

type Outcome =
  | { readonly kind: 'response'; readonly response: HttpClientResponse }
  | {
      readonly kind: 'failure'
      readonly error: HttpClientError
      /** Whether nothing of the request can have reached the server. */
      readonly isUnsent: boolean
      readonly isStale: boolean
    }

function connectError(error: unknown, { url }: Hop): HttpClientError {
  if (error instanceof HttpClientError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new HttpClientError('no-connection', `${url.host}: ${message}`, { cause: error })
}

/** Reads over a body that is not wanted, if it is short. */
async function readOver(response: HttpClientResponse): Promise<void> {
  let left = unwantedMax
  try {
    for await (const bytes of response.body) if ((left -= bytes.length) < 0) break
  } catch {
    // What is not wanted may as well be missing.
  }
}

/** What a request says itself, without what it leaves to the client. */
function definedOf(
  request: HttpClientRequest,
): Pick<HttpClientRequest, 'timeout' | 'redirectsMax' | 'retriesMax'> {
  const { timeout, redirectsMax, retriesMax } = request
  return {
    ...(timeout === undefined ? {} : { timeout }),
    ...(redirectsMax === undefined ? {} : { redirectsMax }),
    ...(retriesMax === undefined ? {} : { retriesMax }),
  }
}
