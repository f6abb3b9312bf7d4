// A log entry: what every member of the cluster stores in the same order, and its encoding as text.

import type { Configuration } from './configuration.ts'
import type { Data, DataRecord } from '../../../sim/index.ts'

/** The number of a term: 0 before the first election. */
export type Term = number

/** The place of an entry in the log: the first one is 1. */
export type LogIndex = number

/** One entry of the log. Its index is its place. */
export interface Entry extends DataRecord {
  readonly term: Term
  /** What the state machine gets; null for an entry that only Raft needs. */
  readonly command: Data
  /** The members of the cluster from this entry on (section 6). */
  readonly configuration?: Configuration
}

/** What stands on the disk for an entry, and a 32-bit hash of it. */
export interface EncodedEntry {
  readonly text: string
  readonly digest: number
}

// Entries are frozen and shared by reference inside one process, so that one which was encoded a moment ago, by this
// server or another, need not be encoded again. What is found here cannot be observed: the result depends on the entry only.
const recentMax = 16
const recentEntries: (Entry | null)[] = Array.from({ length: recentMax }, () => null)
const recentEncodings: EncodedEntry[] = Array.from({ length: recentMax }, () => ({ text: '', digest: 0 }))
let recentPlace = 0

/** The entry's command, or its configuration, as JSON, and that text's digest. The entry must not change afterwards. */
export function encodeEntry(entry: Entry): EncodedEntry {
  const place = recentEntries.indexOf(entry)
  if (place >= 0) return recentEncodings[place] as EncodedEntry
  const text = JSON.stringify(entry.configuration ?? entry.command)
  const encoded = { text, digest: hashText(text) }
  recentPlace = (recentPlace + 1) % recentMax
  recentEntries[recentPlace] = entry
  recentEncodings[recentPlace] = encoded
  return encoded
}

/** The entry of a term and a text that `encodeEntry` made. Throws a SyntaxError when the text is no JSON. */
export function decodeEntry(term: Term, text: string, isConfiguration: boolean): Entry {
  if (isConfiguration) return { term, command: null, configuration: JSON.parse(text) as Configuration }
  return { term, command: JSON.parse(text) as Data }
}

/** A 32-bit hash of a text (FNV-1a over its UTF-16 code units), as an unsigned number. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let place = 0; place < text.length; place++)
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193)
  return hash >>> 0
}
