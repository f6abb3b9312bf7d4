// One log file as read: its frames' records put together, and where its last good frame ends.

import type { Entry, LogIndex, Term } from '../core/entry.ts'
import type { HardState } from '../core/rules.ts'
import { fileMark, frameAt } from './frame.ts'
import { readRecords, type LogRecord } from './log-records.ts'
import { CorruptStorageError } from './storage-error.ts'

/** What a log file says. */
export interface LogContent {
  readonly baseIndex: LogIndex
  readonly baseTerm: Term
  readonly state: HardState
  readonly entries: readonly Entry[]
  /** How many frames there are: the next one's sequence. */
  readonly frames: number
  /** Where the last good frame ends; what follows is torn. */
  readonly end: number
}

/**
 * Puts a log file together. A torn last frame is left out: it was never synced, so nothing was said that rests on it.
 * Throws a CorruptStorageError when a frame was damaged after it had been synced.
 */
export function readLog(path: string, bytes: Uint8Array): LogContent {
  const reading = new Reading(path)
  const mark = fileMark(path)
  let end = 0
  for (;;) {
    const frame = frameAt(mark, bytes, end)
    if (frame.kind === 'damaged') throw new CorruptStorageError(path, end, frame.got, 'a good frame')
    if (frame.kind !== 'good') break
    reading.frame(end, frame.sequence, frame.payload)
    end = frame.end
  }
  return reading.content(end)
}

class Reading {
  readonly #path: string
  #frames = 0
  #base: { readonly index: LogIndex; readonly term: Term } | null = null
  #state: HardState = { term: 0, vote: null }
  readonly #entries: Entry[] = []

  constructor(path: string) {
    this.#path = path
  }

  frame(offset: number, sequence: number, payload: Uint8Array): void {
    if (sequence !== this.#frames) throw this.#corrupt(offset, `frame ${sequence}`, `frame ${this.#frames}`)
    this.#frames++
    for (const record of this.#records(offset, payload)) this.#take(offset, record)
  }

  #records(offset: number, payload: Uint8Array): readonly LogRecord[] {
    try {
      return readRecords(payload)
    } catch (error) {
      throw this.#corrupt(offset, String(error), 'records')
    }
  }

  #take(offset: number, record: LogRecord): void {
    if ((record.kind === 'base') !== (this.#base === null))
      throw this.#corrupt(offset, record.kind, 'one base, first')
    switch (record.kind) {
      case 'base':
        this.#base = record
        break
      case 'state':
        this.#state = record.state
        break
      case 'entry':
        this.#cut(offset, record.index)
        this.#entries.push(record.entry)
        break
      case 'truncate':
        this.#cut(offset, record.from)
        break
    }
  }

  #cut(offset: number, from: LogIndex): void {
    const length = from - 1 - (this.#base?.index ?? 0)
    if (length < 0 || length > this.#entries.length)
      throw this.#corrupt(offset, `entry ${from}`, `an entry up to ${this.#entries.length + 1}`)
    this.#entries.length = length
  }

  content(end: number): LogContent {
    // A log file gets its name only when its first frame is safe.
    if (this.#base === null) throw this.#corrupt(0, 'no whole first frame', 'the base of the log')
    const { index, term } = this.#base
    return {
      baseIndex: index,
      baseTerm: term,
      state: newestState(this.#state, this.#entries.at(-1)?.term ?? term),
      entries: this.#entries,
      frames: this.#frames,
      end,
    }
  }

  #corrupt(offset: number, got: string, wanted: string): CorruptStorageError {
    return new CorruptStorageError(this.#path, offset, got, wanted)
  }
}

// A server that holds an entry of a term has been in that term.
function newestState(state: HardState, term: Term): HardState {
  return term > state.term ? { term, vote: null } : state
}
