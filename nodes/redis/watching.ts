// WATCH: clients whose transaction is off when a key has changed before it.

import type { Client } from './client.ts'
import type { Database } from './database.ts'
import type { ByteString } from './value.ts'

/** Who watches which keys. */
export class Watching {
  readonly #watchers = new Map<Database, Map<ByteString, Set<Client>>>()

  /** Watches a key for a client. */
  add(client: Client, db: Database, key: ByteString): void {
    if (client.watches.some((watch) => watch.db === db && watch.key === key)) return
    const keys = this.#watchers.get(db) ?? new Map<ByteString, Set<Client>>()
    this.#watchers.set(db, keys)
    const clients = keys.get(key) ?? new Set<Client>()
    keys.set(key, clients.add(client))
    client.watches.push({ db, key })
  }

  /** A key has changed. */
  touched(db: Database, key: ByteString): void {
    if (this.#watchers.size === 0) return
    for (const client of this.#watchers.get(db)?.get(key) ?? []) client.isDirty = true
  }

  /** Keys of a database are about to go, or have come: watchers of those that are there have seen a change. */
  flushed(db: Database): void {
    for (const [key, clients] of this.#watchers.get(db) ?? [])
      if (db.has(key)) for (const client of clients) client.isDirty = true
  }

  /** Whether what a client watches has changed; a key that has expired since counts. */
  hasChanged(client: Client): boolean {
    return client.isDirty || client.watches.some(({ db, key }) => this.#expired(db, key) && client.isDirty)
  }

  /** Forgets what a client watches. */
  clear(client: Client): void {
    for (const { db, key } of client.watches.splice(0)) {
      const keys = this.#watchers.get(db)
      const clients = keys?.get(key)
      clients?.delete(client)
      if (clients?.size === 0) keys?.delete(key)
      if (keys?.size === 0) this.#watchers.delete(db)
    }
    client.isDirty = false
  }

  /** Looking removes what has expired, which marks its watchers. */
  #expired(db: Database, key: ByteString): boolean {
    return !db.has(key)
  }
}
