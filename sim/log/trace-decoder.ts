// Bytes back to events. Takes chunks of any size, holds at most one unfinished line, and refuses the first line that is
// not as it was written: every line's digest is computed again.

import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

import type { Event } from '../event.ts'
import { checkpointOf } from './checkpoint.ts'
import { Digest } from './digest.ts'
import { eventProblem } from './event-shape.ts'
import { TraceError, quote } from './trace-error.ts'
import { type TraceFooter, type TraceHeader, isSealed, parseFooter, parseHeader } from './trace-header.ts'

/** Events that were read together, each with the digest after it (its first 8 digits as a number). */
export interface TraceBatch {
  readonly events: readonly Event[]
  readonly checkpoints: readonly number[]
}

/** Where a decoder goes on that does not start at the first line: behind the event with this seq and checkpoint. */
export interface TracePlace {
  readonly seq: number
  readonly checkpoint: number
}

/** How a decoder starts. */
export interface DecoderOptions {
  readonly place?: TracePlace
  /** Whether a checksum has said already that all bytes are those that were written: no line's digest is computed again. */
  readonly isSealed?: boolean
}

/** A line longer than this is refused: no event is that large, and memory has a bound. */
export const lineLengthMax: number = 16 * 1024 * 1024

/** A line shorter than this cannot be nested too deeply for those who walk its data. */
const shallowLength = 4096
const lineFeed = 10
const footerStart = Buffer.from('{"kind":"footer"')
const empty = Buffer.alloc(0)

/** Decodes one trace. */
export class TraceDecoder {
  /** The header, once its line has come. */
  header: TraceHeader | null = null
  /** The footer, once its line has come; nothing may follow it. */
  footer: TraceFooter | null = null

  readonly #file: string
  readonly #digest: Digest
  readonly #isWhole: boolean
  readonly #isSealed: boolean
  #rest: Buffer = empty
  #checksum = 0
  #line = 0
  #seq = 0
  #at = 0
  #events: Event[] = []
  #checkpoints: number[] = []

  /** `file` is what errors name; with a place, the decoder starts at the line after it and cannot check the whole. */
  constructor(file: string, { place, isSealed = false }: DecoderOptions = {}) {
    this.#file = file
    this.#isWhole = place === undefined && !isSealed
    this.#isSealed = isSealed
    this.#digest = place === undefined ? new Digest() : Digest.resume(place.checkpoint)
    if (place === undefined) return
    this.#seq = place.seq
    this.#line = place.seq + 1
  }

  /** Takes the next bytes and returns the events that are complete. Throws a TraceError. */
  push(chunk: Uint8Array): TraceBatch {
    const bytes = this.#rest.length === 0 ? bufferOf(chunk) : Buffer.concat([this.#rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      this.#takeLine(bytes, start, end)
      start = end + 1
    }
    this.#checksum = crc32(bytes.subarray(0, start), this.#checksum)
    this.#keepRest(bytes.subarray(start))
    return this.#handOut()
  }

  /** The number of the line that is read next, the header being 1. */
  get line(): number {
    return this.#line + 1
  }

  /** The events that were complete when `push` threw. */
  decoded(): TraceBatch {
    return this.#handOut()
  }

  /** Says that no more bytes come. Throws a TraceError when the trace is not complete. */
  end(): void {
    if (this.footer !== null && this.#rest.length === 0) return
    const got = this.#line === 0 && this.#rest.length === 0 ? 'an empty file' : 'the end of the file'
    const cut = this.#rest.length > 0 ? ' in the middle of a line' : ''
    throw new TraceError(
      this.#file,
      this.#line + 1,
      got + cut,
      'a trace that ends with a footer (it was cut off)',
    )
  }

  #takeLine(bytes: Buffer, start: number, end: number): void {
    this.#line++
    if (this.footer !== null) this.#fail('another line', 'the end of the file after the footer')
    if (end - start > lineLengthMax) this.#failLength(end - start)
    if (this.#line === 1) this.header = parseHeader(bytes.toString('utf8', start, end), this.#file)
    else if (isFooter(bytes, start, end)) this.#takeFooter(bytes, start, end)
    else this.#takeEvent(bytes.toString('utf8', start, end))
  }

  #takeEvent(line: string): void {
    const fields = this.#parse(line)
    const problem = eventProblem(fields, this.#seq + 1, this.#at)
    if (problem !== null) this.#fail(problem.got, problem.wanted)
    const written = fields['digest']
    delete fields['digest']
    if (!this.#isSealed || line.length >= shallowLength) this.#mix(fields)
    const checkpoint = checkpointOf(written)
    if (checkpoint < 0) this.#fail(`digest ${quote(written)}`, 'the first 8 digits of a digest')
    if (!this.#isSealed && checkpoint !== this.#digest.checkpoint)
      this.#fail(`digest ${quote(written)}`, `${quote(this.#digest.short)} (the line was altered)`)
    this.#seq++
    this.#at = fields['at'] as number
    this.#events.push(fields as Partial<Event> as Event)
    this.#checkpoints.push(checkpoint)
  }

  #parse(line: string): { [field: string]: unknown } {
    try {
      const value: unknown = JSON.parse(line)
      if (typeof value === 'object' && value !== null) return value as { [field: string]: unknown }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
    return this.#fail(quote(line), 'an event as one line of JSON')
  }

  #mix(fields: { readonly [field: string]: unknown }): void {
    try {
      this.#digest.mixEvent(fields)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#fail('data nested too deeply', 'an event as this program writes it')
    }
  }

  #takeFooter(bytes: Buffer, start: number, end: number): void {
    const checksum = crc32(bytes.subarray(0, start), this.#checksum)
    const line = bytes.toString('utf8', start, end)
    const footer = parseFooter(line)
    if (footer === null)
      return this.#fail(quote(line), 'a footer with events, digest, outcome and violations')
    if (footer.events !== this.#seq) this.#fail(`${this.#seq} events`, `${footer.events}, as the footer says`)
    if (this.#isWhole && footer.digest !== this.#digest.value)
      this.#fail(`digest ${quote(footer.digest)}`, `${quote(this.#digest.value)}, that of the events`)
    if (this.#isWhole && !isSealed(line, checksum))
      this.#fail('a checksum that differs', 'the bytes that were written (the file was altered)')
    this.footer = footer
  }

  #keepRest(rest: Buffer): void {
    if (rest.length > lineLengthMax) {
      this.#line++
      this.#failLength(rest.length)
    }
    this.#rest = rest.length === 0 ? empty : Buffer.from(rest)
  }

  #handOut(): TraceBatch {
    const batch = { events: this.#events, checkpoints: this.#checkpoints }
    this.#events = []
    this.#checkpoints = []
    return batch
  }

  #failLength(length: number): never {
    return this.#fail(`a line of ${length} bytes or more`, `at most ${lineLengthMax}`)
  }

  #fail(got: string, wanted: string): never {
    throw new TraceError(this.#file, this.#line, got, wanted)
  }
}

/** Whether a line is that of a footer. */
export function isFooter(bytes: Buffer, start: number, end: number): boolean {
  const stop = start + footerStart.length
  // Nearly all lines are events, whose third byte says so.
  if (bytes[start + 2] !== footerStart[2]) return false
  return stop <= end && bytes.compare(footerStart, 0, footerStart.length, start, stop) === 0
}

function bufferOf(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
