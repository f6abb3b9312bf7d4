// Batches: what was written to an append-only file in one piece is told by a line before it,
//
//   #BATCH:offset,length,crc,synced     where this line begins, how many bytes follow it, their CRC-64, and up to which
//                                       offset of the file everything was synced when this was written
//
// Redis and its tools take lines that begin with # for annotations and skip them. Its own files cannot tell a tail that a
// crash has torn from damage in what was acknowledged long ago: this line can. A damaged batch that a later one says to have
// been synced is damage; without one it was still on its way to the disk, and nobody was promised anything of it.
//
// A client could write a value that looks like such a line at the right offset. All that it gains is that, after a torn tail
// in front of it, the server refuses to start: the safe side.

import { Crc64, crc64 } from '../bytes/crc64.ts'

/** What a batch's line says. */
export interface BatchLine {
  readonly offset: number
  readonly length: number
  readonly crc: string
  readonly synced: number
}

/** No line is longer, its end included. */
export const batchLineMax = 96

const pattern = /^#BATCH:(\d{1,15}),(\d{1,15}),([0-9a-f]{16}),(\d{1,15})\r\n$/
const start = Buffer.from('#BATCH:')

/** The line before a batch. */
export function batchLine(offset: number, bytes: Uint8Array, synced: number): string {
  return `#BATCH:${offset},${bytes.length},${crc64(bytes).toString('hex')},${synced}\r\n`
}

/** What a line says, its end included; null where it is no batch's. */
export function parseBatchLine(line: string): BatchLine | null {
  const [, offset = '', length = '', crc = '', synced = ''] = pattern.exec(line) ?? []
  if (offset === '') return null
  return { offset: Number(offset), length: Number(length), crc, synced: Number(synced) }
}

/** Whether bytes are those of a batch. */
export function isWhole({ length, crc }: BatchLine, bytes: Uint8Array): boolean {
  if (bytes.length !== length) return false
  const sum = new Crc64()
  sum.update(bytes)
  return sum.digest().toString('hex') === crc
}

/**
 * Up to which offset of a file the batches in its rest say that it was synced; 0 where they say nothing. `rest` begins at
 * `offset`; only batches count that are whole and stand where they say.
 */
export function syncedAccordingTo(rest: Buffer, offset: number): number {
  let synced = 0
  for (let place = rest.indexOf(start); place >= 0; place = rest.indexOf(start, place + 1)) {
    const end = rest.indexOf('\n', place) + 1
    if (end === 0 || end - place > batchLineMax) continue
    const line = parseBatchLine(rest.toString('latin1', place, end))
    if (line === null || line.offset !== offset + place) continue
    if (isWhole(line, rest.subarray(end, end + line.length))) synced = Math.max(synced, line.synced)
  }
  return synced
}
