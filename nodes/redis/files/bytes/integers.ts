// Byte strings that are the decimal text of a whole number: Redis stores them as numbers.

import type { ByteString } from '../../value.ts'

const digitsMax = 20

/** The 64-bit number whose only decimal text this is, or null. `+1`, `01`, `-0` and a blank are none. */
export function integerOf(text: ByteString): bigint | null {
  if (!looksLikeInteger(text)) return null
  const value = BigInt(text)
  return BigInt.asIntN(64, value) === value ? value : null
}

/** The same for numbers up to 32 bits, without bigint. */
export function smallIntegerOf(text: ByteString): number | null {
  if (text.length > 11 || !looksLikeInteger(text)) return null
  const value = Number(text)
  return (value | 0) === value ? value : null
}

function looksLikeInteger(text: ByteString): boolean {
  if (text.length === 0 || text.length > digitsMax) return false
  const isNegative = text.charCodeAt(0) === 45
  const first = isNegative ? 1 : 0
  if (text === '0') return true
  const lead = text.charCodeAt(first)
  if (!(lead >= 49 && lead <= 57)) return false
  for (let place = first + 1; place < text.length; place++) {
    const code = text.charCodeAt(place)
    if (code < 48 || code > 57) return false
  }
  return true
}
