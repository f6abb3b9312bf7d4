// Reads the commands that a client sends: arrays of bulk strings, or inline lines with quotes. Pure: bytes in, in any pieces,
// commands out; what is not whole yet is kept, and never looked at twice.
//
// A short argument is cut from the text of its chunk, which copies it; a long one is read from the bytes, since V8 would
// otherwise keep the whole chunk alive for as long as the argument lives.

import { Buffer } from 'node:buffer'

import { ProtocolError } from './protocol-error.ts'
import { splitArguments } from './split-arguments.ts'
import { parseInteger } from '../numbers.ts'
import type { ByteString } from '../value.ts'

/** Bytes of one inline command, or of one line that says a length. */
export const inlineMax: number = 64 * 1024
/** Arguments of one command. */
export const argumentsMax: number = 1024 * 1024
/** Bytes of one argument, unless configured otherwise. */
export const bulkMax: number = 512 * 1024 * 1024
/** Up to so many characters V8 copies what is cut from a string. */
const copiedMax = 12

const nothing = Buffer.alloc(0)

/** Takes the bytes of one client. */
export class RequestDecoder {
  /** The largest argument in bytes (`proto-max-bulk-len`). */
  bulkMax: number = bulkMax
  /** Of clients that have not said who they are only so much is taken. */
  isAuthenticated = true
  #bytes: Buffer = nothing
  #text = ''
  #at = 0
  #waiting: Uint8Array[] = []
  #waitingLength = 0
  /** So many bytes from `#at` are needed before it is worth to look again. */
  #needed = 0
  #args: ByteString[] | null = null
  #argsWanted = 0
  #bulkLength = -1

  /** Bytes that are kept. */
  get buffered(): number {
    return this.#bytes.length - this.#at + this.#waitingLength
  }

  /** Takes bytes, which must not change afterwards. */
  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes)
    this.#waitingLength += bytes.length
  }

  /** The next whole command, never empty; null where more bytes are needed. Throws a ProtocolError, after which there is nothing more. */
  next(): ByteString[] | null {
    for (;;) {
      if (this.#waitingLength > 0 && this.#isWorthwhile()) this.#gather()
      if (this.#at >= this.#bytes.length) return null
      const args = this.#args !== null || this.#bytes[this.#at] === 42 ? this.#multibulk() : this.#inline()
      if (args === null) {
        if (this.#waitingLength > 0 && this.#isWorthwhile()) continue
        return null
      }
      if (args.length > 0) return args
    }
  }

  #isWorthwhile(): boolean {
    return this.#bytes.length - this.#at + this.#waitingLength >= this.#needed
  }

  #gather(): void {
    const rest = this.#bytes.subarray(this.#at)
    const [first] = this.#waiting
    this.#bytes =
      rest.length === 0 && this.#waiting.length === 1 && first !== undefined
        ? Buffer.from(first.buffer, first.byteOffset, first.length)
        : Buffer.concat([rest, ...this.#waiting])
    this.#text = this.#bytes.toString('latin1', 0, this.#bytes.length)
    this.#waiting = []
    this.#waitingLength = 0
    this.#at = 0
    this.#needed = 0
  }

  #multibulk(): ByteString[] | null {
    if (this.#args === null) {
      const line = this.#line('too big mbulk count string')
      if (line === null) return null
      this.#begin(line)
    }
    const args = this.#args ?? []
    while (args.length < this.#argsWanted) {
      const arg = this.#bulk()
      if (arg === null) return null
      args.push(arg)
    }
    this.#args = null
    return args
  }

  #begin(line: string): void {
    const count = parseInteger(line.slice(1))
    if (count === null || count > argumentsMax) throw new ProtocolError('invalid multibulk length')
    if (count > 10 && !this.isAuthenticated) throw new ProtocolError('unauthenticated multibulk length')
    this.#argsWanted = Math.max(count, 0)
    this.#args = []
  }

  #bulk(): ByteString | null {
    if (this.#bulkLength < 0) {
      const line = this.#line('too big bulk count string')
      if (line === null) return null
      this.#bulkLength = this.#lengthOf(line)
    }
    const length = this.#bulkLength
    const end = this.#at + length
    if (end + 2 > this.#bytes.length) {
      this.#needed = length + 2
      return null
    }
    const arg =
      length <= copiedMax ? this.#text.slice(this.#at, end) : this.#bytes.toString('latin1', this.#at, end)
    this.#at = end + 2
    this.#bulkLength = -1
    return arg
  }

  #lengthOf(line: string): number {
    if (line.charCodeAt(0) !== 36)
      throw new ProtocolError(`expected '$', got '${line === '' ? '\r' : line.charAt(0)}'`)
    const length = parseInteger(line.slice(1))
    if (length === null || length < 0 || length > this.bulkMax) throw new ProtocolError('invalid bulk length')
    if (length > 16_384 && !this.isAuthenticated) throw new ProtocolError('unauthenticated bulk length')
    return length
  }

  /** A line up to CR and whatever follows it, as Redis reads it. */
  #line(tooLong: string): string | null {
    const end = this.#text.indexOf('\r', this.#at)
    if (end < 0 && this.#bytes.length - this.#at > inlineMax) throw new ProtocolError(tooLong)
    if (end < 0 || end + 1 >= this.#bytes.length) {
      this.#needed = this.#bytes.length - this.#at + 1
      return null
    }
    const line = this.#text.slice(this.#at, end)
    this.#at = end + 2
    return line
  }

  #inline(): ByteString[] | null {
    const end = this.#text.indexOf('\n', this.#at)
    if (end < 0) {
      if (this.#bytes.length - this.#at > inlineMax) throw new ProtocolError('too big inline request')
      this.#needed = this.#bytes.length - this.#at + 1
      return null
    }
    const line = this.#bytes.toString(
      'latin1',
      this.#at,
      this.#bytes[end - 1] === 13 && end > this.#at ? end - 1 : end,
    )
    this.#at = end + 1
    const args = splitArguments(line)
    if (args === null) throw new ProtocolError('unbalanced quotes in request')
    return args
  }
}
