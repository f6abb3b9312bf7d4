// Scores of sorted sets as text, as old RDB files and compact encodings hold them.

import type { ByteSource } from '../bytes/byte-source.ts'
import type { ByteString } from '../../value.ts'

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** The number that a text is, infinities included; null where it is none. */
export function parseScore(text: ByteString): number | null {
  if (decimal.test(text)) return Number(text)
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text)
  if (infinity === null) return null
  return infinity[1] === '-' ? -Infinity : Infinity
}

/** A score as the text that compact sorted sets hold: whole numbers without a point, others with up to 17 digits. */
export function scoreText(score: number): ByteString {
  if (score === Infinity) return 'inf'
  if (score === -Infinity) return '-inf'
  if (Object.is(score, -0)) return '-0'
  if (Number.isInteger(score) && Math.abs(score) < 1e17) return score.toFixed(0)
  return seventeenDigits(score)
}

/** A score of the oldest kind of sorted set: a length, and so much text; 253 to 255 are NaN and the infinities. */
export function readTextScore(source: ByteSource): number {
  const place = source.place
  const length = source.byte()
  if (length === 255) return -Infinity
  if (length === 254) return Infinity
  if (length === 253) throw source.wrong('a score that is no number', 'a score', place)
  const text = source.text(length)
  const score = parseScore(text)
  if (score === null) throw source.wrong('a score that is no number', 'a score', place)
  return score
}

// What C's %.17g prints: exponents have two digits at least, trailing zeros go.
function seventeenDigits(score: number): ByteString {
  const [digits = '', exponent = '0'] = score.toExponential(16).split('e')
  const power = Number(exponent)
  if (power < -4 || power >= 17) {
    const size = String(Math.abs(power)).padStart(2, '0')
    return `${trimZeros(digits)}e${power < 0 ? '-' : '+'}${size}`
  }
  return trimZeros(score.toFixed(Math.max(16 - power, 0)))
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}
