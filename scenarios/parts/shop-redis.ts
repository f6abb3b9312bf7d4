// The way of a shop's servers to Redis: to whoever leads, over connections that one piece of work has to itself, as WATCH and
// MULTI belong to a connection; guarded by a deadline, retries within a budget, a breaker and a bulkhead.

import { RedisClient, redisPort, type Reply } from '../../nodes/redis/index.ts'
import {
  breakerLayer,
  bulkheadLayer,
  type CallContext,
  type CallOutcome,
  type Deadline,
  deadlineLayer,
  type Layer,
  policy,
  RefusedError,
  remaining,
  RetryBudget,
  retryLayer,
} from '../../nodes/resilience/index.ts'
import { RequestError } from '../../nodes/transport/index.ts'
import { type Duration, type Env, ms, seconds } from '../../sim/index.ts'

/** Connections at once to Redis, and pieces of work that wait for one. */
const [connectionsMax, waitingMax] = [16, 64]
/** How long one reply is waited for, and the whole work with its retries unless its caller waits less long. */
const [patience, workMax] = [ms(400), seconds(1)]

/** Redis answered with an error: it does not lead, it is loading, it takes no writes. */
export class RedisRefusal extends Error {
  override readonly name = 'RedisRefusal'
}

/** A watched key has changed, or the connection that watched is gone: nothing was done. */
export class RedisConflict extends Error {
  override readonly name = 'RedisConflict'
}

/** Whether Redis could not be had; anything else is an error of the shop's own. */
export function isUnavailable(error: unknown): boolean {
  return [RedisRefusal, RedisConflict, RequestError, RefusedError].some((kind) => error instanceof kind)
}

/** Redis, as one program sees it. */
export class ShopRedis {
  readonly #env: Env
  readonly #hosts: readonly string[]
  readonly #guard: Layer
  readonly #idle: RedisClient[] = []
  #place = 0

  /** `hosts` are the replicas of which one leads; or the one server that there is. */
  constructor(env: Env, hosts: readonly string[]) {
    this.#env = env
    this.#hosts = hosts
    this.#guard = guardOf(env)
  }

  /**
   * Does a piece of work on a connection of its own. The work may be done again from its beginning, also when nobody knows
   * whether it was done: it has to be such that this does no harm. Rejects with what `isUnavailable` knows.
   */
  use<T>(context: CallContext, work: (session: RedisSession) => Promise<T>): Promise<T> {
    return this.#guard(({ deadline }) => this.#attempt(deadline, work))(context)
  }

  async #attempt<T>(deadline: Deadline | null, work: (session: RedisSession) => Promise<T>): Promise<T> {
    const place = this.#place
    const idle = this.#idle.pop()
    const client = idle ?? this.#connect()
    try {
      const session = new RedisSession(this.#env, client, deadline)
      if (idle === undefined) await demandLeader(session)
      const result = await work(session)
      await session.end()
      this.#idle.push(client)
      return result
    } catch (error) {
      client.close()
      // After a conflict the server is as good as before; otherwise it is time to look for another one.
      if (!(error instanceof RedisConflict) && place === this.#place) this.#leave()
      throw error
    }
  }

  #connect(): RedisClient {
    const host = this.#hosts[this.#place % this.#hosts.length] ?? ''
    return new RedisClient(this.#env, {
      host,
      port: redisPort,
      connectTimeout: patience,
      silenceMax: patience,
      backoff: { base: ms(10), max: ms(100) },
    })
  }

  #leave(): void {
    this.#place++
    for (const client of this.#idle.splice(0)) client.close()
  }
}

/** A connection to Redis while one piece of work has it. */
export class RedisSession {
  readonly #env: Env
  readonly #client: RedisClient
  readonly #deadline: Deadline | null
  /** The connection that watches; null while none does. */
  #watching: number | null = null

  constructor(env: Env, client: RedisClient, deadline: Deadline | null) {
    this.#env = env
    this.#client = client
    this.#deadline = deadline
  }

  /** Sends a command. Rejects with a RequestError or RedisRefusal. */
  async call(...args: readonly string[]): Promise<Reply> {
    const reply = await this.#client.call(args, this.#left)
    if (reply.kind === 'error') throw new RedisRefusal(reply.text)
    return reply
  }

  /** The texts of some keys (null where there is none), watched from before they are read until `commit` or `end`. */
  async watch(...keys: readonly string[]): Promise<readonly (string | null)[]> {
    const [, values] = await Promise.all([this.call('WATCH', ...keys), this.call('MGET', ...keys)])
    this.#watching = this.#client.connectionNumber
    return textsOf(values)
  }

  /** Executes commands together, or rejects with a RedisConflict when what was watched has changed. */
  async commit(...commands: readonly (readonly string[])[]): Promise<readonly Reply[]> {
    // A connection that came in place of the one that watched would let everything through.
    if (this.#watching !== null && this.#watching !== this.#client.connectionNumber)
      throw new RedisConflict('the connection that watched is gone')
    this.#watching = null
    const replies = await Promise.all(
      [['MULTI'], ...commands, ['EXEC']].map((command) => this.call(...command)),
    )
    const result = replies.at(-1)
    if (result === undefined || !('items' in result)) throw new RedisConflict('a watched key has changed')
    return result.items
  }

  /** The next piece of work begins with nothing watched. */
  async end(): Promise<void> {
    if (this.#watching !== null) await this.call('UNWATCH')
  }

  get #left(): Duration {
    if (this.#deadline === null) return patience
    return Math.min(patience, remaining(this.#deadline, this.#env.clock.monotonic())) as Duration
  }
}

/** The texts of a list of replies, null for what is none. */
export function textsOf(reply: Reply | undefined): readonly (string | null)[] {
  if (reply === undefined || !('items' in reply)) return []
  return reply.items.map((item) => ('text' in item ? item.text : null))
}

async function demandLeader(session: RedisSession): Promise<void> {
  const [role] = textsOf(await session.call('ROLE'))
  if (role !== 'master') throw new RedisRefusal('it does not lead')
}

function guardOf(env: Env): Layer {
  const name = 'redis'
  return policy(
    deadlineLayer(env, { name, timeout: workMax }),
    retryLayer(env, {
      name,
      attemptsMax: 6,
      backoff: { jitter: 'full', base: ms(10), max: ms(200) },
      budget: new RetryBudget({ ratio: 0.5, perSecondMin: 5 }),
      failure: (error) => ({ isRetryable: isUnavailable(error) && !(error instanceof RefusedError) }),
    }),
    breakerLayer(env, {
      name,
      window: { kind: 'count', calls: 20 },
      openFor: ms(250),
      outcome: (error): CallOutcome => (error instanceof RedisConflict ? 'success' : 'failure'),
    }),
    bulkheadLayer(env, { name, concurrencyMax: connectionsMax, queueMax: waitingMax }),
  )
}
