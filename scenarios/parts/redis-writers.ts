// Clients of a Redis whose master may change: they add to a set, and look at last whether all that was acknowledged is there.

import { performOn } from './redis-operation.ts'
import { arrive } from '../zoo/parts/arrivals.ts'
import { fold } from '../../invariants/index.ts'
import { RedisClient, type Reply } from '../../nodes/redis/index.ts'
import {
  type Data,
  type Duration,
  type Env,
  type Invariant,
  ms,
  perSecond,
  type Program,
} from '../../sim/index.ts'

/** Where a server is. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** How writers reach the one who takes writes. */
export interface Writers {
  /** Says where to write now; null where nobody knows. */
  readonly find: (env: Env) => () => Promise<ServerAddress | null>
  /** How long an answer is waited for. */
  readonly patience: Duration
}

const key = 'added'

/** Adds some 20 elements a second, and reads all of them now and then. */
export function redisWriter({ find, patience }: Writers): Program {
  return (env) => {
    const writer = new Writer(env, find(env), patience)
    arrive(env, {
      every: perSecond(20),
      mix: [
        [12, 'add'],
        [1, 'read'],
      ],
      call: (f, place) =>
        f === 'add' ? writer.add(`${env.name}/${env.incarnation}/${place}`) : writer.read(),
    })
  }
}

class Writer {
  readonly #env: Env
  readonly #find: () => Promise<ServerAddress | null>
  readonly #patience: Duration
  #server: { readonly address: string; readonly client: RedisClient } | null = null

  constructor(env: Env, find: () => Promise<ServerAddress | null>, patience: Duration) {
    this.#env = env
    this.#find = find
    this.#patience = patience
  }

  async add(element: string): Promise<void> {
    await this.#perform('add', element, ['SADD', key, element], () => element)
  }

  async read(): Promise<void> {
    await this.#perform('read', null, ['SMEMBERS', key], (reply) =>
      'items' in reply ? reply.items.map((item) => ('text' in item ? item.text : '')) : [],
    )
  }

  async #perform(
    f: string,
    value: Data,
    args: readonly string[],
    resultOf: (reply: Reply) => Data,
  ): Promise<void> {
    const client = await this.#client()
    if (client === null) return
    const patience = this.#patience
    const isDone = await performOn(this.#env, client, { f, value, args, resultOf, patience })
    if (!isDone) this.#leave()
  }

  /** The client of whoever takes writes, asked for again after each failure. */
  async #client(): Promise<RedisClient | null> {
    if (this.#server !== null) return this.#server.client
    const found = await this.#find()
    if (found === null) return null
    const client = new RedisClient(this.#env, {
      ...found,
      connectTimeout: this.#patience,
      silenceMax: this.#patience,
      backoff: { base: ms(20), max: ms(200) },
    })
    this.#server = { address: `${found.host}:${found.port}`, client }
    return client
  }

  #leave(): void {
    this.#server?.client.close()
    this.#server = null
  }
}

/** What was acknowledged is still there at last: in the last read that began after the acknowledgement. */
export const acknowledgedAddsSurvive: Invariant = fold({
  name: 'acknowledged adds survive',
  kinds: ['operation'],
  initial: () => ({
    acknowledged: new Set<Data>(),
    /** How much was acknowledged when a process began to read, and what it read last. */
    begun: new Map<string, number>(),
    last: null as { readonly before: number; readonly items: ReadonlySet<Data> } | null,
  }),
  on: (state, { f, phase, process, value }) => {
    if (f === 'add' && phase === 'ok' && value !== undefined) state.acknowledged.add(value)
    if (f === 'read' && phase === 'invoke') state.begun.set(process, state.acknowledged.size)
    if (f === 'read' && phase === 'ok' && Array.isArray(value))
      state.last = { before: state.begun.get(process) ?? 0, items: new Set(value as readonly Data[]) }
    return null
  },
  end: ({ acknowledged, last }) => {
    if (last === null) return null
    const lost = [...acknowledged].slice(0, last.before).filter((element) => !last.items.has(element))
    return lost.length === 0
      ? null
      : `${lost.length} of ${last.before} acknowledged elements are not in the last read, the first is ${JSON.stringify(lost[0])}`
  },
  looked: ({ last }) => last?.before ?? 0,
})
