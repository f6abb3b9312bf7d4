// Clients of a Redis that set keys of their own for less than a second, and look again and again whether they are still there.

import { performOn } from './redis-operation.ts'
import { fold } from '../../invariants/index.ts'
import { RedisClient, redisPort, type Reply } from '../../nodes/redis/index.ts'
import { type Data, type Duration, type Env, type Invariant, ms, type Program } from '../../sim/index.ts'

/** Whom they ask, and how long an answer is waited for. */
export interface Leases {
  readonly server: string
  readonly patience: Duration
}

/** Sets a key to a value of its own for up to 800 ms, reads it a few times, and begins again. */
export function redisLeaser({ server, patience }: Leases): Program {
  return async (env) => {
    const client = new RedisClient(env, {
      host: server,
      port: redisPort,
      connectTimeout: patience,
      silenceMax: patience,
      backoff: { base: ms(20), max: ms(200) },
    })
    const random = env.randomFor('leases')
    const leaser = new Leaser(env, client, patience)
    for (let count = 0; ; count++) {
      const value = `${env.name}/${env.incarnation}/${count}`
      await leaser.set(value, random.int(50, 800))
      for (let reads = random.int(3, 12); reads > 0; reads--) {
        await env.sleep(ms(random.int(10, 200)))
        await leaser.get()
      }
    }
  }
}

class Leaser {
  readonly #env: Env
  readonly #client: RedisClient
  readonly #patience: Duration

  constructor(env: Env, client: RedisClient, patience: Duration) {
    this.#env = env
    this.#client = client
    this.#patience = patience
  }

  async set(value: string, milliseconds: number): Promise<void> {
    const args = ['SET', this.#env.name, value, 'PX', String(milliseconds)]
    await this.#perform('set', value, args, () => value)
  }

  async get(): Promise<void> {
    await this.#perform('get', null, ['GET', this.#env.name], (reply) =>
      reply.kind === 'bulk' ? reply.text : null,
    )
  }

  async #perform(
    f: string,
    value: Data,
    args: readonly string[],
    resultOf: (reply: Reply) => Data,
  ): Promise<void> {
    const patience = this.#patience
    await performOn(this.#env, this.#client, { f, value, args, resultOf, patience })
  }
}

/** A value that was there and then was seen gone is never read again: each process looks only at a key of its own. */
export const expiredStaysGone: Invariant = fold({
  name: 'what has expired stays gone',
  kinds: ['operation'],
  initial: () => ({
    /** By process: what its key holds, as far as it was told. */
    held: new Map<string, string>(),
    gone: new Set<string>(),
  }),
  on: ({ held, gone }, { f, phase, process, value }) => {
    if (phase !== 'ok') return null
    if (typeof value === 'string') {
      if (f === 'get' && gone.has(value)) return `${value} was gone, and is there again`
      held.set(process, value)
      return null
    }
    const last = held.get(process)
    if (f === 'get' && last !== undefined) gone.add(last)
    return null
  },
  looked: ({ gone }) => gone.size,
})
