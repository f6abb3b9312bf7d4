// Words that were read before. Commands, many keys and many options come again and again: found here they are neither made
// nor hashed anew, which is most of what reading a short command costs. What is not known costs a few nanoseconds more, and
// takes the place of another word.

import type { ByteString } from '../value.ts'

/** Words of so many bytes at most are remembered. */
export const knownWordMax = 64
/** How many places there are: a power of two. */
const placesCount = 1024

/** Remembers words by their bytes. */
export class KnownWords {
  readonly #words: ByteString[] = Array.from({ length: placesCount }, () => '')

  /** The word that stands in bytes from `from` (inclusive) to `end` (exclusive); undefined where it is not known. */
  find(bytes: Uint8Array, from: number, end: number): ByteString | undefined {
    const word = this.#words[placeOf(bytes, from, end)]
    return word !== undefined && isSame(word, bytes, from, end) ? word : undefined
  }

  /** Remembers a word of 1 to `knownWordMax` bytes, which stands there. */
  remember(word: ByteString, bytes: Uint8Array, from: number, end: number): void {
    this.#words[placeOf(bytes, from, end)] = word
  }
}

/** From the length and three bytes: words differ most at their ends. */
function placeOf(bytes: Uint8Array, from: number, end: number): number {
  const [first = 0, before = 0, last = 0] = [bytes[from], bytes[Math.max(from, end - 2)], bytes[end - 1]]
  return (first * 7 + before * 311 + last * 31 + (end - from) * 101) & (placesCount - 1)
}

/** Compared from the end, where words differ most. */
function isSame(word: ByteString, bytes: Uint8Array, from: number, end: number): boolean {
  if (word.length !== end - from) return false
  for (let at = word.length - 1; at >= 0; at -= 1) if (word.charCodeAt(at) !== bytes[from + at]) return false
  return true
}
