// What a consumer group has handed out and not seen acknowledged: a map by the id's text that iterates in the order of ids.
// Ids nearly always come in order. After one that does not (a claim by force, a group set back), the order is put right
// when somebody next looks.

import type { ByteString } from '../value.ts'
import { compareIds, type StreamId } from './stream-id.ts'

/** An entry that was handed to a consumer and not acknowledged. */
export interface PendingEntry {
  readonly id: StreamId
  consumer: ByteString
  /** Milliseconds since 1970. */
  deliveredAt: number
  deliveries: number
}

/** Pending entries by their ids' text, in the order of ids. */
export class PendingEntries extends Map<string, PendingEntry> {
  #isSorted = true
  /** No id in the map is above it. */
  #bound: StreamId | undefined

  override set(key: string, entry: PendingEntry): this {
    if (!this.has(key)) {
      if (this.#bound !== undefined && compareIds(entry.id, this.#bound) < 0) this.#isSorted = false
      else this.#bound = entry.id
    }
    return super.set(key, entry)
  }

  override clear(): void {
    super.clear()
    this.#isSorted = true
    this.#bound = undefined
  }

  override keys(): MapIterator<string> {
    this.#sort()
    return super.keys()
  }

  override values(): MapIterator<PendingEntry> {
    this.#sort()
    return super.values()
  }

  override entries(): MapIterator<[string, PendingEntry]> {
    this.#sort()
    return super.entries()
  }

  override [Symbol.iterator](): MapIterator<[string, PendingEntry]> {
    return this.entries()
  }

  override forEach(call: (value: PendingEntry, key: string, map: Map<string, PendingEntry>) => void): void {
    this.#sort()
    super.forEach(call)
  }

  #sort(): void {
    if (this.#isSorted) return
    const entries = [...super.entries()].sort(([, a], [, b]) => compareIds(a.id, b.id))
    this.clear()
    for (const [key, entry] of entries) this.set(key, entry)
  }
}
