// All keys as they are at one instant, written piece by piece while commands go on.
//
// Redis forks: the child's memory stands still. Within one process there are two ways. Writing everything in one go stops the
// server for as long as that takes, seconds for a few gigabytes. Here the snapshot notes at once which keys there are and
// which entries they hold (two arrays; some ten milliseconds for a million keys, about what a fork takes to copy its page
// tables), and writes the entries in slices between commands. An entry that is removed, renamed or replaced meanwhile is still
// in the arrays and nobody changes it any more; only before an entry is changed in place it has to be written early, which
// `aboutToChange` does. So a pause is one slice, or the one value that is about to change: never the data set. FLUSHALL,
// SWAPDB, expiry and eviction cost nothing at all.
//
// What is written early may have been written before, or be younger than the snapshot. That is harmless (it is looked for by
// its entry, and not found) and rare (once an entry and snapshot), and saves an index of all entries.

import { type EncodedEntry, encodeEntry, type RdbWriter, type SavedEntry } from '../rdb/writer.ts'
import type { ByteString } from '../../value.ts'

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
  readonly entries: readonly SavedEntry[]
}

/** The keys of one instant. */
export class Capture {
  readonly #databases: readonly CapturedDatabase[]
  readonly #isCompressing: boolean
  readonly #early = new Map<SavedEntry, EncodedEntry>()
  readonly #done = new WeakSet<SavedEntry>()

  constructor(databases: Iterable<CapturableDatabase>, isCompressing: boolean) {
    this.#databases = [...databases].filter(({ size }) => size > 0).map(capture)
    this.#isCompressing = isCompressing
  }

  /** To be called before an entry is changed in place: its value, or when it expires. */
  aboutToChange(entry: SavedEntry): void {
    if (this.#done.has(entry) || this.#early.has(entry)) return
    this.#early.set(entry, encodeEntry(entry, this.#isCompressing))
  }

  /** Writes the keys; stops each time that so many bytes wait to be taken. */
  *write(writer: RdbWriter, sliceBytes: number): Generator<void, void, undefined> {
    for (const { index, keys, entries, volatileSize } of this.#databases) {
      writer.database(index, keys.length, volatileSize)
      for (const [place, key] of keys.entries()) {
        const entry = entries[place]
        if (entry === undefined) continue
        this.#writeKey(writer, key, entry)
        if (writer.size >= sliceBytes) yield
      }
    }
  }

  #writeKey(writer: RdbWriter, key: ByteString, entry: SavedEntry): void {
    const early = this.#early.get(entry)
    if (early === undefined) writer.key(key, entry)
    else writer.encodedKey(key, early)
    this.#early.delete(entry)
    this.#done.add(entry)
  }
}

function capture(database: CapturableDatabase): CapturedDatabase {
  const keys: ByteString[] = []
  const entries: SavedEntry[] = []
  for (const [key, entry] of database.entries()) {
    keys.push(key)
    entries.push(entry)
  }
  return { index: database.index, volatileSize: database.volatileSize, keys, entries }
}
