// A frame: bytes with a header and checksums, written in one piece and synced before the next one is begun. So a frame
// that is bad while a good one follows was synced once and has been damaged since; only the last one can be torn.

import type { ByteBuffer } from './byte-buffer.ts'
import { crc32c } from '../../transport/index.ts'

/** What stands before a frame's payload: magic, length, sequence, payload's checksum, header's checksum; 4 bytes each. */
export const headerSize = 20
const magic = 0x4c465246
// Pieces of this size (or multiples) are written whole or not at all; a file of which a piece is missing reads as zeros.
const sectorSize = 512
// Ends the payload, so that a frame never ends with a zero that was written.
const endMark = 0xff

/** What the path of a file puts into the checksums of its frames' headers. */
export function fileMark(path: string): number {
  return crc32c(new TextEncoder().encode(path))
}

/** Begins a frame at the end of a buffer; the payload is to be written next. */
export function beginFrame(buffer: ByteBuffer): number {
  const start = buffer.length
  buffer.skip(headerSize)
  return start
}

/** Where a frame belongs: a disk may put a whole one, with all its checksums right, into another file. */
export interface FrameName {
  /** Of the file: see `fileMark`. */
  readonly mark: number
  /** Its place among the frames of the file. */
  readonly sequence: number
}

/** Ends the frame that begins at `start`: fills its header in. */
export function endFrame(buffer: ByteBuffer, start: number, { mark, sequence }: FrameName): void {
  buffer.byte(endMark)
  buffer.patchUint32(start, magic)
  buffer.patchUint32(start + 4, buffer.length - start - headerSize)
  buffer.patchUint32(start + 8, sequence)
  buffer.patchUint32(start + 12, buffer.checksum(start + headerSize))
  buffer.patchUint32(start + 16, (buffer.checksum(start, start + 16) ^ mark) >>> 0)
}

/** What stands at a place of a file. */
export type FrameAt =
  | { readonly kind: 'good'; readonly sequence: number; readonly payload: Uint8Array; readonly end: number }
  | { readonly kind: 'end' }
  /** An unsynced write that a crash left in part. */
  | { readonly kind: 'torn' }
  /** Something that was whole once. */
  | { readonly kind: 'damaged'; readonly got: string }

/** Judges what stands at an offset of a file. A frame of another file is damage. */
export function frameAt(mark: number, bytes: Uint8Array, offset: number): FrameAt {
  if (offset === bytes.length) return { kind: 'end' }
  const header = headerAt(bytes, offset, mark)
  if (header !== null && header.end <= bytes.length && isPayloadGood(bytes, offset, header)) {
    const { sequence, end } = header
    return { kind: 'good', sequence, payload: bytes.subarray(offset + headerSize, end - 1), end }
  }
  const next = nextGoodFrame(bytes, offset + 1, mark)
  if (next !== null) return { kind: 'damaged', got: `a bad frame before a good one at byte ${next}` }
  const isCut = header === null ? offset + headerSize > bytes.length : header.end > bytes.length
  if (isCut || hasMissingPiece(bytes, offset)) return { kind: 'torn' }
  return { kind: 'damaged', got: 'a bad frame of which no piece is missing' }
}

interface Header {
  readonly sequence: number
  readonly checksum: number
  readonly end: number
}

function headerAt(bytes: Uint8Array, offset: number, mark: number): Header | null {
  if (offset + headerSize > bytes.length) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, headerSize)
  if (view.getUint32(0, true) !== magic) return null
  if (view.getUint32(16, true) !== (crc32c(bytes, offset, offset + 16) ^ mark) >>> 0) return null
  const end = offset + headerSize + view.getUint32(4, true)
  return { sequence: view.getUint32(8, true), checksum: view.getUint32(12, true), end }
}

function isPayloadGood(bytes: Uint8Array, offset: number, header: Header): boolean {
  return crc32c(bytes, offset + headerSize, header.end) === header.checksum
}

function nextGoodFrame(bytes: Uint8Array, from: number, mark: number): number | null {
  for (let offset = from; offset + headerSize <= bytes.length; offset++) {
    const header = headerAt(bytes, offset, mark)
    if (header !== null && header.end <= bytes.length && isPayloadGood(bytes, offset, header)) return offset
  }
  return null
}

function hasMissingPiece(bytes: Uint8Array, offset: number): boolean {
  for (let start = offset; start < bytes.length;) {
    const end = Math.min(bytes.length, (Math.floor(start / sectorSize) + 1) * sectorSize)
    if (bytes.subarray(start, end).every((byte) => byte === 0)) return true
    start = end
  }
  return false
}
