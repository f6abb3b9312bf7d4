// What stands in the frames of the log: the hard state, entries, and where the log was cut.

import type { ByteBuffer } from './byte-buffer.ts'
import { ByteReader } from './byte-buffer.ts'
import { decodeEntry, encodeEntry, type Entry, type LogIndex, type Term } from '../core/entry.ts'
import type { HardState } from '../core/rules.ts'

/** A record of the log. */
export type LogRecord =
  /** The first record of a file: the log goes on after a snapshot's entry (0 and 0: from the beginning). */
  | { readonly kind: 'base'; readonly index: LogIndex; readonly term: Term }
  | { readonly kind: 'state'; readonly state: HardState }
  /** An entry; those at its index and after, written before, do not count any more. */
  | { readonly kind: 'entry'; readonly index: LogIndex; readonly entry: Entry }
  /** The entries from an index on do not count any more. */
  | { readonly kind: 'truncate'; readonly from: LogIndex }

const tags = { base: 1, state: 2, vote: 3, command: 4, configuration: 5, truncate: 6 } as const

export function writeBase(buffer: ByteBuffer, index: LogIndex, term: Term): void {
  buffer.byte(tags.base)
  buffer.number(index)
  buffer.number(term)
}

export function writeState(buffer: ByteBuffer, { term, vote }: HardState): void {
  buffer.byte(vote === null ? tags.state : tags.vote)
  buffer.number(term)
  if (vote !== null) buffer.text(vote)
}

export function writeEntry(buffer: ByteBuffer, index: LogIndex, entry: Entry): void {
  buffer.byte(entry.configuration === undefined ? tags.command : tags.configuration)
  buffer.number(index)
  buffer.number(entry.term)
  buffer.text(encodeEntry(entry).text)
}

export function writeTruncate(buffer: ByteBuffer, from: LogIndex): void {
  buffer.byte(tags.truncate)
  buffer.number(from)
}

/** The records of a frame's payload. Throws a RangeError or SyntaxError when it holds anything else. */
export function readRecords(payload: Uint8Array): readonly LogRecord[] {
  const reader = new ByteReader(payload)
  const records: LogRecord[] = []
  while (!reader.isAtEnd) records.push(readRecord(reader))
  return records
}

function readRecord(reader: ByteReader): LogRecord {
  const tag = reader.byte()
  const first = reader.number()
  switch (tag) {
    case tags.base:
      return { kind: 'base', index: first, term: reader.number() }
    case tags.state:
      return { kind: 'state', state: { term: first, vote: null } }
    case tags.vote:
      return { kind: 'state', state: { term: first, vote: reader.text() } }
    case tags.command:
    case tags.configuration:
      return {
        kind: 'entry',
        index: first,
        entry: decodeEntry(reader.number(), reader.text(), tag === tags.configuration),
      }
    case tags.truncate:
      return { kind: 'truncate', from: first }
    default:
      throw new RangeError(`record tag ${tag}`)
  }
}
