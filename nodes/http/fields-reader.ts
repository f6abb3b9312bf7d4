// Reads header or trailer fields up to the empty line after them (RFC 9112, section 5).

import type { Buffer } from 'node:buffer'

import {
  byteText,
  carriageReturn,
  colon,
  endOfRun,
  lineEndAt,
  lineFeed,
  relaxedValueBytes,
  space,
  tab,
  takeLineFeed,
  tokenBytes,
  valueBytes,
} from './characters.ts'
import type { Leniency } from './codec-options.ts'
import { HttpError } from './http-error.ts'
import { Fields } from './message.ts'

/** How a section of fields is read. */
export interface FieldsOptions {
  readonly leniency: Leniency
  readonly bytesMax: number
  readonly countMax: number
  /** Told of each field when its line has ended; throws an HttpError. */
  readonly onField: (name: string, value: string) => void
}

/** One section of fields. */
export class FieldsReader {
  readonly fields: Fields = new Fields()
  readonly #options: FieldsOptions
  readonly #valueBytes: Uint8Array
  #state: 'start' | 'name' | 'before-value' | 'value' | 'line-feed' | 'last-line-feed' | 'done' = 'start'
  #name = ''
  #value = ''
  /** A field whose line has ended, and which may go on in the next one. */
  #isOpen = false
  #size = 0

  constructor(options: FieldsOptions) {
    this.#options = options
    const { headers, controlsInValues } = options.leniency
    this.#valueBytes = headers === true || controlsInValues === true ? relaxedValueBytes : valueBytes
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  read(bytes: Buffer, start: number): number {
    let at = start
    while (at < bytes.length && this.#state !== 'done') at = this.#step(bytes, at)
    this.#size += at - start
    if (this.#size > this.#options.bytesMax) this.#refuseSize(`more than ${this.#options.bytesMax} bytes`)
    return at
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'start':
        return this.#startLine(bytes[at] as number, at)
      case 'name':
        return this.#readName(bytes, at)
      case 'before-value':
        return this.#skipSpace(bytes[at] as number, at)
      case 'value':
        return this.#readValue(bytes, at)
      case 'line-feed':
        return this.#takeLineFeed(bytes, at)
      case 'last-line-feed':
        this.#state = 'done'
        return takeLineFeed(bytes, at, this.#options.leniency.bareCarriageReturn)
      case 'done':
        return at
    }
  }

  #startLine(byte: number, at: number): number {
    if (byte === space || byte === tab) return this.#fold(at)
    if (this.#isOpen) this.#commit()
    if (byte !== carriageReturn && byte !== lineFeed) {
      this.#state = 'name'
      return at
    }
    const end = lineEndAt(byte, this.#options.leniency.bareLineFeed)
    this.#state = end === 'cr' ? 'last-line-feed' : 'done'
    return at + 1
  }

  /** A line that goes on with the value of the one before: refused (RFC 9112, section 5.2). */
  #fold(at: number): number {
    if (!this.#isOpen) throw new HttpError('bad-field', 'a space at the start of a line', 'a field')
    this.#value += ' '
    this.#state = 'value'
    return at + 1
  }

  #readName(bytes: Buffer, at: number): number {
    const end = endOfRun(bytes, at, tokenBytes)
    this.#name += bytes.toString('latin1', at, end)
    if (end === bytes.length) return end
    const byte = bytes[end] as number
    if (byte === colon && this.#name !== '') {
      this.#state = 'before-value'
      return end + 1
    }
    if (byte !== space || this.#options.leniency.headers !== true)
      throw new HttpError('bad-field', `${byteText(byte)} in the name of a field`, 'a token and a colon')
    return end + 1
  }

  #skipSpace(byte: number, at: number): number {
    if (byte === space || byte === tab) return at + 1
    this.#state = 'value'
    return at
  }

  #readValue(bytes: Buffer, at: number): number {
    const end = endOfRun(bytes, at, this.#valueBytes)
    this.#value += bytes.toString('latin1', at, end)
    if (end === bytes.length) return end
    const byte = bytes[end] as number
    const lineEnd = lineEndAt(byte, this.#options.leniency.bareLineFeed)
    if (lineEnd === null) throw new HttpError('bad-field', `${byteText(byte)} in a value`, 'text and CR LF')
    if (lineEnd === 'cr') this.#state = 'line-feed'
    else this.#endLine()
    return end + 1
  }

  #takeLineFeed(bytes: Buffer, at: number): number {
    const { bareCarriageReturn, headers } = this.#options.leniency
    const next = takeLineFeed(
      bytes,
      at,
      bareCarriageReturn === true || (headers === true && this.#value === ''),
    )
    this.#endLine()
    return next
  }

  #endLine(): void {
    this.#state = 'start'
    if (this.#options.leniency.headers === true) this.#isOpen = true
    else this.#commit()
  }

  #commit(): void {
    const name = this.#name
    const value = trimEnd(this.#value)
    this.#name = ''
    this.#value = ''
    this.#isOpen = false
    if (this.fields.size >= this.#options.countMax)
      this.#refuseSize(`more than ${this.#options.countMax} fields`)
    this.#options.onField(name, value)
    this.fields.append(name, value)
  }

  #refuseSize(got: string): never {
    const { bytesMax, countMax } = this.#options
    throw new HttpError('fields-too-large', got, `at most ${bytesMax} bytes and ${countMax} fields`)
  }
}

/** Without the spaces and tabs at the end, which are no part of a value. A pattern would look at them once for each. */
function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && (text.charCodeAt(end - 1) === space || text.charCodeAt(end - 1) === tab)) end--
  return end === text.length ? text : text.slice(0, end)
}
