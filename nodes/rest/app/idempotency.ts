// Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a request that is sent again under its key is answered as it was
// the first time, and carried out once.

import { createHash } from 'node:crypto'

import { Problem } from './problem.ts'
import type { IdempotencyMark } from './route.ts'
import { Fields, type HttpRequest, type HttpResponse } from '../../http/index.ts'
import { after, type Clock, type Duration, type Instant, minutes } from '../../../sim/index.ts'

/** An answer that was given under a key. */
export interface StoredResponse {
  /** Of the request: another one under the same key is a mistake of the client. */
  readonly fingerprint: string
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/**
 * Where answers are kept, by a name that is made of route and key. What a handler does and what is kept here should become
 * durable together: an answer that is kept apart can be lost in a crash, after which the request is carried out again.
 */
export interface IdempotencyStore {
  find(name: string): StoredResponse | null | Promise<StoredResponse | null>
  keep(name: string, stored: StoredResponse): void | Promise<void>
}

/** Keeps answers in memory: so many, so long, and not across restarts. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  readonly #clock: Clock
  readonly #entriesMax: number
  readonly #lifetime: Duration
  // In the order in which they were kept, which is that in which they expire.
  readonly #entries = new Map<string, { readonly stored: StoredResponse; readonly until: Instant }>()

  constructor(clock: Clock, entriesMax = 10_000, lifetime: Duration = minutes(24 * 60)) {
    this.#clock = clock
    this.#entriesMax = entriesMax
    this.#lifetime = lifetime
  }

  get size(): number {
    return this.#entries.size
  }

  find(name: string): StoredResponse | null {
    this.#forgetExpired()
    return this.#entries.get(name)?.stored ?? null
  }

  keep(name: string, stored: StoredResponse): void {
    this.#forgetExpired()
    this.#entries.delete(name)
    this.#entries.set(name, { stored, until: after(this.#clock.monotonic(), this.#lifetime) })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#entriesMax && oldest !== undefined) this.#entries.delete(oldest)
  }

  #forgetExpired(): void {
    for (const [name, { until }] of this.#entries) {
      if (until > this.#clock.monotonic()) return
      this.#entries.delete(name)
    }
  }
}

/** What is to be carried out once. */
export interface KeyedRequest {
  readonly request: HttpRequest
  readonly key: string
  readonly body: Uint8Array
}

/** Carries requests out once for each key. */
export class Idempotency {
  readonly #store: IdempotencyStore
  /** Fingerprints of what is being carried out, by name: no more than there are requests. */
  readonly #running = new Map<string, string>()

  constructor(store: IdempotencyStore) {
    this.#store = store
  }

  /**
   * Answers as before, or carries out and keeps the answer, unless it says that the server failed (5xx): that may be tried again.
   * Throws the Problems 409 (the first is not done yet) and 422 (another request under the same key).
   */
  async answer(
    { name, fingerprint }: IdempotencyMark,
    carryOut: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    const running = this.#running.get(name)
    if (running !== undefined) throw running === fingerprint ? inProgress() : reused()
    this.#running.set(name, fingerprint)
    try {
      const stored = await this.#store.find(name)
      if (stored !== null) {
        if (stored.fingerprint !== fingerprint) throw reused()
        return { status: stored.status, headers: new Fields(stored.headers), body: stored.body }
      }
      const response = await carryOut()
      const { status, headers, body = '' } = response
      if (status < 500 && typeof body === 'string')
        await this.#store.keep(name, { fingerprint, status, headers: [...headers], body })
      return response
    } finally {
      this.#running.delete(name)
    }
  }
}

function inProgress(): Problem {
  return new Problem(409, 'the first request under this Idempotency-Key is not answered yet', {
    headers: [['Retry-After', '1']],
  })
}

function reused(): Problem {
  return new Problem(422, 'this Idempotency-Key was used for another request')
}

/** What a request is known by: its route and key, and what tells it from another one under the same key. */
export function markOf({ request: { method, target }, key, body }: KeyedRequest): IdempotencyMark {
  const name = `${method} ${target.split('?', 1)[0] ?? ''} ${key}`
  const fingerprint = createHash('sha256').update(`${method} ${target}\n`).update(body).digest('base64url')
  return { key, name, fingerprint }
}

/**
 * The key of a request; null when it has none. The draft wants a quoted string; a bare one, which many clients send, is taken
 * for the same. Throws the Problem 400.
 */
export function readKey(request: HttpRequest, lengthMax: number): string | null {
  const fields = request.headers.getAll('idempotency-key')
  const [field] = fields
  if (field === undefined) return null
  const [, quoted, bare] = /^(?:"((?:[ !#-[\]-~]|\\["\\])*)"|([!#-+\--:<-~]+))$/.exec(field.trim()) ?? []
  const key = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? ''
  if (fields.length > 1 || key === '' || key.length > lengthMax)
    throw new Problem(400, `Idempotency-Key has to be one quoted string of 1 to ${lengthMax} characters`)
  return key
}
