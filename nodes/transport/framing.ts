// What separates one message from the next in a stream of bytes. A framing is a pure state machine: bytes in, in any pieces,
// frames out; a frame's bytes out. It holds no more than one frame that is not whole, and refuses a larger one.

import { isDeeperThan } from './json-depth.ts'
import { ByteQueue, type Data, LineSplitter } from '../../sim/index.ts'
import { demandWhole } from '../resilience/index.ts'

/** Bytes that are no frame: the stream cannot be read any further. */
export class FramingError extends Error {
  constructor(got: string, wanted: string) {
    super(`got ${got}, wanted ${wanted}`)
    this.name = 'FramingError'
  }
}

/** How frames stand in a stream; where requests look different from answers, `E` is what this end sends. */
export interface Framing<F, E = F> {
  /** Makes what takes the bytes of one stream. */
  decoder(): FrameDecoder<F>
  /** The bytes of a frame. Throws a FramingError for one that does not fit. */
  encode(frame: E): Uint8Array
}

/** Takes the bytes of one stream. */
export interface FrameDecoder<F> {
  /**
   * The frames that are whole with these bytes, to be taken before more are pushed. Whatever is no frame is a FramingError
   * where its turn comes, after the frames before it; the decoder takes no more then.
   */
  push(bytes: Uint8Array): Iterable<F>
  /** The stream has ended. Throws a FramingError when it has in the middle of a frame. */
  end(): void
}

/** The largest frame unless somebody says otherwise, in bytes. */
export const frameMax: number = 16 * 1024 * 1024

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Arrays and objects inside each other at most, in JSON. */
const depthMax = 500
const carriageReturn = 13

/**
 * Text in lines, which end with LF or CR LF; written with LF. Bytes that are no UTF-8 are refused. Throws a RangeError unless
 * `lengthMax` (bytes) is a whole number from 0 to 2^32 - 1, as all framings do.
 */
export function lines(lengthMax: number = frameMax): Framing<string> {
  demandLengthMax(lengthMax)
  return {
    decoder: () => new LineDecoder(lengthMax),
    encode: (line) => {
      if (/[\r\n]/.test(line)) throw new FramingError('a line with a line end in it', 'one line')
      const bytes = encoder.encode(`${line}\n`)
      demandSize(bytes.length - 1, lengthMax)
      return bytes
    },
  }
}

/** Plain data as JSON, a line each: arrays and objects stand inside each other 500 times at most. */
export function jsonLines(lengthMax: number = frameMax): Framing<Data> {
  const text = lines(lengthMax)
  return {
    encode: (value) => text.encode(lineOf(value)),
    decoder: () => {
      const decoder = text.decoder()
      return {
        push: (bytes) => parsed(decoder.push(bytes)),
        end: () => {
          decoder.end()
        },
      }
    },
  }
}

/** Bytes, each frame with its length before it, as an unsigned big-endian number of 4 bytes. */
export function lengthPrefixed(lengthMax: number = frameMax): Framing<Uint8Array> {
  demandLengthMax(lengthMax)
  return {
    decoder: () => new LengthDecoder(lengthMax),
    encode: (frame) => {
      demandSize(frame.length, lengthMax)
      const bytes = new Uint8Array(prefixSize + frame.length)
      new DataView(bytes.buffer).setUint32(0, frame.length)
      bytes.set(frame, prefixSize)
      return bytes
    },
  }
}

const prefixSize = 4

/** A length that the prefix cannot say would be cut to one that it can. */
function demandLengthMax(lengthMax: number): void {
  demandWhole('lengthMax', lengthMax, { min: 0, max: 2 ** 32 - 1 })
}

function demandSize(size: number, max: number): void {
  if (size > max) throw new FramingError(`a frame of ${size} bytes`, `at most ${max}`)
}

function* parsed(texts: Iterable<string>): Iterable<Data> {
  for (const text of texts) yield parseLine(text)
}

function lineOf(value: Data): string {
  try {
    return demandShallow(JSON.stringify(value))
  } catch (error) {
    // A value that is deeper than the engine's stack.
    if (error instanceof RangeError) throw new FramingError('a deeper value', `at most ${depthMax} levels`)
    throw error
  }
}

function demandShallow(line: string): string {
  if (isDeeperThan(line, depthMax)) throw new FramingError('a deeper value', `at most ${depthMax} levels`)
  return line
}

function parseLine(line: string): Data {
  demandShallow(line)
  try {
    return JSON.parse(line) as Data
  } catch {
    throw new FramingError(`the line ${JSON.stringify(line.slice(0, 40))}`, 'JSON')
  }
}

class LineDecoder implements FrameDecoder<string> {
  readonly #splitter: LineSplitter
  readonly #lengthMax: number

  constructor(lengthMax: number) {
    this.#splitter = new LineSplitter(lengthMax)
    this.#lengthMax = lengthMax
  }

  push(bytes: Uint8Array): Iterable<string> {
    this.#splitter.put(bytes)
    return this.#lines()
  }

  end(): void {
    if (this.#splitter.length > 0)
      throw new FramingError('the end of the stream in a line', 'a line end before it')
  }

  *#lines(): Iterable<string> {
    for (;;) {
      const next = this.#splitter.next()
      if (next.kind === 'unfinished') return
      if (next.kind === 'too-long') return demandSize(next.length, this.#lengthMax)
      yield textOf(next.bytes)
    }
  }
}

function textOf(line: Uint8Array): string {
  const isReturned = line[line.length - 1] === carriageReturn
  try {
    return strictDecoder.decode(isReturned ? line.subarray(0, -1) : line)
  } catch {
    throw new FramingError('a line that is no UTF-8', 'UTF-8')
  }
}

class LengthDecoder implements FrameDecoder<Uint8Array> {
  readonly #queue = new ByteQueue()
  readonly #lengthMax: number
  #wanted: number | null = null

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax
  }

  push(bytes: Uint8Array): Iterable<Uint8Array> {
    this.#queue.put(bytes)
    return this.#frames()
  }

  end(): void {
    if (this.#queue.length > 0 || this.#wanted !== null)
      throw new FramingError('the end of the stream in a frame', 'a whole frame before it')
  }

  *#frames(): Iterable<Uint8Array> {
    for (;;) {
      if (this.#wanted === null) {
        if (this.#queue.length < prefixSize) return
        const prefix = this.#queue.take(prefixSize).bytes
        this.#wanted = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0)
        demandSize(this.#wanted, this.#lengthMax)
      }
      if (this.#queue.length < this.#wanted) return
      const frame = this.#queue.take(this.#wanted).bytes
      this.#wanted = null
      yield frame
    }
  }
}
