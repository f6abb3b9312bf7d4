// One database: keys to entries, with expiry. What has expired is gone for whoever looks (lazily), and removed in the
// background bit by bit (Keyspace.expireSome).

import { CommandError, wrongType } from './command-error.ts'
import { sizeOf } from './entry-size.ts'
import type { Keyspace, NotificationClass } from './keyspace.ts'
import { IndexedMap } from './structures/indexed-map.ts'
import type { ByteString, Entry, Value, ValueOf } from './value.ts'

/** LFU counters of new keys. */
const frequencyInitial = 5

/** One of a server's databases. */
export class Database {
  readonly keyspace: Keyspace
  readonly index: number
  #entries = new IndexedMap<Entry>()
  /** Keys that expire. */
  #volatile = new IndexedMap<Entry>()
  #expiryCursor = 0
  /** In how many milliseconds keys expire that do: a mean of what was seen in the looks for what has expired. */
  ttlMean = 0

  constructor(keyspace: Keyspace, index: number) {
    this.keyspace = keyspace
    this.index = index
  }

  /** Keys, those included that have expired and were not removed yet. */
  get size(): number {
    return this.#entries.size
  }

  /** Keys that expire. */
  get volatileSize(): number {
    return this.#volatile.size
  }

  /** The entry of a key for a command that reads: counts hits and misses, and remembers the access. */
  read(key: ByteString): Entry | undefined {
    const { counts } = this.keyspace
    const entry = this.#access(key)
    if (entry === undefined) {
      counts.misses += 1
      this.keyspace.observer?.notified('m', 'keymiss', this, key)
      return undefined
    }
    counts.hits += 1
    return entry
  }

  /** The entry of a key for a command that writes: remembers the access. It may be changed until the step ends, no longer. */
  find(key: ByteString): Entry | undefined {
    const entry = this.#access(key)
    if (entry !== undefined) this.keyspace.beforeChange?.(entry.value)
    return entry
  }

