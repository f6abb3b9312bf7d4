// Reads a chunked body (RFC 9112, section 7.1) up to its trailers. Extensions are checked and read over.

import type { Buffer } from 'node:buffer'

import { byteText, lineEndAt, space, takeLineFeed, tokenBytes, valueBytes } from './characters.ts'
import type { CodecOptions } from './codec-options.ts'
import { HttpError } from './http-error.ts'

const quote = 0x22
const backslash = 0x5c
const semicolon = 0x3b
const equals = 0x3d

type ChunkState =
  | 'size'
  | 'spaces'
  | 'extension-name'
  | 'extension-value'
  | 'token'
  | 'quoted'
  | 'escaped'
  | 'after-quoted'
  | 'size-line-feed'
  | 'data'
  | 'data-end'
  | 'data-line-feed'
  | 'done'

/** One chunked body. */
export class ChunkReader {
  readonly #options: CodecOptions
  readonly #onData: (bytes: Uint8Array) => void
  #state: ChunkState = 'size'
  #size = 0
  #digits = 0
  #lineSize = 0
  #isNameEmpty = true
  #left = 0
  #total = 0

  constructor(options: CodecOptions, onData: (bytes: Uint8Array) => void) {
    this.#options = options
    this.#onData = onData
  }

  /** Whether the last chunk's line was read: trailers follow. */
  get isDone(): boolean {
    return this.#state === 'done'
  }

  read(bytes: Buffer, start: number): number {
    let at = start
    while (at < bytes.length && this.#state !== 'done')
      at = this.#state === 'data' ? this.#readData(bytes, at) : this.#readLine(bytes, at)
    return at
  }

  #readData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    this.#left -= end - at
    this.#onData(bytes.subarray(at, end))
    if (this.#left === 0) this.#state = 'data-end'
    return end
  }

  #readLine(bytes: Buffer, at: number): number {
    if (++this.#lineSize > this.#options.limits.chunkLineMax)
      throw new HttpError(
        'bad-chunk',
        'a longer chunk line',
        `at most ${this.#options.limits.chunkLineMax} bytes`,
      )
    const byte = bytes[at] as number
    switch (this.#state) {
      case 'size':
        return this.#readSize(byte, at)
      case 'spaces':
        return byte === space ? at + 1 : this.#endSize(byte, at)
      case 'extension-name':
        return this.#readName(byte, at)
      case 'extension-value':
        this.#state = byte === quote ? 'quoted' : 'token'
        if (byte !== quote) this.#demandToken(byte, 'a value')
        return at + 1
      case 'token':
        return tokenBytes[byte] === 1 ? at + 1 : this.#endSize(byte, at)
      case 'quoted':
        return this.#readQuoted(byte, at)
      case 'escaped':
        this.#demandQuoted(byte)
        this.#state = 'quoted'
        return at + 1
      case 'after-quoted':
        return this.#endSize(byte, at)
      default:
        return this.#readLineEnd(bytes, at)
    }
  }

  #readLineEnd(bytes: Buffer, at: number): number {
    const { bareCarriageReturn, chunkWithoutLineEnd, bareLineFeed } = this.#options.leniency
    switch (this.#state) {
      case 'size-line-feed':
        this.#beginData()
        return takeLineFeed(bytes, at, bareCarriageReturn)
      case 'data-line-feed':
        this.#beginSize()
        return takeLineFeed(bytes, at, bareCarriageReturn)
      default: {
        const end = lineEndAt(bytes[at] as number, bareLineFeed)
        if (end === null && chunkWithoutLineEnd !== true)
          throw new HttpError('bad-chunk', `${byteText(bytes[at])} after a chunk's data`, 'CR LF')
        if (end === 'cr') this.#state = 'data-line-feed'
        else this.#beginSize()
        return end === null ? at : at + 1
      }
    }
  }

  #readSize(byte: number, at: number): number {
    const digit = hexDigit(byte)
    if (digit < 0)
      return this.#digits === 0 ? this.#refuse(byte, 'the size of a chunk') : this.#endSize(byte, at)
    this.#digits++
    this.#size = this.#size * 16 + digit
    if (this.#total + this.#size > this.#options.limits.bodyMax)
      throw new HttpError('body-too-large', 'a longer body', `at most ${this.#options.limits.bodyMax} bytes`)
    return at + 1
  }

  /** What may stand after a size or an extension. */
  #endSize(byte: number, at: number): number {
    if (byte === semicolon) {
      this.#state = 'extension-name'
      this.#isNameEmpty = true
      return at + 1
    }
    if (byte === space && this.#state === 'size' && this.#options.leniency.spaceAfterChunkSize === true) {
      this.#state = 'spaces'
      return at + 1
    }
    const end = lineEndAt(byte, this.#options.leniency.bareLineFeed)
    if (end === null) return this.#refuse(byte, 'the size of a chunk')
    // Where either half of a line end may be missing, llhttp takes a second LF for the half that it lacked.
    if (end === 'cr' || this.#options.leniency.bareCarriageReturn === true) this.#state = 'size-line-feed'
    else this.#beginData()
    return at + 1
  }

  #readName(byte: number, at: number): number {
    if (tokenBytes[byte] === 1) {
      this.#isNameEmpty = false
      return at + 1
    }
    if (this.#isNameEmpty) return this.#refuse(byte, "an extension's name")
    if (byte !== equals) return this.#endSize(byte, at)
    this.#state = 'extension-value'
    return at + 1
  }

  #readQuoted(byte: number, at: number): number {
    this.#demandQuoted(byte)
    if (byte === quote) this.#state = 'after-quoted'
    else if (byte === backslash) this.#state = 'escaped'
    return at + 1
  }

  #demandToken(byte: number, what: string): void {
    if (tokenBytes[byte] !== 1) this.#refuse(byte, what)
  }

  #demandQuoted(byte: number): void {
    if (valueBytes[byte] !== 1) this.#refuse(byte, 'a quoted value')
  }

  #beginData(): void {
    this.#total += this.#size
    this.#left = this.#size
    this.#state = this.#size === 0 ? 'done' : 'data'
  }

  #beginSize(): void {
    this.#state = 'size'
    this.#size = 0
    this.#digits = 0
    this.#lineSize = 0
  }

  #refuse(byte: number, what: string): never {
    throw new HttpError(
      'bad-chunk',
      `${byteText(byte)} in ${what}`,
      'hexadecimal digits, ;name=value and CR LF',
    )
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
