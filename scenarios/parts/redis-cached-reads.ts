// Readers that keep what they have read, as long as the server tells them what of it has changed (CLIENT TRACKING). A reader trusts
// what it keeps for a while after a PING that was answered: what had changed before was told before the answer.
//
// | probe        | value         | when                                     |
// | ------------ | ------------- | ---------------------------------------- |
// | `cache.read` | {key, number} | something is read from what was kept     |

import { clientOf, patience, textOf } from './redis-asking.ts'
import { performOn } from './redis-operation.ts'
import { RedisWire } from './redis-wire.ts'
import { arrive } from '../zoo/parts/arrivals.ts'
import { fold } from '../../invariants/index.ts'
import type { Reply } from '../../nodes/redis/index.ts'
import {
  between,
  type Duration,
  type Env,
  type Instant,
  type Invariant,
  ms,
  NetError,
  perSecond,
  type Program,
} from '../../sim/index.ts'

const keys = ['c1', 'c2', 'c3']
const silenceMax = ms(1000)

/** Raises a number, some five times a second. */
export function redisRaiser(server: string): Program {
  return (env) => {
    const client = clientOf(env, server)
    arrive(env, {
      every: perSecond(5),
      mix: keys.map((key) => [1, key] as const),
      call: async (key) => {
        const resultOf = (reply: Reply): { key: string; number: number } => ({
          key,
          number: Number(textOf(reply)),
        })
        await performOn(env, client, { f: 'raise', value: key, args: ['INCR', key], resultOf, patience })
      },
    })
  }
}

/** How a reader keeps what it reads. */
export interface Keeping {
  /** For how long after a PING was sent what is kept is trusted once it is answered. */
  readonly trust: Duration
  /** Whether the server is asked to tell what changes. */
  readonly tracks: boolean
}

/** Reads a key each 20 ms, from what it keeps where it can. */
export function cachingReader(server: string, keeping: Keeping): Program {
  return async (env) => {
    for (;;) {
      try {
        const wire = await RedisWire.open(env, server, env.name)
        await new Cache(env, wire, keeping).run()
      } catch (error) {
        if (!(error instanceof NetError)) throw error
      }
      await env.sleep(ms(50))
    }
  }
}

/** What is kept while one connection stands. */
class Cache {
  readonly #env: Env
  readonly #wire: RedisWire
  readonly #keeping: Keeping
  readonly #kept = new Map<string, number>()
  /** When the last PING was sent that was answered. */
  #heard: Instant

  constructor(env: Env, wire: RedisWire, keeping: Keeping) {
    this.#env = env
    this.#wire = wire
    this.#keeping = keeping
    this.#heard = env.clock.monotonic()
    if (keeping.tracks) wire.send(env, ['CLIENT', 'TRACKING', 'ON'])
  }

  async run(): Promise<void> {
    const timers = [
      this.#env.timers.every(ms(100), () => {
        this.#ping()
      }),
      this.#env.timers.every(ms(20), () => {
        this.#look(this.#env.random.pick(keys))
      }),
    ]
    try {
      const told = (items: readonly Reply[]): void => {
        this.#told(items)
      }
      while (await this.#wire.read(told));
    } finally {
      for (const timer of timers) timer.cancel()
    }
  }

  get #age(): Duration {
    return between(this.#heard, this.#env.clock.monotonic())
  }

  #ping(): void {
    // Beyond this the connection is as good as gone.
    if (this.#age > silenceMax && this.#keeping.trust < silenceMax) this.#wire.reset()
    const sent = this.#env.clock.monotonic()
    this.#wire.send(this.#env, ['PING'], () => {
      this.#heard = sent
    })
  }

  #look(key: string): void {
    const number = this.#kept.get(key)
    if (number !== undefined && this.#age <= this.#keeping.trust) {
      this.#env.probe('cache.read', { key, number })
      return
    }
    this.#wire.send(this.#env, ['GET', key], (reply) => {
      if (reply.kind === 'bulk') this.#kept.set(key, Number(reply.text))
    })
  }

  #told([about, changed]: readonly Reply[]): void {
    if (textOf(about) !== 'invalidate') return
    if (changed === undefined || !('items' in changed)) this.#kept.clear()
    else for (const key of changed.items) this.#kept.delete(textOf(key))
  }
}

/** What is read from a cache was not out of date `within` ago. */
export function cachesAreFresh(within: Duration): Invariant {
  return fold({
    name: 'caches are no older than their last word',
    kinds: ['operation', 'probe'],
    unit: 'reads from caches',
    initial: () => ({
      raised: new Map<string, { readonly number: number; readonly at: number }[]>(),
      looked: 0,
    }),
    on: (state, event) => {
      if (event.kind === 'operation') {
        if (event.f !== 'raise' || event.phase !== 'ok') return null
        const { key, number } = event.value as { key: string; number: number }
        state.raised.set(key, [...(state.raised.get(key) ?? []), { number, at: event.at }])
        return null
      }
      if (event.name !== 'cache.read') return null
      state.looked++
      const { key, number } = event.value as { key: string; number: number }
      const missed = state.raised.get(key)?.find((each) => each.number > number)
      if (missed === undefined || event.at - missed.at <= within) return null
      return `a cache is out of date\n${key} is ${number}, and was ${missed.number}`
    },
    looked: ({ looked }) => looked,
  })
}
