// How many bytes Redis's compact lists (listpacks) take. Streams are kept in nodes of at most so many bytes, and an
// approximate trim (`MAXLEN ~`) only takes whole nodes: what it leaves depends on these sizes.

import type { ByteString } from '../value.ts'

/** The header and the end of a listpack. */
export const listpackOverhead = 7

/** The bytes of an element: a string, or a whole number if the string is the usual text of one. */
export function elementSize(bytes: ByteString): number {
  const number = asInteger(bytes)
  if (number !== undefined) return integerSize(number)
  const length = bytes.length
  return withBackLength(length + (length < 64 ? 1 : length < 4096 ? 2 : 5))
}

/** The bytes of a whole number. */
export function integerSize(value: bigint): number {
  return withBackLength(encodedSize(value))
}

const encodings: readonly (readonly [bits: number, bytes: number])[] = [
  [13, 2],
  [16, 3],
  [24, 4],
  [32, 5],
]

function encodedSize(value: bigint): number {
  if (value >= 0n && value < 128n) return 1
  for (const [bits, bytes] of encodings) if (BigInt.asIntN(bits, value) === value) return bytes
  return 9
}

/** An element ends with its own length, seven bits a byte. */
function withBackLength(size: number): number {
  let bytes = 1
  for (let rest = size; rest > 127; rest = Math.floor(rest / 128)) bytes++
  return size + bytes
}

function asInteger(bytes: ByteString): bigint | undefined {
  if (bytes.length === 0 || bytes.length > 20 || !/^(?:0|-?[1-9][0-9]*)$/.test(bytes)) return undefined
  const value = BigInt(bytes)
  return BigInt.asIntN(64, value) === value ? value : undefined
}
