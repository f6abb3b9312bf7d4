// Reads a status line (RFC 9112, section 4) and the empty lines that may stand before it.

import type { Buffer } from 'node:buffer'

import {
  byteText,
  carriageReturn,
  endOfRun,
  lineEndAt,
  lineFeed,
  space,
  takeLineFeed,
  valueBytes,
} from './characters.ts'
import type { CodecOptions } from './codec-options.ts'
import { HttpError } from './http-error.ts'
import { ProtocolReader } from './protocol-reader.ts'

/** One status line. */
export class StatusLineReader {
  readonly #options: CodecOptions
  readonly #protocol: ProtocolReader
  #state:
    | 'empty'
    | 'empty-end'
    | 'protocol'
    | 'space'
    | 'status'
    | 'after-status'
    | 'reason'
    | 'line-feed'
    | 'done' = 'empty'
  #digits = ''
  reason = ''

  constructor(options: CodecOptions) {
    this.#options = options
    this.#protocol = new ProtocolReader(options)
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Whether anything but empty lines has come. */
  get isBegun(): boolean {
    return this.#state !== 'empty'
  }

  get status(): number {
    return Number(this.#digits)
  }

  get version(): '1.0' | '1.1' {
    return this.#protocol.version as '1.0' | '1.1'
  }

  read(bytes: Buffer, start: number): number {
    let at = start
    while (at < bytes.length && this.#state !== 'done') at = this.#step(bytes, at)
    return at
  }

  #step(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number
    switch (this.#state) {
      case 'empty':
        return this.#skipEmpty(byte, at)
      case 'empty-end':
        this.#state = 'empty'
        return takeLineFeed(bytes, at, this.#options.leniency.bareCarriageReturn)
      case 'protocol': {
        const next = this.#protocol.read(bytes, at)
        if (this.#protocol.isDone) this.#state = 'space'
        return next
      }
      case 'space':
        if (byte !== space)
          throw new HttpError('bad-start-line', `${byteText(byte)} after the version`, 'a space')
        this.#state = 'status'
        return at + 1
      case 'status':
        return this.#readDigit(byte, at)
      case 'after-status':
        return this.#afterStatus(byte, at)
      case 'reason':
        return this.#readReason(bytes, at)
      case 'line-feed':
        this.#state = 'done'
        return takeLineFeed(bytes, at, this.#options.leniency.bareCarriageReturn)
      case 'done':
        return at
    }
  }

  #skipEmpty(byte: number, at: number): number {
    if (byte === carriageReturn || byte === lineFeed) {
      if (lineEndAt(byte, this.#options.leniency.bareLineFeed) === 'cr') this.#state = 'empty-end'
      return at + 1
    }
    this.#state = 'protocol'
    return at
  }

  #readDigit(byte: number, at: number): number {
    this.#digits += String.fromCharCode(byte)
    if (!/^[1-9][0-9]*$/.test(this.#digits))
      throw new HttpError('bad-start-line', `the status ${JSON.stringify(this.#digits)}`, 'three digits')
    if (this.#digits.length === 3) this.#state = 'after-status'
    return at + 1
  }

  #afterStatus(byte: number, at: number): number {
    if (byte !== space) return this.#endLine(byte, at)
    this.#state = 'reason'
    return at + 1
  }

  #readReason(bytes: Buffer, at: number): number {
    const end = endOfRun(bytes, at, valueBytes)
    this.reason += bytes.toString('latin1', at, end)
    if (this.reason.length > this.#options.limits.targetMax)
      throw new HttpError(
        'bad-start-line',
        'a longer reason',
        `at most ${this.#options.limits.targetMax} bytes`,
      )
    return end === bytes.length ? end : this.#endLine(bytes[end] as number, end)
  }

  #endLine(byte: number, at: number): number {
    const end = lineEndAt(byte, this.#options.leniency.bareLineFeed)
    if (end === null)
      throw new HttpError('bad-start-line', `${byteText(byte)} in the status line`, 'a reason and CR LF')
    this.#state = end === 'cr' ? 'line-feed' : 'done'
    return at + 1
  }
}
