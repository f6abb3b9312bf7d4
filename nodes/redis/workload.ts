// A client that scenarios judge servers by: it reads and writes a few keys, and tells the history honestly how each call
// ended. A write whose reply did not come may have taken effect (`info`); one that was never sent, or refused, did not.

import { RedisClient } from './redis-client.ts'
import { redisPort } from './redis-port.ts'
import type { Reply } from './resp/reply-decoder.ts'
import {
  type Duration,
  type Env,
  ms,
  type PendingOperation,
  type Program,
  type RandomStream,
} from '../../sim/index.ts'
import { RequestError } from '../transport/index.ts'

const patienceDefault = ms(500)

/** What a client calls, and whom. */
export interface RedisWorkloadOptions {
  /** The name of the server, and its port. */
  readonly server: string
  readonly port?: number
  /** The keys `k1`, `k2`, … that it reads and writes (default 4); with `isAlone` only its own, named for it. */
  readonly keys?: number
  readonly isAlone?: boolean
  /** The mean time between two calls of a process (default 50 ms). */
  readonly rate?: Duration
  /** How many calls may be open at once, each on a connection of its own (default 2). */
  readonly processes?: number
  /** How long a connection or a reply is waited for (default 500 ms). */
  readonly patience?: Duration
}

/** The functions that it calls: GET and SET. */
export const redisOperations = ['get', 'put'] as const

/**
 * A client. Its history is one of `kv`: `get` reads a text or null, `put` writes a text that no other call writes. Values of
 * one client begin with a number that grows.
 */
export function redisWorkload(options: RedisWorkloadOptions): Program {
  return (env) => {
    const { processes = 2 } = options
    for (let number = 1; number <= processes; number++) {
      const caller = new Caller(env, options, number)
      env.spawn(() => caller.run())
    }
  }
}

class Caller {
  readonly #env: Env
  readonly #options: RedisWorkloadOptions
  readonly #random: RandomStream
  readonly #number: number
  readonly #client: RedisClient
  #count = 0
  #life = 1

  constructor(env: Env, options: RedisWorkloadOptions, number: number) {
    this.#env = env
    this.#options = options
    this.#number = number
    this.#random = env.randomFor(`workload ${number}`)
    const { server, port = redisPort, patience = patienceDefault } = options
    this.#client = new RedisClient(env, {
      host: server,
      port,
      connectTimeout: patience,
      silenceMax: patience,
      backoff: { base: ms(20), max: ms(200) },
    })
  }

  async run(): Promise<void> {
    const { rate = ms(50), keys = 4, isAlone = false } = this.#options
    for (;;) {
      const [pause, f] = [this.#random.exponential(rate), this.#random.pick(redisOperations)]
      const key = `${isAlone ? `${this.#env.name}.${this.#number}.` : ''}k${this.#random.int(1, keys)}`
      await this.#env.sleep(Math.floor(pause) as Duration)
      this.#count++
      if (this.#env.admits(f)) await this.#call(f, key)
    }
  }

  async #call(f: 'get' | 'put', key: string): Promise<void> {
    const value = `${this.#env.incarnation * 1_000_000 + this.#count}.${this.#env.name}.${this.#number}`
    const process = `${this.#env.name}/${this.#env.incarnation}.${this.#number}.${this.#life}`
    const operation = this.#env.invoke({ f, key, value: f === 'put' ? value : null, process })
    const { patience = patienceDefault } = this.#options
    try {
      settle(operation, await this.#client.call(f === 'get' ? ['GET', key] : ['SET', key, value], patience))
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      if (f === 'get' || !error.isSent) operation.fail(error.kind)
      else {
        operation.info(error.kind)
        this.#life++
      }
    }
  }
}

function settle(operation: PendingOperation, reply: Reply): void {
  if (reply.kind === 'error') operation.fail(reply.text)
  else if (reply.kind === 'null') operation.ok(null)
  else operation.ok(reply.kind === 'bulk' ? reply.text : null)
}
