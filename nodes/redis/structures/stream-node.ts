// A run of a stream's entries: as many as Redis keeps in one listpack (100, or 4 KiB with their encoding).

import type { ByteString } from '../value.ts'
import { elementSize, integerSize, listpackOverhead } from './listpack-size.ts'
import { compareIds, type StreamId } from './stream-id.ts'

/** How large a node may become; 0: no bound. */
export interface StreamNodeBounds {
  readonly bytesMax: number
  readonly entriesMax: number
}

/** What Redis begins with. */
export const usualNode: StreamNodeBounds = { bytesMax: 4096, entriesMax: 100 }

/** Entries that were added one after the other, without those that were deleted since. */
export class StreamNode {
  readonly entries: (readonly [id: StreamId, fields: readonly ByteString[]])[] = []
  /** Of entries that may be deleted by now. */
  readonly first: StreamId
  lastAdded: StreamId
  readonly #names: readonly ByteString[]
  #bytes: number
  #added = 0

  constructor(id: StreamId, fields: readonly ByteString[]) {
    this.first = id
    this.lastAdded = id
    this.#names = fields.filter((_, i) => i % 2 === 0)
    // The counts of entries, of deleted ones and of fields; the names that later entries may share; an end.
    this.#bytes =
      listpackOverhead + 2 * integerSize(1n) + integerSize(BigInt(this.#names.length)) + integerSize(0n)
    for (const name of this.#names) this.#bytes += elementSize(name)
    this.append(id, fields)
  }

  /** Counts deleted entries, as Redis does. */
  hasRoomFor(fields: readonly ByteString[], { bytesMax, entriesMax }: StreamNodeBounds): boolean {
    let bytes = this.#bytes
    for (const text of fields) bytes += text.length
    return (bytesMax === 0 || bytes < bytesMax) && (entriesMax === 0 || this.#added < entriesMax)
  }

  append(id: StreamId, fields: readonly ByteString[]): void {
    this.entries.push([id, fields])
    this.lastAdded = id
    this.#added++
    this.#bytes += this.#entrySize(id, fields)
  }

  /** Where the first entry is that is not below an id. */
  place(id: StreamId): number {
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = this.entries[middle]
      if (entry !== undefined && compareIds(entry[0], id) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Flags, the id as difference to the first one, names unless they are the first entry's, values, count of elements. */
  #entrySize(id: StreamId, fields: readonly ByteString[]): number {
    const count = this.#names.length
    const hasSameNames = fields.length === 2 * count && this.#names.every((name, i) => fields[2 * i] === name)
    const ms = BigInt.asIntN(64, id.ms - this.first.ms)
    const seq = BigInt.asIntN(64, id.seq - this.first.seq)
    let size = integerSize(hasSameNames ? 2n : 0n) + integerSize(ms) + integerSize(seq)
    if (!hasSameNames) size += integerSize(BigInt(fields.length / 2))
    for (const [i, text] of fields.entries()) if (!hasSameNames || i % 2 === 1) size += elementSize(text)
    return size + integerSize(BigInt(hasSameNames ? count + 3 : fields.length + 4))
  }
}
