// What a key can hold. Redis strings are bytes; here each byte is one character (0..255) of a JavaScript string, which is
// compact, hashes fast and compares by bytes. RESP decodes to it and encodes from it without another step.

import type { SortedSet } from './structures/sorted-set.ts'
import type { Stream } from './structures/stream.ts'

/** Bytes as text: every character is one byte. */
export type ByteString = string

/** What a key can hold. */
export type Value =
  | { readonly kind: 'string'; bytes: ByteString }
  | { readonly kind: 'list'; readonly items: ByteString[] }
  | { readonly kind: 'set'; readonly members: Set<ByteString> }
  | { readonly kind: 'hash'; readonly fields: Map<ByteString, ByteString> }
  | { readonly kind: 'zset'; readonly members: SortedSet }
  | { readonly kind: 'stream'; readonly entries: Stream }

/** A key's value and when it expires: milliseconds since 1970, or null for never. */
export interface Entry {
  value: Value
  expiresAt: number | null
}
