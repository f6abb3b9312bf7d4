// Reads a status line (RFC 9112, section 4) and the empty lines that may stand before it.

import type { Buffer } from 'node:buffer'

import { byteText, endOfRun, space, valueBytes } from './characters.ts'
import type { CodecOptions } from './codec-options.ts'
import { HttpError } from './http-error.ts'
import { LineFrame } from './line-frame.ts'
import { ProtocolReader } from './protocol-reader.ts'

/** One status line. */
export class StatusLineReader {
  readonly #options: CodecOptions
  readonly #protocol: ProtocolReader
  readonly #frame: LineFrame
  readonly #within = (bytes: Buffer, at: number): number => this.#step(bytes, at)
  #state: 'protocol' | 'space' | 'status' | 'after-status' | 'reason' = 'protocol'
  #digits = ''
  reason = ''

  constructor(options: CodecOptions) {
    this.#options = options
    this.#protocol = new ProtocolReader(options)
    this.#frame = new LineFrame(options.leniency)
  }

  get isDone(): boolean {
    return this.#frame.isDone
  }

  /** Whether anything but empty lines has come. */
  get isBegun(): boolean {
    return this.#frame.isBegun
  }

  get status(): number {
    return Number(this.#digits)
  }

  get version(): '1.0' | '1.1' {
    return this.#protocol.version as '1.0' | '1.1'
  }

  read(bytes: Buffer, start: number): number {
    return this.#frame.read(bytes, start, this.#within)
  }

  #step(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number
    switch (this.#state) {
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
    }
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
    const next = this.#frame.end(byte, at)
    if (next === null)
      throw new HttpError('bad-start-line', `${byteText(byte)} in the status line`, 'a reason and CR LF')
    return next
  }
}
