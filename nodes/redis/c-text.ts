// Bytes as texts of C show them: up to a NUL.

import type { ByteString } from './value.ts'

/** The start of some bytes, up to a NUL and at most so long. */
export function cText(bytes: ByteString = '', lengthMax = 128): string {
  const end = bytes.indexOf('\0')
  return bytes.slice(0, end < 0 ? lengthMax : Math.min(end, lengthMax))
}
