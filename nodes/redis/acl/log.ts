// ACL LOG: who was refused what, the latest first. What repeats within a minute is counted, not listed again.

import type { Denial } from './permission.ts'
import type { ByteString } from '../value.ts'

/** Something that was refused. */
export interface AclLogEntry {
  readonly reason: 'auth' | Denial['reason']
  readonly context: 'toplevel' | 'multi' | 'lua'
  readonly object: ByteString
  readonly username: ByteString
  readonly clientInfo: string
  /** Milliseconds since 1970. */
  readonly at: number
}

interface Counted {
  readonly entry: AclLogEntry
  readonly count: number
}

/** How many entries are looked at to find the same one, and for how long it counts as the same. */
const recentMax = 10
const sameFor = 60_000

/** The log. */
export class AclLog {
  #entries: readonly Counted[] = []

  /** Adds an entry; beyond so many the oldest go. */
  add(entry: AclLogEntry, max: number): void {
    const at = this.#entries.findIndex(
      (known, place) =>
        place < recentMax && isSame(known.entry, entry) && entry.at - known.entry.at < sameFor,
    )
    const count = (this.#entries[at]?.count ?? 0) + 1
    const others = at < 0 ? this.#entries : this.#entries.toSpliced(at, 1)
    this.#entries = [{ entry, count }, ...others].slice(0, max)
  }

  /** The latest entries, the latest first, with how often each came. */
  latest(max: number): readonly Counted[] {
    return this.#entries.slice(0, Math.max(0, max))
  }

  reset(): void {
    this.#entries = []
  }
}

function isSame(a: AclLogEntry, b: AclLogEntry): boolean {
  return (
    a.reason === b.reason && a.context === b.context && a.object === b.object && a.username === b.username
  )
}
