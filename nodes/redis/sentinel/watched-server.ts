// A server as a monitor sees it: asked again and again what it is, and down when it has not answered for too long.

import type { Address } from './sentinel-settings.ts'
import { RedisClient } from '../redis-client.ts'
import type { Reply } from '../resp/reply-decoder.ts'
import type { ByteString } from '../value.ts'
import { type Duration, type Env, type Instant, ms } from '../../../sim/index.ts'
import { RequestError } from '../../transport/index.ts'

/** What a server last said to be. */
export type ServerRole =
  | { readonly kind: 'master'; readonly replicas: readonly Address[] }
  | { readonly kind: 'replica'; readonly master: Address; readonly isUp: boolean; readonly offset: number }

/** A replica that may become the master. */
export interface Candidacy {
  readonly server: WatchedServer
  /** `replica-priority`: the least is preferred, and 0 never becomes the master. */
  readonly priority: number
  readonly offset: number
  readonly runId: string
}

/** As Redis Sentinel prefers them: by priority, by how much of the stream they have, by run id. */
export function preferred(candidates: readonly Candidacy[]): Candidacy | null {
  const order = (a: Candidacy, b: Candidacy): number =>
    a.priority - b.priority || b.offset - a.offset || (a.runId < b.runId ? -1 : 1)
  return candidates.filter(({ priority }) => priority > 0).toSorted(order)[0] ?? null
}

/** One server. */
export class WatchedServer {
  readonly address: Address
  readonly #env: Env
  readonly #client: RedisClient
  readonly #timeout: Duration
  #answeredAt: Instant
  #heardAt: number = Number.NEGATIVE_INFINITY
  #isAsked = false
  #askedAt: Instant | null = null
  #infoAt: Instant | null = null
  #roleSince: Instant
  #greetedAt: Instant
  #info: ReadonlyMap<string, string> = new Map()
  role: ServerRole | null = null
  /** The id of a monitor, once it has told; null for a server. */
  id: string | null = null
  /** For whom a monitor said to have voted, and in which epoch. */
  vote: { readonly leader: string; readonly epoch: number } | null = null