  #access(key: ByteString): Entry | undefined {
    const entry = this.peek(key)
    if (entry === undefined) return undefined
    if (this.keyspace.countsAccesses) countAccess(entry, this.keyspace)
    else entry.accessedAt = this.keyspace.accessTime
    return entry
  }

  /** The entry of a key, as if nobody had looked (OBJECT, TYPE, SCAN). */
  peek(key: ByteString): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAt !== null && this.#hasExpired(entry)) {
      if (this.keyspace.removesExpired) this.expire(key)
      return undefined
    }
    return entry
  }

  has(key: ByteString): boolean {
    return this.peek(key) !== undefined
  }

  /** The value of a kind for a command that reads. Throws WRONGTYPE for another kind. */
  readAs<K extends Value['kind']>(key: ByteString, kind: K): ValueOf<K> | undefined {
    return demandKind(this.read(key), kind)
  }

  /** The value of a kind for a command that writes. Throws WRONGTYPE for another kind. */
  findAs<K extends Value['kind']>(key: ByteString, kind: K): ValueOf<K> | undefined {
    return demandKind(this.find(key), kind)
  }

  /** Sets a key, whatever it held; it no longer expires unless `keepsExpiry`. Tells watchers (not notifications). */
  set(key: ByteString, value: Value, keepsExpiry = false): Entry {
    const old = this.peek(key)
    if (old === undefined) return this.add(key, value)
    old.value = value
    old.accessedAt = this.keyspace.accessTime
    if (!keepsExpiry && old.expiresAt !== null) this.setExpiry(key, old, null)
    this.touched(key)
    return old
  }

  /** Adds a key that is not there. Tells watchers, and notifies `new`. */
  add(key: ByteString, value: Value): Entry {
    const { accessTime, observer } = this.keyspace
    const entry = { value, expiresAt: null, accessedAt: accessTime, frequency: frequencyInitial, size: 0 }
    this.#entries.set(key, entry)
    observer?.notified('n', 'new', this, key)
    this.touched(key)
    return entry
  }

  /** Removes a key; whether it was there. Tells watchers (not notifications). */
  delete(key: ByteString): boolean {
    const entry = this.peek(key)
    if (entry === undefined) return false
    this.#remove(key, entry)
    return true
  }

  /** Sets when a key expires, in milliseconds since 1970; null for never. */
  setExpiry(key: ByteString, entry: Entry, expiresAt: number | null): void {
    entry.expiresAt = expiresAt
    if (expiresAt === null) this.#volatile.delete(key)
    else this.#volatile.set(key, entry)
  }

  /** A key's value was changed: its size is estimated again; watchers, caches and the blocked are told. */
  touched(key: ByteString): void {
    const { keyspace } = this
    const entry = this.#entries.get(key)
    if (entry !== undefined) {
      const size = sizeOf(key, entry)
      keyspace.memory += size - entry.size
      entry.size = size
    }
    keyspace.observer?.touched(this, key)
  }

  /** Something happened to a key: who subscribed to keyspace notifications is told. */
  notify(kind: NotificationClass, event: string, key: ByteString): void {
    this.keyspace.observer?.notified(kind, event, this, key)
  }

  /** Removes a key because its time has come. */
  expire(key: ByteString): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#remove(key, entry)
    this.keyspace.counts.expired += 1
    this.keyspace.effects.add(this.index, ['DEL', key])
    this.notify('x', 'expired', key)
  }

  /** Looks at so many keys that expire, on from where it stopped; removes those that have. Returns how many went. */
  expireSome(samples: number): number {
    const expired = this.expiredKeys(samples)
    for (const key of expired) this.expire(key)
    return expired.length
  }

  /** Looks at so many keys that expire, on from where it stopped: those that have. */
  expiredKeys(samples: number): readonly ByteString[] {
    if (this.#volatile.size === 0) {
      this.ttlMean = 0
      return []
    }
    const expired: ByteString[] = []
    const left = { sum: 0, count: 0 }
    this.#expiryCursor = this.#volatile.scan(this.#expiryCursor, samples, (key, entry) => {
      if (this.#hasExpired(entry)) expired.push(key)
      else this.#addTtl(left, entry)
    })
    if (left.count > 0) this.#meetTtl(Math.floor(left.sum / left.count))
    return expired
  }

  #addTtl(left: { sum: number; count: number }, { expiresAt }: Entry): void {
    left.sum += Math.max(0, (expiresAt ?? 0) - this.keyspace.now)
    left.count += 1
  }

  /** As redis-server does it: what was seen last is a fiftieth of the mean. */
  #meetTtl(mean: number): void {
    this.ttlMean = this.ttlMean === 0 ? mean : Math.floor(this.ttlMean / 50) * 49 + Math.floor(mean / 50)
  }

  /** A key that has not expired, all about equally likely. */
  randomKey(): ByteString | undefined {
    // All may have expired where they are only hidden: then any will do, as in Redis.
    for (let tries = 0; tries < 100; tries += 1) {
      const key = this.#entries.random(this.keyspace.draw)?.[0]
      if (key === undefined) return undefined
      if (this.has(key)) return key
    }
    return this.#entries.random(this.keyspace.draw)?.[0]
  }

  /** A random pair for eviction: of all keys, or of those that expire. */
  sample(isVolatile: boolean): readonly [key: ByteString, entry: Entry] | undefined {
    return (isVolatile ? this.#volatile : this.#entries).random(this.keyspace.draw)
  }

  /** As IndexedMap.scan: keys that have expired are visited as well. */
  scan(cursor: number, count: number, visit: (key: ByteString, entry: Entry) => void): number {
    return this.#entries.scan(cursor, count, visit)
  }

  /** All keys with their entries, those included that have expired. */
  entries(): Iterable<readonly [key: ByteString, entry: Entry]> {
    return this.#entries
  }

  /** Removes all keys; returns how many there were. */
  clear(): number {
    const { size } = this
    this.keyspace.observer?.flushed(this)
    for (const entry of this.#entries.values()) this.keyspace.memory -= entry.size
    this.#entries = new IndexedMap()
    this.#volatile = new IndexedMap()
    this.#expiryCursor = 0
    this.ttlMean = 0
    return size
  }

  /** Exchanges all keys with another database. */
  exchange(other: Database): void {
    const { observer } = this.keyspace
    observer?.flushed(this)
    observer?.flushed(other)
    ;[this.#entries, other.#entries] = [other.#entries, this.#entries]
    ;[this.#volatile, other.#volatile] = [other.#volatile, this.#volatile]
    ;[this.ttlMean, other.ttlMean] = [other.ttlMean, this.ttlMean]
    this.#expiryCursor = 0
    other.#expiryCursor = 0
    observer?.flushed(this)
    observer?.flushed(other)
  }

  #hasExpired(entry: Entry): boolean {
    const { keyspace } = this
    return entry.expiresAt !== null && entry.expiresAt < keyspace.now && !keyspace.ignoresExpiry
  }

  #remove(key: ByteString, entry: Entry): void {
    this.keyspace.memory -= entry.size
    this.#entries.delete(key)
    if (entry.expiresAt !== null) this.#volatile.delete(key)
    this.keyspace.observer?.touched(this, key)
  }
}

function demandKind<K extends Value['kind']>(entry: Entry | undefined, kind: K): ValueOf<K> | undefined {
  if (entry === undefined) return undefined
  if (entry.value.kind !== kind) throw new CommandError(wrongType)
  return entry.value as ValueOf<K>
}

/** LFU: the counter of an entry now: it falls by one for every `lfu-decay-time` minutes without an access. */
export function frequencyOf({ accessedAt, frequency }: Entry, { now, accessTime, lfu }: Keyspace): number {
  if (lfu.decayMinutes === 0) return frequency
  const minutes = Math.floor(now / 60_000) - Math.floor((now - accessTime + accessedAt) / 60_000)
  return Math.max(0, frequency - Math.max(0, Math.floor(minutes / lfu.decayMinutes)))
}

/** LFU: the counter grows the less likely the larger it is (`lfu-log-factor`). */
function countAccess(entry: Entry, keyspace: Keyspace): void {
  entry.frequency = frequencyOf(entry, keyspace)
  entry.accessedAt = keyspace.accessTime
  if (entry.frequency >= 255) return
  const base = Math.max(0, entry.frequency - frequencyInitial)
  if (keyspace.draw(base * keyspace.lfu.logFactor + 1) === 0) entry.frequency += 1
}
