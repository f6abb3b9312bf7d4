// The databases of a server: keys, when they expire, and who wants to know of changes. Handlers change a key in three steps:
// look it up (`read` or `find`), change its value, and say so (`touched`, `notify`, and one more `dirty`).

import { Database } from './database.ts'
import { Effects } from './effects.ts'
import type { ByteString, Value } from './value.ts'

/** The databases of a server unless configured otherwise. */
export const databasesCount = 16

/** Classes of keyspace notifications, as `notify-keyspace-events` writes them. */
export type NotificationClass = 'g' | '$' | 'l' | 's' | 'h' | 'z' | 't' | 'x' | 'e' | 'm' | 'd' | 'n'

/** Who is told of changes. */
export interface KeyspaceObserver {
  /** A key was changed, created or removed: watchers, caches and the blocked want to know. */
  touched(db: Database, key: ByteString): void
  /** Something happened to a key. */
  notified(kind: NotificationClass, event: string, db: Database, key: ByteString): void
  /** All keys of a database are gone or exchanged. */
  flushed(db: Database): void
}

/** Counts since the start (CONFIG RESETSTAT clears them). */
export interface KeyspaceCounts {
  hits: number
  misses: number
  expired: number
  evicted: number
}

/** All databases, their clock, and what became of them. */
export class Keyspace {
  readonly effects: Effects = new Effects()
  readonly counts: KeyspaceCounts = { hits: 0, misses: 0, expired: 0, evicted: 0 }
  readonly databases: Database[] = []
  /** The same time in milliseconds since it was first set: a number that V8 keeps in place, in every entry. */
  accessTime = 0
  #now = 0
  #origin: number | null = null
  /** Changes since the last snapshot. */
  dirty = 0
  /** Where false (replicas) what has expired is hidden, and removed by whoever is in charge. */
  removesExpired = true
  /** Whether keys are looked for in the background (DEBUG SET-ACTIVE-EXPIRE). */
  isExpiryActive = true
  /** Where true, expiry is not looked at: while a snapshot or log is loaded. */
  ignoresExpiry = false
  /** Whether accesses are counted (LFU) in place of remembered (LRU). */
  countsAccesses = false
  /** How counters of accesses fall and grow: `lfu-decay-time` and `lfu-log-factor`. */
  readonly lfu = { decayMinutes: 1, logFactor: 10 }
  /** About which share of the keys that expire has expired and is still there: a mean of what the looks for them found. */
  staleShare = 0
  /** What all keys were estimated to take, in bytes. */
  memory = 0
  observer: KeyspaceObserver | null = null
  /** Told before a value is changed in place; null while nobody wants to know. */
  beforeChange: ((value: Value) => void) | null = null
  readonly #watchers = new Set<(value: Value) => void>()
  /** A whole number from 0 to n - 1, from the node's own randomness. */
  readonly draw: (n: number) => number

  constructor(draw: (n: number) => number, databases: number = databasesCount) {
    this.draw = draw
    for (let index = 0; index < databases; index += 1) this.databases.push(new Database(this, index))
  }

  /** The server's time in milliseconds since 1970, the same for a whole command. */
  get now(): number {
    return this.#now
  }

  set now(now: number) {
    this.#now = now
    this.#origin ??= now
    const since = now - this.#origin
    const whole = since | 0
    this.accessTime = whole === since ? whole : since
  }

  /** Tells `observer` before a value is changed in place (a snapshot that is under way writes it first), until what it returns is called. */
  watchValues(observer: (value: Value) => void): () => void {
    this.#watchers.add(observer)
    this.#tellWatchers()
    return () => {
      this.#watchers.delete(observer)
      this.#tellWatchers()
    }
  }

  #tellWatchers(): void {
    const watchers = [...this.#watchers]
    this.beforeChange =
      watchers.length === 0
        ? null
        : (value) => {
            for (const observer of watchers) observer(value)
          }
  }

  /** A database that is known to exist. */
  db(index: number): Database {
    const db = this.databases[index]
    if (db === undefined) throw new RangeError(`got database ${index} of ${this.databases.length}`)
    return db
  }

  /**
   * Looks at keys whose time may have come, `samples` in each database in turn, and removes those that have expired; goes
   * on with a database while more than a tenth of what it looked at had. Returns how many went. At most 16 rounds.
   */
  expireSome(samples = 20): number {
    if (!this.removesExpired || !this.isExpiryActive) return 0
    let [gone, looked] = [0, 0]
    for (const db of this.databases) {
      for (let round = 0; round < 16; round += 1) {
        looked += Math.min(samples, db.volatileSize)
        const expired = db.expireSome(samples)
        gone += expired
        if (expired * 10 <= samples) break
      }
    }
    this.staleShare = this.staleShare * 0.95 + (looked === 0 ? 0 : gone / looked) * 0.05
    if (gone > 0) this.effects.end()
    return gone
  }

  /** Exchanges two databases: their connections then see the other's keys. */
  swap(first: number, second: number): void {
    this.db(first).exchange(this.db(second))
  }
}
