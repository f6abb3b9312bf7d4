// The program behind `faultline http`: asks once and passes the answer on, or asks many times and counts.

import type { HttpClientOptions, HttpClientRequest, HttpClientResponse } from '../nodes/http/index.ts'
import { HttpClient, HttpClientError } from '../nodes/http/index.ts'
import { type HttpLoad, LatencyHistogram } from '../reports/index.ts'
import type { Env, Program } from '../sim/index.ts'

/** How one request ended. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'unanswered'; readonly error: HttpClientError }

/** How a response is shown. */
export interface Shown {
  readonly head: (response: HttpClientResponse) => Promise<void>
  readonly bytes: (bytes: Uint8Array) => Promise<void>
}

/** Asks once. Bytes are read no faster than they are shown. */
export function askOnce(
  request: HttpClientRequest,
  options: HttpClientOptions,
  shown: Shown,
  done: (answer: Answer) => void,
): Program {
  return async (env) => {
    const client = new HttpClient(env, options)
    try {
      const response = await client.request(request)
      await shown.head(response)
      for await (const bytes of response.body) await shown.bytes(bytes)
      done({ kind: 'answered', status: response.status })
    } catch (error) {
      if (!(error instanceof HttpClientError)) throw error
      done({ kind: 'unanswered', error })
    }
    client.close()
    env.exit()
  }
}

/** How often it is asked, and by how many at a time. */
export interface Load {
  readonly repeat: number
  readonly concurrency: number
}

/** Asks many times; `done` also when it is stopped before. */
export function askOften(
  request: HttpClientRequest,
  options: HttpClientOptions,
  { repeat, concurrency }: Load,
  done: (load: HttpLoad) => void,
): Program {
  return async (env) => {
    const client = new HttpClient(env, {
      ...options,
      pool: { perAddressMax: concurrency, idleMax: concurrency },
    })
    const tally = new Tally(env)
    let begun = 0
    const work = async (): Promise<void> => {
      while (begun < repeat && !env.signal.aborted) {
        begun++
        await tally.count(client, request)
      }
    }
    await Promise.all(Array.from({ length: Math.min(concurrency, repeat) }, work))
    done(tally.result())
    client.close()
    env.exit()
  }
}

class Tally {
  readonly #clock: Env['clock']
  readonly #since: number
  readonly #latency = new LatencyHistogram()
  readonly #statuses = new Map<number, number>()
  readonly #failures = new Map<string, number>()
  #bytes = 0

  constructor(env: Env) {
    this.#clock = env.clock
    this.#since = env.clock.monotonic()
  }

  async count(client: HttpClient, request: HttpClientRequest): Promise<void> {
    const begun = this.#clock.monotonic()
    try {
      const response = await client.request(request)
      for await (const bytes of response.body) this.#bytes += bytes.length
      this.#statuses.set(response.status, (this.#statuses.get(response.status) ?? 0) + 1)
    } catch (error) {
      if (!(error instanceof HttpClientError)) throw error
      this.#failures.set(error.kind, (this.#failures.get(error.kind) ?? 0) + 1)
    }
    this.#latency.add(this.#clock.monotonic() - begun)
  }

  result(): HttpLoad {
    return {
      seconds: (this.#clock.monotonic() - this.#since) / 1e9,
      bytes: this.#bytes,
      latency: this.#latency,
      statuses: this.#statuses,
      failures: this.#failures,
    }
  }
}