  /** Answers are waited for as long as `downAfter` milliseconds. */
  constructor(env: Env, address: Address, downAfter: number) {
    this.address = address
    this.#env = env
    this.#timeout = ms(downAfter)
    this.#answeredAt = env.clock.monotonic()
    this.#roleSince = this.#answeredAt
    this.#greetedAt = this.#answeredAt
    this.#client = new RedisClient(env, {
      ...address,
      connectTimeout: ms(downAfter),
      silenceMax: ms(downAfter),
      backoff: { base: ms(50), max: ms(Math.max(50, Math.floor(downAfter / 2))) },
    })
  }

  /** Milliseconds since it last answered. */
  get silence(): number {
    return (this.#env.clock.monotonic() - this.#answeredAt) / 1_000_000
  }

  /** Milliseconds since it last answered anything. */
  get quiet(): number {
    return (this.#env.clock.monotonic() - this.#heardAt) / 1_000_000
  }

  /** Milliseconds for which it has owed an answer; 0 where it owes none. */
  get owing(): number {
    return this.#since(this.#askedAt) ?? 0
  }

  /** Milliseconds since it last told INFO; null before. */
  get infoAge(): number | null {
    return this.#since(this.#infoAt)
  }

  /** Milliseconds for which it has said to be what it is. */
  get roleAge(): number {
    return this.#since(this.#roleSince) ?? 0
  }

  /** A field of the last INFO; a default before it was told. */
  told(field: string, before: string): string {
    return this.#info.get(field) ?? before
  }

  #since(at: Instant | null): number | null {
    return at === null ? null : Math.floor((this.#env.clock.monotonic() - at) / 1_000_000)
  }

  /** Asks what it is, unless it still owes an answer. */
  async look(): Promise<void> {
    if (this.#isAsked) return
    this.#isAsked = true
    const reply = await this.call(['ROLE'])
    this.#isAsked = false
    const role = reply === null ? null : roleOf(reply)
    if (role === null) return
    this.#answeredAt = this.#env.clock.monotonic()
    if (role.kind !== this.role?.kind) this.#roleSince = this.#answeredAt
    this.role = role
  }

  /** Asks for INFO; false where no answer came. */
  async inquire(): Promise<boolean> {
    const reply = await this.call(['INFO'])
    if (reply === null || !('text' in reply)) return false
    this.#info = new Map(
      reply.text
        .split('\r\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
    )
    this.#infoAt = this.#env.clock.monotonic()
    return true
  }

  /** What INFO says that matters for a replica that may become the master; null where no answer came. */
  async candidacy(): Promise<Candidacy | null> {
    if (!(await this.inquire()) || this.told('role', '') !== 'slave') return null
    return {
      server: this,
      priority: Number(this.told('slave_priority', '100')),
      offset: Number(this.told('slave_repl_offset', '0')),
      runId: this.told('run_id', ''),
    }
  }

  /** It has spoken of itself to all. */
  greeted(): void {
    this.#greetedAt = this.#env.clock.monotonic()
  }

  /** Milliseconds since then; since it is watched where it never did. */
  get helloAge(): number {
    return this.#since(this.#greetedAt) ?? 0
  }

  /** Asks a monitor who it is, until it has told. */
  async identify(): Promise<string | null> {
    if (this.id !== null) return this.id
    const reply = await this.call(['SENTINEL', 'MYID'])
    if (reply?.kind === 'bulk') this.id = reply.text
    return this.id
  }

  /**
   * Makes it follow a master, or none. Its clients are disconnected, as Redis Sentinel does it: they ask monitors again where the
   * master is, instead of writing to a server that has become a replica. Null where no answer came.
   */
  async follow(master: Address | null): Promise<Reply | null> {
    const [host, port] = master === null ? ['NO', 'ONE'] : [master.host, String(master.port)]
    // Sent together: a monitor that dies in between would leave the clients where they are.
    const [reply] = await Promise.all([
      this.call(['REPLICAOF', host, port]),
      this.call(['CLIENT', 'KILL', 'TYPE', 'normal']),
      this.call(['CLIENT', 'KILL', 'TYPE', 'pubsub']),
    ])
    return reply
  }

  /** Whether it has a connection. */
  get isConnected(): boolean {
    return this.#client.connectionNumber !== null
  }

  /** Sends a command; null where no answer came. */
  async call(args: readonly ByteString[]): Promise<Reply | null> {
    try {
      this.#askedAt ??= this.#env.clock.monotonic()
      const reply = await this.#client.call(args, this.#timeout)
      this.#heardAt = this.#env.clock.monotonic()
      this.#askedAt = null
      return reply
    } catch (error) {
      if (error instanceof RequestError) return null
      throw error
    }
  }

  close(): void {
    this.#client.close()
  }
}

function roleOf(reply: Reply): ServerRole | null {
  if (reply.kind !== 'array') return null
  const [kind, ...rest] = reply.items
  const word = textOf(kind)
  if (word === 'master') return { kind: 'master', replicas: replicasOf(rest[1]) }
  if (word !== 'slave') return null
  const [host, port, state, offset] = rest.map(textOf)
  return {
    kind: 'replica',
    master: { host: host ?? '', port: Number(port) },
    isUp: state === 'connected',
    offset: Number(offset),
  }
}

function replicasOf(list: Reply | undefined): readonly Address[] {
  if (list?.kind !== 'array') return []
  return list.items.flatMap((item) => {
    const [host, port] = item.kind === 'array' ? item.items.map(textOf) : []
    return host === undefined || !(Number(port) > 0) ? [] : [{ host, port: Number(port) }]
  })
}

function textOf(reply: Reply | undefined): ByteString {
  return reply !== undefined && 'text' in reply ? reply.text : ''
}
