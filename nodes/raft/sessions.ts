// Client sessions (section 8; thesis 6.3): what makes a command that a client sends twice take effect once. A session is
// opened through the log and named by the index of that entry, so that no late copy of an old request can revive it.
// Everything here is a function of the applied log, and so the same on every server; the number of sessions is bounded,
// and the one that was used least recently ends first.

import type { LogIndex } from './core/entry.ts'
import type { Data, DataRecord } from '../../sim/index.ts'

/** A client's session as a snapshot holds it. */
export interface SessionRecord extends DataRecord {
  /** The index of the entry that opened it. */
  readonly session: LogIndex
  /** The sequence number of the command that was applied last; 0 for none. */
  readonly sequence: number
  readonly result: Data
  /** The index of the entry that used the session last. */
  readonly usedAt: LogIndex
}

/** What becomes of a command in its session. */
export type SessionOutcome =
  | { readonly kind: 'applied'; readonly result: Data }
  /** It was applied before; this is the result it had. */
  | { readonly kind: 'repeated'; readonly result: Data }
  /** A later command of the session was applied: nobody waits for this one. */
  | { readonly kind: 'outdated' }
  /** The session has ended: whether the command was applied before is not known any more. */
  | { readonly kind: 'expired' }

/** The sessions of a state machine. */
export class Sessions {
  readonly #countMax: number
  // In the order of use: the first is the one that was used least recently.
  readonly #sessions = new Map<LogIndex, SessionRecord>()
  /** A 32-bit hash of which sessions there are and how far each is, independent of their order. */
  digest = 0

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  /** All sessions, least recently used first. */
  get records(): readonly SessionRecord[] {
    return [...this.#sessions.values()]
  }

  /** Opens a session by the entry at an index; the one used least recently ends if there are too many. */
  open(index: LogIndex): void {
    this.#put({ session: index, sequence: 0, result: null, usedAt: index })
    if (this.#sessions.size <= this.#countMax) return
    const [oldest] = this.#sessions.values()
    if (oldest !== undefined) this.#remove(oldest)
  }

  /** Applies a command by the entry at an index, unless its session says that it was applied before. */
  apply(index: LogIndex, session: LogIndex, sequence: number, command: () => Data): SessionOutcome {
    const known = this.#sessions.get(session)
    if (known === undefined) return { kind: 'expired' }
    if (sequence < known.sequence) return { kind: 'outdated' }
    const isRepeated = sequence === known.sequence
    const result = isRepeated ? known.result : command()
    this.#remove(known)
    this.#put({ session, sequence, result, usedAt: index })
    return { kind: isRepeated ? 'repeated' : 'applied', result }
  }

  /** Replaces all sessions by those of a snapshot. */
  restore(records: readonly SessionRecord[]): void {
    this.#sessions.clear()
    this.digest = 0
    for (const record of records) this.#put(record)
  }

  #put(record: SessionRecord): void {
    this.#sessions.set(record.session, record)
    this.digest ^= hashRecord(record)
  }

  #remove(record: SessionRecord): void {
    this.#sessions.delete(record.session)
    this.digest ^= hashRecord(record)
  }
}

function hashRecord({ session, sequence }: SessionRecord): number {
  const mixed = Math.imul(session ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(sequence + 1, 0xc2b2ae35)
  return Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f)
}
