// Publishes what a server was asked and what it answered, for invariants over a log from production: two probes a request, and
// no more requests a second than a bound, so that neither the log nor the server suffers from load.

import { createHash } from 'node:crypto'

import type { HttpResponse } from './message.ts'
import type { RequestHead } from './request-parser.ts'
import { type DataRecord, type Duration, type Env, type Instant, seconds } from '../../sim/index.ts'

/** How requests are published. */
export interface RequestLogOptions {
  /** Requests a second of which anything is published (default 1,000). Of the others only their number is. */
  readonly perSecondMax?: number
}

/** How much of a target or key is published. */
const textMax = 200
const period: Duration = seconds(1)

/**
 * Publishes requests as probes:
 * `http.request` `{id, connection, method, target, key?}`, once its head has arrived: `id` counts from 1 in each incarnation, `key` is
 * its Idempotency-Key;
 * `http.response` `{id, status, isWhole, answer?}`, once it is written or never will be: `status` is null where nothing was answered,
 * `isWhole` false where the answer broke off, `answer` a hash of the body under a key;
 * `http.unlogged` `{count}`: so many requests of the second before were left out.
 */
export class RequestLog {
  readonly #env: Env
  readonly #perSecondMax: number
  #id = 0
  #periodEnd = 0
  #published = 0
  #left = 0

  constructor(env: Env, { perSecondMax = 1000 }: RequestLogOptions = {}) {
    this.#env = env
    this.#perSecondMax = perSecondMax
    env.onStop(() => {
      this.#tellLeft()
    })
  }

  /** A request that has begun; null where it is left out. */
  begin(connection: number, { method, target, headers }: RequestHead): RequestEntry | null {
    const id = ++this.#id
    if (!this.#admits(this.#env.clock.monotonic())) return null
    const key = headers.get('idempotency-key')
    this.#env.probe('http.request', {
      id,
      connection,
      method,
      target: target.slice(0, textMax),
      ...(key === null ? {} : { key: key.slice(0, textMax) }),
    })
    return new RequestEntry(this.#env, id, key !== null)
  }

  #admits(now: Instant): boolean {
    if (now >= this.#periodEnd) {
      this.#periodEnd = now + period
      this.#published = 0
      this.#tellLeft()
    }
    if (this.#published < this.#perSecondMax) {
      this.#published++
      return true
    }
    this.#left++
    return false
  }

  #tellLeft(): void {
    if (this.#left > 0) this.#env.probe('http.unlogged', { count: this.#left })
    this.#left = 0
  }
}

/** One request that is published. */
export class RequestEntry {
  readonly #env: Env
  readonly #id: number
  readonly #isKeyed: boolean
  #said: DataRecord = { status: null }

  constructor(env: Env, id: number, isKeyed: boolean) {
    this.#env = env
    this.#id = id
    this.#isKeyed = isKeyed
  }

  /** What is about to be answered; the last one counts. */
  answers(response: HttpResponse): void {
    const { status } = response
    this.#said = this.#isKeyed ? { status, ...answerOf(response) } : { status }
  }

  /** The connection speaks another protocol from here on. */
  switched(): void {
    this.#said = { status: 101 }
  }

  /** It is answered, or never will be. */
  end(isWhole: boolean): void {
    this.#env.probe('http.response', {
      id: this.#id,
      isWhole: isWhole && this.#said['status'] !== null,
      ...this.#said,
    })
  }
}

/** What tells an answer from another one; nothing where it is streamed, or coded as this client wanted it. */
function answerOf({ body = '', headers }: HttpResponse): { readonly answer?: string } {
  if ((typeof body === 'object' && !(body instanceof Uint8Array)) || headers.has('content-encoding'))
    return {}
  return { answer: createHash('sha256').update(body).digest('base64url').slice(0, 16) }
}
