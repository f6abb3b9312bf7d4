// Redis's glob patterns: ? * [a-z] [^a] and \ before what is meant as it is. Bytes, not characters.

import type { ByteString } from '../value.ts'

/** Whether a text matches a pattern. Time is bounded by the product of their lengths: a star is only ever taken up again by the last one. */
export function matchesGlob(pattern: ByteString, text: ByteString, ignoresCase = false): boolean {
  if (pattern === '*') return true
  const glob = ignoresCase ? pattern.toLowerCase() : pattern
  const subject = ignoresCase ? text.toLowerCase() : text
  let at = 0
  let position = 0
  let starAt = -1
  let starPosition = 0
  while (position < subject.length) {
    if (glob.charAt(at) === '*') {
      starAt = at + 1
      starPosition = position
      at = starAt
      continue
    }
    const next = at < glob.length ? matchOne(glob, at, subject.charAt(position)) : -1
    if (next >= 0) {
      at = next
      position += 1
    } else if (starAt >= 0) {
      starPosition += 1
      position = starPosition
      at = starAt
    } else return false
  }
  while (glob.charAt(at) === '*') at += 1
  return at === glob.length
}

/** Where the pattern goes on when what stands at `at` matches a character; -1 when it does not. */
function matchOne(glob: string, at: number, char: string): number {
  const token = glob.charAt(at)
  if (token === '?') return at + 1
  if (token === '[') return matchClass(glob, at + 1, char)
  if (token === '\\' && at + 1 < glob.length) return glob.charAt(at + 1) === char ? at + 2 : -1
  return token === char ? at + 1 : -1
}

function matchClass(glob: string, start: number, char: string): number {
  const isNegated = glob.charAt(start) === '^'
  let at = isNegated ? start + 1 : start
  let isFound = false
  while (at < glob.length && glob.charAt(at) !== ']') {
    if (glob.charAt(at) === '\\' && at + 1 < glob.length) {
      at += 1
      if (glob.charAt(at) === char) isFound = true
    } else if (at + 2 < glob.length && glob.charAt(at + 1) === '-') {
      const [low = '', high = ''] = [glob.charAt(at), glob.charAt(at + 2)].sort()
      if (char >= low && char <= high) isFound = true
      at += 2
    } else if (glob.charAt(at) === char) isFound = true
    at += 1
  }
  // A class that is not closed ends with the pattern, as in Redis.
  const next = Math.min(at + 1, glob.length)
  return isFound === isNegated ? -1 : next
}
