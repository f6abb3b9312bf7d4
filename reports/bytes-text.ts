// Bytes as short text for people.

import { Buffer } from 'node:buffer'

const bytesShown = 24

/** Bytes given as base64: as text when they are printable, otherwise in hexadecimal; how many there are. */
export function bytesText(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  const shown = bytes.subarray(0, bytesShown)
  const isPrintable = shown.every((byte) => (byte >= 32 && byte < 127) || byte === 10 || byte === 13)
  const text = isPrintable ? JSON.stringify(shown.toString('latin1')) : shown.toString('hex')
  return `${text}${bytes.length > bytesShown ? '…' : ''} (${bytes.length} B)`
}
