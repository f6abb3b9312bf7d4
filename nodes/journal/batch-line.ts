// How records stand in the file: one line holds what was appended at once, as a checksum of 8 hex digits, a space, and the records
// as a JSON array. A write that a crash left in part, of which any sectors may be missing, is therefore one bad line.

import { crc32 } from 'node:zlib'

import type { Data } from '../../sim/index.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const checksumSize = 9

/** The bytes of a line, with its end. */
export function encodeBatch(records: readonly unknown[]): Uint8Array {
  const json = JSON.stringify(records)
  return encoder.encode(`${checksum(encoder.encode(json))}${json}\n`)
}

/** The records of a line, which is given without its end; null when it is damaged. */
export function decodeBatch(line: Uint8Array): readonly Data[] | null {
  const json = line.subarray(checksumSize)
  if (decoder.decode(line.subarray(0, checksumSize)) !== checksum(json)) return null
  // What the checksum vouches for was written here.
  return JSON.parse(decoder.decode(json)) as readonly Data[]
}

function checksum(bytes: Uint8Array): string {
  return `${crc32(bytes).toString(16).padStart(8, '0')} `
}
