// Bytes beside bytes as text.

import type { ByteString } from '../value.ts'

/** Whether a word stands in bytes from `from` (inclusive) to `end` (exclusive). Compared from the end, where words differ most. */
export function isSameBytes(word: ByteString, bytes: Uint8Array, from: number, end: number): boolean {
  if (word.length !== end - from) return false
  for (let at = word.length - 1; at >= 0; at -= 1) if (word.charCodeAt(at) !== bytes[from + at]) return false
  return true
}
