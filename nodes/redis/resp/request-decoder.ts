// Reads the commands that a client sends: arrays of bulk strings, or inline lines with quotes. Pure: bytes in, in any pieces,
// commands out; what is not whole yet is kept, and never looked at twice.
//
// A short argument is cut from the text of its chunk, which copies it; a long one is read from the bytes, since V8 would
// otherwise keep the whole chunk alive for as long as the argument lives. Names and keys are looked for among those that
// came before.

import { Buffer } from 'node:buffer'

import { KnownWords, knownWordMax } from './known-words.ts'
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
/** Bytes of an argument that is long. */
const farMin = 1024 * 1024
/** Up to so many characters V8 copies what is cut from a string. */
const copiedMax = 12

const nothing = Buffer.alloc(0)
/** Copied they have room for so many arguments and no more: an array that grows begins with room for 17. */
const blanks: readonly (readonly ByteString[])[] = Array.from({ length: 9 }, (_, index) =>
  Array.from({ length: index + 1 }, () => ''),
)
/** Strings never change: all clients may share them. */
const [knownNames, knownWords] = [new KnownWords(), new KnownWords()]

/** Takes the bytes of one client. */
export class RequestDecoder {
  /** The largest argument in bytes (`proto-max-bulk-len`). */
  bulkMax: number = bulkMax
  /** Of clients that have not said who they are only so much is taken. */
  isAuthenticated = true
  #bytes: Buffer = nothing
  #textMade: string | null = ''
  #at = 0
  #waiting: Uint8Array[] = []
  #waitingLength = 0
  /** So many bytes from `#at` are needed before it is worth to look again. */
  #needed = 0
  #args: ByteString[] | null = null
  #argsWanted = 0
  /** Bytes of the arguments that wait for the rest of their command. */
  #argsLength = 0
  #bulkLength = -1

  /** Bytes that are kept. */
  get buffered(): number {
    return this.#bytes.length - this.#at + this.#waitingLength + this.#argsLength
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
      if (this.#args === null && this.isAuthenticated) {
        const args = this.#short()
        if (args !== null) return args
      }
      const args = this.#args !== null || this.#bytes[this.#at] === 42 ? this.#multibulk() : this.#inline()
      if (args === null) {
        if (this.#waitingLength > 0 && this.#isWorthwhile()) continue
        return null
      }
      if (args.length > 0) return args
    }
  }

  /**
   * A whole command of one to nine arguments, each of which is below a thousand bytes; null where what comes is anything
   * else, and then nothing of it is taken. By far the most commands are such.
   */
  #short(): ByteString[] | null {
    const bytes = this.#bytes
    let at = this.#at
    const count = (bytes[at + 1] ?? 0) - 48
    if (bytes[at] !== 42 || !(count >= 1 && count <= 9) || bytes[at + 2] !== 13) return null
    const args = blanks[count - 1]?.slice() ?? []
    at += 4
    for (let index = 0; index < count; index += 1) {
      if (bytes[at] !== 36) return null
      let length = 0
      let digit = (bytes[(at += 1)] ?? 0) - 48
      // No zero in front, and no more than three digits.
      for (const last = at + 3; digit >= (length === 0 ? 1 : 0) && digit <= 9 && at < last;) {
        length = length * 10 + digit
        digit = (bytes[(at += 1)] ?? 0) - 48
      }
      if (digit !== -35 || length === 0) return null
      at += 2
      const end = at + length
      if (end + 2 > bytes.length) return null
      args[index] = this.#argument(at, end, index)
      at = end + 2
    }
    this.#at = at
    return args
  }

  #argument(from: number, end: number, index: number): ByteString {
    if (end - from > knownWordMax) return this.#bytes.toString('latin1', from, end)
    const words = index < 2 ? knownNames : knownWords
    const known = words.find(this.#bytes, from, end)
    if (known !== undefined) return known
    const word = this.#cut(from, end)
    words.remember(word, this.#bytes, from, end)
    return word
  }

  #cut(from: number, end: number): ByteString {
    return end - from <= copiedMax ? this.#text.slice(from, end) : this.#bytes.toString('latin1', from, end)
  }

  /** All bytes as text; made when it is asked for, since what is known needs none. */
  get #text(): string {
    return (this.#textMade ??= this.#bytes.toString('latin1', 0, this.#bytes.length))
  }

  #isWorthwhile(): boolean {
    return this.#bytes.length - this.#at + this.#waitingLength >= this.#needed
  }

  #gather(): void {
    const [first] = this.#waiting
    const isAlone = this.#at >= this.#bytes.length && this.#waiting.length === 1
    this.#bytes =
      isAlone && first !== undefined
        ? bufferOf(first)
        : Buffer.concat([this.#bytes.subarray(this.#at), ...this.#waiting])
    this.#textMade = null
    this.#waiting = []
    this.#waitingLength = 0
    this.#at = 0
    this.#needed = 0
  }

  #multibulk(): ByteString[] | null {
    if (this.#args === null) {
      const few = this.#shortLength()
      if (few > 0) {
        this.#argsWanted = few
        this.#args = []
      }
    }
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
      this.#argsLength += arg.length
    }
    this.#args = null
    this.#argsLength = 0
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
    if (this.#bulkLength < 0 && this.#bytes[this.#at] === 36) this.#bulkLength = this.#shortLength()
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
    const arg = this.#cut(this.#at, end)
    this.#at = end + 2
    this.#bulkLength = -1
    if (length > farMin) this.#leaveBehind()
    return arg
  }

  /** What is behind a long argument is never made a text together with it, which could be too long for one. */
  #leaveBehind(): void {
    this.#bytes = this.#bytes.subarray(this.#at)
    this.#textMade = null
    this.#at = 0
  }

  #lengthOf(line: string): number {
    if (line.charCodeAt(0) !== 36)
      throw new ProtocolError(`expected '$', got '${line === '' ? '\r' : line.charAt(0)}'`)
    const length = parseInteger(line.slice(1))
    if (length === null || length < 0 || length > this.bulkMax) throw new ProtocolError('invalid bulk length')
    if (length > 16_384 && !this.isAuthenticated) throw new ProtocolError('unauthenticated bulk length')
    return length
  }

  /**
   * The number of a line of one to three digits behind its first byte, read on from there, or -1 where the line is of another
   * form, or not whole: by far the most are, and read here without a string for each.
   */
  #shortLength(): number {
    const bytes = this.#bytes
    const from = this.#at + 1
    let number = 0
    for (let at = from; at < from + 4; at += 1) {
      const byte = bytes[at]
      if (byte === 13 && at > from && at + 1 < bytes.length) {
        if (number > this.#shortMax) return -1
        this.#at = at + 2
        return number
      }
      if (byte === undefined || byte < 48 || byte > 57 || (byte === 48 && at === from)) return -1
      number = number * 10 + byte - 48
    }
    return -1
  }

  /** What nobody is refused for: of the rest the long way tells. */
  get #shortMax(): number {
    return this.isAuthenticated ? this.bulkMax : 10
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
    // As in C, where a zero byte ends what is looked through, a line with one in it never ends.
    if (end < 0 || this.#text.slice(this.#at, end).includes('\0')) {
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

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
