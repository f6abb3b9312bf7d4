// Bytes as recordings hold them.

import { Buffer } from 'node:buffer'

/** The bytes that an event holds as base64. */
export function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}
