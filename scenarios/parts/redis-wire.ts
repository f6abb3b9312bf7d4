// A connection to a Redis on which what the server says by itself (messages, invalidations) comes between replies: RESP3.

import { encodeCommand, redisPort, type Reply, ReplyDecoder } from '../../nodes/redis/index.ts'
import { type Connection, type Env, ms } from '../../sim/index.ts'

/** One connection. */
export class RedisWire {
  readonly #connection: Connection
  readonly #decoder = new ReplyDecoder()
  readonly #waiting: ((reply: Reply) => void)[] = []

  private constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Connects, as a client of that name. Rejects with a NetError. */
  static async open(env: Env, server: string, name: string): Promise<RedisWire> {
    const wire = new RedisWire(await env.net.connect(server, redisPort, { timeout: ms(500) }))
    wire.send(env, ['HELLO', '3', 'SETNAME', name])
    return wire
  }

  /** Sends a command; its reply is given to `take` when it is read. A connection that broke is told by who reads. */
  send(env: Env, args: readonly string[], take: (reply: Reply) => void = () => undefined): void {
    this.#waiting.push(take)
    env.spawn(() => this.#connection.write(encodeCommand(args), 'latin1').catch(() => undefined))
  }

  /** Reads some, and hands on what came; false once the server has ended. Rejects with a NetError. */
  async read(heard: (items: readonly Reply[]) => void = () => undefined): Promise<boolean> {
    const bytes = await this.#connection.read()
    if (bytes === null) return false
    this.#decoder.push(bytes)
    for (let reply = this.#decoder.next(); reply !== null; reply = this.#decoder.next())
      if (reply.kind === 'push') heard(reply.items)
      else this.#waiting.shift()?.(reply)
    return true
  }

  /** Ends it at once. */
  reset(): void {
    this.#connection.reset()
  }
}
