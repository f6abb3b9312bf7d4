// All keys (and libraries of functions) as they are at one instant, written piece by piece while commands go on.
//
// Redis forks: the child's memory stands still. Within one process there are two ways. Writing everything in one go stops the
// server for as long as that takes, seconds for a few gigabytes. Here the snapshot notes at once which keys there are, their
// values and when they expire (three arrays: less than half a microsecond a key, where a fork copies its
// page tables), and writes the values in slices between commands. A value that is removed, renamed or replaced meanwhile is
// still in the arrays, and nobody changes it any more; only before a value is changed in place it has to be written early,
// which `aboutToChange` does. So a pause is one slice, or the one value that is about to change: never the data set.
// FLUSHALL, SWAPDB, expiry and eviction cost nothing at all.
//
// What is written early may have been written before, or be younger than the snapshot. That is harmless (it is looked for by
// its value, and not found) and rare (once a value and snapshot), and saves an index of all values.

import { type EncodedValue, encodeValue, type RdbWriter, type SavedEntry } from '../rdb/writer.ts'
import type { ByteString, Value } from '../../value.ts'

/** A database as a snapshot sees it. */
export interface CapturableDatabase {
  readonly index: number
  readonly size: number
  readonly volatileSize: number
  entries(): Iterable<readonly [key: ByteString, entry: SavedEntry]>
}

interface CapturedDatabase {
  readonly index: number
  readonly volatileSize: number
  readonly keys: readonly ByteString[]
  readonly values: readonly Value[]
  readonly expiries: readonly (number | null)[]
}

/** What there is to capture. */
export interface Capturable {
  readonly databases: Iterable<CapturableDatabase>
  /** The code of each library of functions. */
  readonly libraries: readonly ByteString[]
  /** Where the data are in the replication stream: see `StreamOrigin`. Null where there is none. */
  readonly origin: StreamOrigin | null
}

/** The id of a replication stream, how many bytes of it the data hold, and the database that it is in after them. */
export interface StreamOrigin {
  readonly id: string
  readonly offset: number
  readonly database: number
}

/** The aux fields that say where data are in a stream. */
export function originFields(
  origin: StreamOrigin | null,
): readonly (readonly [name: ByteString, value: ByteString])[] {
  if (origin === null) return []
  return [
    ['repl-stream-db', String(origin.database)],
    ['repl-id', origin.id],
    ['repl-offset', String(origin.offset)],
  ]
}

/** What the aux fields of a snapshot say of the stream; null where they do not. */
export function originOf(fields: ReadonlyMap<ByteString, ByteString>): StreamOrigin | null {
  const id = fields.get('repl-id') ?? ''
  const [offset, database] = ['repl-offset', 'repl-stream-db'].map((name) => Number(fields.get(name) ?? NaN))
  if (!/^[0-9a-f]{40}$/.test(id) || offset === undefined || !Number.isSafeInteger(offset)) return null
  return { id, offset, database: database !== undefined && database >= 0 ? database : 0 }
}

/** The keys and libraries of one instant. */
export class Capture {
  readonly #libraries: readonly ByteString[]
  readonly #databases: readonly CapturedDatabase[]
  readonly #isCompressing: boolean
  readonly #early = new Map<Value, EncodedValue>()
  readonly #done = new WeakSet<Value>()

  /** Where it is in the replication stream. */
  readonly origin: StreamOrigin | null

  /** Of the keys so many were written. */
  written = 0

  constructor({ databases, libraries, origin }: Capturable, isCompressing: boolean) {
    this.origin = origin
    this.#libraries = [...libraries]
    this.#databases = [...databases].filter(({ size }) => size > 0).map(capture)
    this.#isCompressing = isCompressing
  }

  /** How many keys there are. */
  get size(): number {
    return this.#databases.reduce((sum, { keys }) => sum + keys.length, 0)
  }

  /** To be called before a value is changed in place. */
  aboutToChange(value: Value): void {
    if (this.#done.has(value) || this.#early.has(value)) return
    this.#early.set(value, encodeValue(value, this.#isCompressing))
  }

  /** Writes libraries and keys; stops each time that so many bytes wait to be taken. */
  *write(writer: RdbWriter, sliceBytes: number): Generator<void, void, undefined> {
    for (const code of this.#libraries) {
      writer.library(code)
      if (writer.size >= sliceBytes) yield
    }
    for (const { index, keys, values, expiries, volatileSize } of this.#databases) {
      writer.database(index, keys.length, volatileSize)
      for (const [place, key] of keys.entries()) {
        const value = values[place]
        if (value === undefined) continue
        this.#writeKey(writer, key, { value, expiresAt: expiries[place] ?? null })
        if (writer.size >= sliceBytes) yield
      }
    }
  }

  #writeKey(writer: RdbWriter, key: ByteString, entry: SavedEntry): void {
    const early = this.#early.get(entry.value)
    if (early === undefined) writer.key(key, entry)
    else writer.encodedKey(key, early, entry.expiresAt)
    this.#early.delete(entry.value)
    this.#done.add(entry.value)
    this.written += 1
  }
}

function capture(database: CapturableDatabase): CapturedDatabase {
  const keys: ByteString[] = []
  const values: Value[] = []
  const expiries: (number | null)[] = []
  for (const [key, { value, expiresAt }] of database.entries()) {
    keys.push(key)
    values.push(value)
    expiries.push(expiresAt)
  }
  const { index, volatileSize } = database
  return { index, volatileSize, keys, values, expiries }
}
