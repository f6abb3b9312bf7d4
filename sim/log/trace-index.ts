// Finds the line of any event in a trace file without reading what lies before: lines begin with their seq, so a binary
// search over the bytes does. For files that are not compressed. Reads only as much as it must, so it does not check the
// trace as a whole; what it cannot make sense of, it does not know (null), and the reader is left to say what is wrong.

import { Buffer } from 'node:buffer'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

import { checkpointOf } from './checkpoint.ts'

/** Where an event's line stands. */
export interface LinePlace {
  readonly seq: number
  /** The digest after the event, its first 8 digits as a number. */
  readonly checkpoint: number
  /** The byte behind the line's end. */
  readonly end: number
}

interface Line {
  readonly start: number
  readonly end: number
  readonly text: string
}

const blockSize = 8192
const lineMax = 16 * 1024 * 1024
const lineFeed = 10
const startPattern = /^\{"seq":(\d+),/
const digestPattern = /,"digest":"([0-9a-f]{8})"\}$/
const footerPattern = /^\{"kind":"footer","events":(\d+),/

/** An open trace file. To be closed. */
export class TraceIndex {
  /** How many events there are, as the footer says. */
  readonly count: number
  readonly #fd: number
  readonly #size: number
  readonly #first: number
  readonly #footerStart: number

  private constructor(
    fd: number,
    parts: { readonly first: number; readonly footer: Line; readonly count: number },
  ) {
    this.#fd = fd
    this.#size = parts.footer.end
    this.#first = parts.first
    this.#footerStart = parts.footer.start
    this.count = parts.count
  }

  /** Opens a trace; null when it is not complete. */
  static open(path: string): TraceIndex | null {
    const fd = openSync(path, 'r')
    const size = fstatSync(fd).size
    const header = lineFrom(fd, 0, size)
    const footer = lastLine(fd, size)
    const count = footer === null ? null : footerPattern.exec(footer.text)
    if (header !== null && footer !== null && count !== null)
      return new TraceIndex(fd, { first: header.end, footer, count: Number(count[1]) })
    closeSync(fd)
    return null
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#fd)
  }

  /** Where the line of an event stands; null when it is not where it should be. */
  find(seq: number): LinePlace | null {
    let [low, high] = [this.#first, this.#footerStart]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const line = lineFrom(this.#fd, lineStart(this.#fd, middle, low), this.#size)
      const found = line === null ? null : startPattern.exec(line.text)
      if (line === null || found === null) return null
      if (Number(found[1]) === seq) return placeOf(line, seq)
      if (Number(found[1]) < seq) low = line.end
      else high = line.start
    }
    return null
  }
}

function placeOf(line: Line, seq: number): LinePlace | null {
  const digest = digestPattern.exec(line.text)
  return digest === null ? null : { seq, checkpoint: checkpointOf(digest[1]), end: line.end }
}

/** The start of the line that a byte belongs to; `low` is a start itself. */
function lineStart(fd: number, byte: number, low: number): number {
  for (let end = byte; end > low;) {
    const start = Math.max(low, end - blockSize)
    const place = read(fd, start, end - start).lastIndexOf(lineFeed)
    if (place >= 0) return start + place + 1
    end = start
  }
  return low
}

function lineFrom(fd: number, start: number, size: number): Line | null {
  const parts: Buffer[] = []
  for (let place = start; place < size && place - start < lineMax; place += blockSize) {
    const block = read(fd, place, Math.min(blockSize, size - place))
    const end = block.indexOf(lineFeed)
    parts.push(end < 0 ? block : block.subarray(0, end))
    if (end >= 0) return { start, end: place + end + 1, text: Buffer.concat(parts).toString() }
  }
  return null
}

function lastLine(fd: number, size: number): Line | null {
  return size === 0 ? null : lineFrom(fd, lineStart(fd, size - 1, 0), size)
}

function read(fd: number, start: number, length: number): Buffer {
  const block = Buffer.allocUnsafe(length)
  const count = readSync(fd, block, 0, length, start)
  return block.subarray(0, count)
}
