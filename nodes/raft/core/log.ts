// The log in memory: the entries after some base, which is the last entry that was dropped. What is on disk is decided
// elsewhere (staging.ts).

import { encodeEntry, type Entry, type LogIndex, type Term } from './entry.ts'
import { assert } from '../assert.ts'
import type { DataRecord } from '../../../sim/index.ts'

/** A run of entries as probes tell of it: the first one's index, and of each its term and its digest. */
export interface EntryRun extends DataRecord {
  readonly first: LogIndex
  readonly terms: readonly Term[]
  readonly digests: readonly number[]
}

/** The entries of a log from `base + 1` to `lastIndex`. */
export class RaftLog {
  /** The index and term of the entry before the first one in memory; 0 and 0 when nothing was ever dropped. */
  base: LogIndex
  baseTerm: Term
  readonly #entries: Entry[]
  // The digest of each entry: asked for when it is appended and again when it is applied.
  readonly #digests: number[]

  constructor(base: LogIndex = 0, baseTerm: Term = 0, entries: readonly Entry[] = []) {
    this.base = base
    this.baseTerm = baseTerm
    this.#entries = [...entries]
    this.#digests = entries.map((entry) => encodeEntry(entry).digest)
  }

  get lastIndex(): LogIndex {
    return this.base + this.#entries.length
  }

  get lastTerm(): Term {
    const last = this.#entries.at(-1)
    return last === undefined ? this.baseTerm : last.term
  }

  /** The term of the entry at an index; undefined when there is none in memory. */
  termAt(index: LogIndex): Term | undefined {
    return index === this.base ? this.baseTerm : this.#entries[index - this.base - 1]?.term
  }

  /** The entry at an index, which must be in memory. */
  entryAt(index: LogIndex): Entry {
    const entry = this.#entries[index - this.base - 1]
    if (entry === undefined) return this.#missing(index)
    return entry
  }

  append(entry: Entry): LogIndex {
    this.#entries.push(entry)
    this.#digests.push(encodeEntry(entry).digest)
    return this.lastIndex
  }

  /** At most `countMax` entries from an index on. */
  slice(from: LogIndex, countMax: number = Number.MAX_SAFE_INTEGER): readonly Entry[] {
    const start = from - this.base - 1
    if (start < 0) return this.#missing(from)
    return this.#entries.slice(start, Math.min(start + countMax, this.#entries.length))
  }

  /** What a probe says of the entries from `first` to `last`, which must be in memory. */
  describe(first: LogIndex, last: LogIndex): EntryRun {
    if (first === last)
      return {
        first,
        terms: [this.entryAt(first).term],
        digests: [this.#digests[first - this.base - 1] as number],
      }
    const terms: Term[] = []
    const digests: number[] = []
    for (let index = first; index <= last; index++) {
      terms.push(this.entryAt(index).term)
      digests.push(this.#digests[index - this.base - 1] as number)
    }
    return { first, terms, digests }
  }

  /** Drops the entries from an index on. */
  truncate(from: LogIndex): void {
    this.#entries.length = this.#digests.length = from - this.base - 1
  }

  /** Drops the entries up to an index, which becomes the base. */
  compact(to: LogIndex): void {
    const term = this.termAt(to)
    assert(term !== undefined, 'the log is compacted to an entry that it holds', { to, base: this.base })
    this.#entries.splice(0, to - this.base)
    this.#digests.splice(0, to - this.base)
    this.base = to
    this.baseTerm = term
  }

  /** Drops everything; the log goes on after an entry that a snapshot stands for. */
  reset(base: LogIndex, baseTerm: Term): void {
    this.#entries.length = this.#digests.length = 0
    this.base = base
    this.baseTerm = baseTerm
  }

  /** The first index of the run of entries of one term that holds the given index, as far as it is in memory. */
  firstOfTerm(index: LogIndex): LogIndex {
    const term = this.termAt(index)
    let first = index
    while (first - 1 > this.base && this.termAt(first - 1) === term) first--
    return first
  }

  /** The last index at or before `index` whose entry has that term or a smaller one. */
  lastOfTerm(index: LogIndex, term: Term): LogIndex {
    let last = Math.min(index, this.lastIndex)
    while (last > this.base && (this.termAt(last) as Term) > term) last--
    return last
  }

  #missing(index: LogIndex): never {
    throw new Error(`must hold: entry ${index} is in memory (${this.base + 1} to ${this.lastIndex})`)
  }
}
