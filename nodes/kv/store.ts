// The store's state machine: keys, values and client sessions. Everything here is a function of the applied commands.

import type { Command, WriteCommand } from './command.ts'
import {
  hashText,
  raftRules,
  Sessions,
  type LogIndex,
  type RaftRules,
  type SessionOutcome,
  type SessionRecord,
  type StateMachine,
} from '../raft/index.ts'
import type { Data, DataRecord } from '../../sim/index.ts'

/** The result of a command: `value` is what the client gets, `expired` that its session has ended. */
export type StoreResult = SessionOutcome

interface StoreSnapshot extends DataRecord {
  readonly data: readonly (readonly [key: string, value: string])[]
  readonly sessions: readonly SessionRecord[]
}

/** A replicated map from keys to values. */
export class Store implements StateMachine {
  readonly #data = new Map<string, string>()
  readonly #sessions: Sessions
  readonly #rules: RaftRules
  // Hash of the data, independent of its order, kept up to date with every change.
  #dataDigest = 0

  constructor(sessionsMax: number, rules: RaftRules = raftRules) {
    this.#sessions = new Sessions(sessionsMax)
    this.#rules = rules
  }

  /** A 32-bit hash of keys, values and sessions: equal on replicas that have applied the same commands. */
  get digest(): number {
    return (this.#dataDigest ^ this.#sessions.digest) >>> 0
  }

  /** The value of a key; null when it is missing. */
  get(key: string): string | null {
    return this.#data.get(key) ?? null
  }

  /** Applies the command of the entry at an index; gives a SessionOutcome. */
  apply(index: LogIndex, data: Data): Data {
    return this.#apply(index, data as Command)
  }

  #apply(index: LogIndex, command: Command): SessionOutcome & DataRecord {
    if (command[0] === 'open') {
      this.#sessions.open(index)
      return { kind: 'applied', result: index }
    }
    if (command[2] === 'get') return { kind: 'applied', result: this.get(command[3]) }
    return this.#sessions.apply(index, command, this.#execute)
  }

  readonly #execute = (command: WriteCommand): Data => this.#change(command)

  #change(command: WriteCommand): Data {
    const key = command[3]
    switch (command[2]) {
      case 'put':
        return this.#set(key, command[4])
      case 'append':
        return this.#set(key, (this.#data.get(key) ?? '') + command[4])
      case 'cas':
        if (this.get(key) !== command[5]) return false
        this.#set(key, command[4])
        return true
      case 'delete':
        return this.#remove(key)
    }
  }

  #set(key: string, value: string): null {
    const before = this.#data.get(key)
    if (before !== undefined) this.#dataDigest ^= hashPair(key, before)
    this.#dataDigest ^= hashPair(key, value)
    this.#data.set(key, value)
    return null
  }

  #remove(key: string): null {
    const value = this.#data.get(key)
    if (value === undefined) return null
    this.#data.delete(key)
    this.#dataDigest ^= hashPair(key, value)
    return null
  }

  takeSnapshot(): string {
    const sessions = this.#rules.snapshotSessions(this.#sessions.records)
    const snapshot: StoreSnapshot = { data: [...this.#data], sessions }
    return JSON.stringify(snapshot)
  }

  restoreSnapshot(state: string): void {
    const { data, sessions } = JSON.parse(state) as StoreSnapshot
    this.#data.clear()
    this.#dataDigest = 0
    for (const [key, value] of data) this.#set(key, value)
    this.#sessions.restore(sessions)
  }
}

// Of a long value only its length and its end: values grow by appending.
function hashPair(key: string, value: string): number {
  let hash = Math.imul(hashText(key), 0x85ebca6b) ^ value.length
  for (let place = Math.max(0, value.length - 32); place < value.length; place++)
    hash = Math.imul(hash ^ value.charCodeAt(place), 0x01000193)
  return hash
}
