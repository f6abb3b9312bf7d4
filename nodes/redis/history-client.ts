// A client that scenarios judge servers by: it reads and writes a few keys, and tells the history honestly how each call
// ended. A write whose reply did not come may have taken effect (`info`); one that was never sent, or refused, did not.

import { encodeCommand } from './resp/request-encoder.ts'
import { type Reply, ReplyDecoder } from './resp/reply-decoder.ts'
import {
  type Connection,
  type Duration,
  type Env,
  ms,
  NetError,
  type PendingOperation,
  type Program,
  type RandomStream,
} from '../../sim/index.ts'

/** What a client calls, and whom. */
export interface RedisClientOptions {
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
export function redisClient(options: RedisClientOptions): Program {
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
  readonly #options: RedisClientOptions
  readonly #random: RandomStream
  readonly #number: number
  #connection: Connection | null = null
  #decoder = new ReplyDecoder()
  #count = 0
  #life = 1

  constructor(env: Env, options: RedisClientOptions, number: number) {
    this.#env = env
    this.#options = options
    this.#number = number
    this.#random = env.randomFor(`workload ${number}`)
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
    const connection = await this.#connected()
    if (connection === null) operation.fail('no connection')
    else await this.#ask(connection, operation, f === 'get' ? ['GET', key] : ['SET', key, value])
  }

  async #ask(connection: Connection, operation: PendingOperation, args: readonly string[]): Promise<void> {
    const timer = this.#env.timers.after(this.#options.patience ?? ms(500), () => {
      connection.reset()
    })
    try {
      await connection.write(Buffer.from(encodeCommand(args), 'latin1'))
      settle(operation, await this.#reply(connection))
    } catch (error) {
      if (!(error instanceof NetError)) throw error
      this.#connection = null
      if (args[0] === 'GET') operation.fail(error.message)
      else {
        operation.info(error.message)
        this.#life++
      }
    } finally {
      timer.cancel()
    }
  }

  async #reply(connection: Connection): Promise<Reply> {
    for (;;) {
      const reply = this.#decoder.next()
      if (reply !== null) return reply
      const bytes = await connection.read()
      if (bytes === null) throw new NetError('ECONNRESET', 'the server has ended the connection')
      this.#decoder.push(bytes)
    }
  }

  async #connected(): Promise<Connection | null> {
    if (this.#connection !== null) return this.#connection
    const { server, port = 6379, patience = ms(500) } = this.#options
    try {
      this.#connection = await this.#env.net.connect(server, port, { timeout: patience })
      this.#decoder = new ReplyDecoder()
    } catch (error) {
      if (!(error instanceof NetError)) throw error
    }
    return this.#connection
  }
}

function settle(operation: PendingOperation, reply: Reply): void {
  if (reply.kind === 'error') operation.fail(reply.text)
  else if (reply.kind === 'null') operation.ok(null)
  else operation.ok(reply.kind === 'bulk' ? reply.text : null)
}
