// Client-side caching (CLIENT TRACKING): who read which keys, and telling them when one has changed.

import type { Client, TrackingOptions } from './client.ts'
import type { ByteString } from './value.ts'

/** Keys that are remembered at most; beyond, the oldest are invalidated as if they had changed. */
const trackedMax = 1_000_000

/** What tracking needs of the server. */
export interface TrackingHost {
  client(id: number): Client | undefined
  onOutput(client: Client): void
}

/** Who is to be told of changes. */
export class Tracking {
  readonly #host: TrackingHost
  readonly #readers = new Map<ByteString, Set<number>>()
  readonly #clients = new Set<Client>()
  #broadcasters: Client[] = []
  /** Whose command changes keys now. */
  source: Client | null = null
  /** Who has emptied everything and was not told yet. */
  #emptied: Client | null = null
  /** Changed during the command that runs; told after its reply. */
  readonly #changed = new Set<ByteString>()

  constructor(host: TrackingHost) {
    this.#host = host
  }

  get isOn(): boolean {
    return this.#clients.size > 0
  }

  get clients(): number {
    return this.#clients.size
  }

  /** Keys that are remembered. */
  get keys(): number {
    return this.#readers.size
  }

  /** How often keys are remembered for a client. */
  get items(): number {
    let sum = 0
    for (const readers of this.#readers.values()) sum += readers.size
    return sum
  }

  /** Prefixes that broadcasts are for. */
  get prefixes(): number {
    return new Set(
      this.#broadcasters.flatMap(({ tracking }) => {
        const prefixes = tracking?.prefixes ?? []
        return prefixes.length === 0 ? [''] : prefixes
      }),
    ).size
  }

  /** Switches a client's tracking on (or to other options), or off with null. */
  set(client: Client, options: TrackingOptions | null): void {
    client.tracking = options
    if (options === null) this.#clients.delete(client)
    else this.#clients.add(client)
    this.#broadcasters = [...this.#clients].filter((each) => each.tracking?.isBroadcast === true)
  }

  /** A client has read keys that it may keep. */
  remember(client: Client, keys: readonly ByteString[]): void {
    for (const key of keys) {
      const readers = this.#readers.get(key) ?? new Set<number>()
      this.#readers.set(key, readers.add(client.id))
    }
    while (this.#readers.size > trackedMax) {
      const [oldest] = this.#readers.keys()
      if (oldest !== undefined) this.#invalidate(oldest)
    }
  }

  /** A key has changed; who keeps it is told once the command is done. */
  touched(key: ByteString): void {
    if (this.isOn) this.#changed.add(key)
  }

  /** Everything has changed. The client whose command did it is told after its reply. */
  flushed(): void {
    this.#changed.clear()
    this.#readers.clear()
    for (const client of this.#clients)
      if (client === this.source) this.#emptied = client
      else this.#send(client, null)
  }

  /** Tells of what has changed since the last time. */
  tell(): void {
    const emptied = this.#emptied
    if (emptied !== null) {
      this.#emptied = null
      if (emptied.tracking !== null) this.#send(emptied, null)
    }
    this.#tellChanged()
    this.source = null
  }

  #tellChanged(): void {
    if (this.#changed.size === 0) return
    const keys = [...this.#changed]
    this.#changed.clear()
    for (const key of keys) this.#invalidate(key)
    for (const client of this.#broadcasters) this.#broadcast(client, keys)
  }

  #invalidate(key: ByteString): void {
    const readers = this.#readers.get(key)
    if (readers === undefined) return
    this.#readers.delete(key)
    for (const id of readers) {
      const client = this.#host.client(id)
      if (
        client === undefined ||
        client.tracking === null ||
        client.tracking.isBroadcast ||
        this.#isOwn(client)
      )
        continue
      this.#send(client, [key])
    }
  }

  #broadcast(client: Client, keys: readonly ByteString[]): void {
    if (this.#isOwn(client)) return
    const prefixes = client.tracking?.prefixes ?? []
    const wanted = keys.filter(
      (key) => prefixes.length === 0 || prefixes.some((prefix) => key.startsWith(prefix)),
    )
    if (wanted.length > 0) this.#send(client, wanted)
  }

  #isOwn(client: Client): boolean {
    return client.tracking?.isNoLoop === true && client === this.source
  }

  #send(client: Client, keys: readonly ByteString[] | null): void {
    const { tracking } = client
    const target = tracking?.redirect === 0 ? client : this.#host.client(tracking?.redirect ?? 0)
    if (target === undefined) {
      if (tracking !== null && !tracking.isRedirectBroken && client.reply.protocol === 3) {
        tracking.isRedirectBroken = true
        client.reply.push(2)
        client.reply.bulk('tracking-redir-broken')
        client.reply.integer(tracking.redirect)
        this.#host.onOutput(client)
      }
      return
    }
    const { reply } = target
    if (reply.protocol === 3) {
      reply.push(2)
      reply.bulk('invalidate')
    } else if (target.channels.has('__redis__:invalidate')) {
      reply.array(3)
      reply.bulk('message')
      reply.bulk('__redis__:invalidate')
    } else return
    if (keys === null) reply.null()
    else reply.bulks(keys)
    this.#host.onOutput(target)
  }
}
