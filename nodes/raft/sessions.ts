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

interface Session {
  readonly session: LogIndex
  sequence: number
  result: Data
  usedAt: LogIndex
}

/** The sessions of a state machine. */
export class Sessions {
  readonly #countMax: number
  readonly #sessions = new Map<LogIndex, Session>()
  /** A 32-bit hash of which sessions there are and how far each is, independent of their order. */
  digest = 0

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  /** All sessions, least recently used first. */
  get records(): readonly SessionRecord[] {
    const records = [...this.#sessions.values()].map((session) => ({ ...session }))
    return records.toSorted((one, other) => one.usedAt - other.usedAt)
  }

  /** Opens a session by the entry at an index; the one used least recently ends if there are too many. */
  open(index: LogIndex): void {
    this.#add({ session: index, sequence: 0, result: null, usedAt: index })
    if (this.#sessions.size > this.#countMax) this.#endOldest()
  }

  /** Executes a command by the entry at an index, unless its session says that it was applied before. */
  apply<C extends { readonly 0: LogIndex; readonly 1: number }>(
    index: LogIndex,
    command: C,
    execute: (command: C) => Data,
  ): SessionOutcome {
    const known = this.#sessions.get(command[0])
    const sequence = command[1]
    if (known === undefined) return { kind: 'expired' }
    if (sequence < known.sequence) return { kind: 'outdated' }
    known.usedAt = index
    if (sequence === known.sequence) return { kind: 'repeated', result: known.result }
    this.digest ^= hashOf(known)
    known.sequence = sequence
    known.result = execute(command)
    this.digest ^= hashOf(known)
    return { kind: 'applied', result: known.result }
  }

  /** Replaces all sessions by those of a snapshot. */
  restore(records: readonly SessionRecord[]): void {
    this.#sessions.clear()
    this.digest = 0
    for (const { session, sequence, result, usedAt } of records)
      this.#add({ session, sequence, result, usedAt })
  }

  #add(session: Session): void {
    this.#sessions.set(session.session, session)
    this.digest ^= hashOf(session)
  }

  // No two sessions were used by the same entry.
  #endOldest(): void {
    let oldest: Session | undefined
    for (const session of this.#sessions.values())
      if (oldest === undefined || session.usedAt < oldest.usedAt) oldest = session
    if (oldest === undefined) return
    this.#sessions.delete(oldest.session)
    this.digest ^= hashOf(oldest)
  }
}

function hashOf({ session, sequence }: Session): number {
  const mixed = Math.imul(session ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(sequence + 1, 0xc2b2ae35)
  return Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f)
}
