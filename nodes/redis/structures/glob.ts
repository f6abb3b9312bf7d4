// Glob patterns as Redis matches keys, channels and settings: `*`, `?`, `[abc]`, `[^a-z]`, `\x`.
// Linear steps back only to the last star, so that a hostile pattern costs at most |pattern| × |text|.

import type { ByteString } from '../value.ts'

const star = 42
const question = 63
const bracket = 91
const backslash = 92

/** Whether text matches a pattern. Bytes are compared as they are, or without regard to the case of ASCII letters. */
export function matchesGlob(pattern: ByteString, text: ByteString, ignoresCase = false): boolean {
  if (pattern === '*') return true
  return ignoresCase ? matches(lowered(pattern), lowered(text)) : matches(pattern, text)
}

function lowered(text: ByteString): ByteString {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function matches(pattern: ByteString, text: ByteString): boolean {
  let p = 0
  let t = 0
  let starAt = -1
  let starText = 0
  while (t < text.length) {
    if (pattern.charCodeAt(p) === star) {
      starAt = p++
      starText = t
      continue
    }
    const next = p < pattern.length ? afterOne(pattern, p, text.charCodeAt(t)) : -1
    if (next >= 0) {
      p = next
      t++
    } else if (starAt >= 0) {
      // Earlier stars need no other try: what they could take, this one can take.
      p = starAt + 1
      t = ++starText
    } else return false
  }
  while (pattern.charCodeAt(p) === star) p++
  return p === pattern.length
}

/** Where the pattern goes on after it has matched one byte, or -1 if it does not match. */
function afterOne(pattern: ByteString, at: number, byte: number): number {
  const code = pattern.charCodeAt(at)
  if (code === question) return at + 1
  if (code === bracket) return afterSet(pattern, at + 1, byte)
  if (code === backslash && at + 1 < pattern.length) return pattern.charCodeAt(at + 1) === byte ? at + 2 : -1
  return code === byte ? at + 1 : -1
}

/** As Redis reads sets: one without its end lasts to the pattern's, `]` right after `[` ends an empty one. */
function afterSet(pattern: ByteString, start: number, byte: number): number {
  let at = start
  const isNegated = pattern.charAt(at) === '^'
  if (isNegated) at++
  let isIn = false
  while (at < pattern.length && pattern.charAt(at) !== ']') {
    if (pattern.charCodeAt(at) === backslash && at + 1 < pattern.length) {
      if (pattern.charCodeAt(at + 1) === byte) isIn = true
      at += 2
    } else if (pattern.charAt(at + 1) === '-' && at + 2 < pattern.length) {
      if (isBetween(byte, pattern.charCodeAt(at), pattern.charCodeAt(at + 2))) isIn = true
      at += 3
    } else {
      if (pattern.charCodeAt(at) === byte) isIn = true
      at++
    }
  }
  if (isIn === isNegated) return -1
  return Math.min(at + 1, pattern.length)
}

/** Ends in either order, compared as C's signed characters: bytes from 128 on stand before all others. */
function isBetween(byte: number, first: number, last: number): boolean {
  const [value, start, end] = [signed(byte), signed(first), signed(last)]
  return value >= Math.min(start, end) && value <= Math.max(start, end)
}

function signed(byte: number): number {
  return (byte << 24) >> 24
}
