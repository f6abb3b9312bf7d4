// Bytes as programs give them.

import { Buffer } from 'node:buffer'

import type { StreamEncoding } from '../env.ts'

const encoder = new TextEncoder()

/** The bytes that a program gives, in memory of their own. */
export function copyOf(bytes: Uint8Array | string, encoding: StreamEncoding = 'utf8'): Uint8Array {
  // Not `slice`, which in a Buffer is a view.
  if (typeof bytes !== 'string') return new Uint8Array(bytes)
  return encoding === 'latin1' ? Buffer.from(bytes, encoding) : encoder.encode(bytes)
}
