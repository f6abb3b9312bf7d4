// Bytes as programs give them, and as recordings hold them.

import { Buffer } from 'node:buffer'

const encoder = new TextEncoder()

/** The bytes that a program gives, in memory of their own. */
export function copyOf(bytes: Uint8Array | string): Uint8Array {
  return typeof bytes === 'string' ? encoder.encode(bytes) : bytes.slice()
}

/** The bytes that an event holds as base64. */
export function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}
