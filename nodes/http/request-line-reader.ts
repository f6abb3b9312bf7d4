// Reads a request line (RFC 9112, section 3) and the empty lines that may stand before it.

import type { Buffer } from 'node:buffer'

import { byteText, carriageReturn, endOfRun, space, targetBytes, tokenBytes } from './characters.ts'
import type { CodecOptions } from './codec-options.ts'
import { HttpError } from './http-error.ts'
import { LineFrame } from './line-frame.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { targetProblem } from './target.ts'

/** The longest method. */
const methodMax = 32

/** One request line. */
export class RequestLineReader {
  readonly #options: CodecOptions
  readonly #protocol: ProtocolReader
  readonly #frame: LineFrame
  readonly #within = (bytes: Buffer, at: number): number => this.#step(bytes, at)
  #state: 'method' | 'target' | 'protocol' | 'end' = 'method'
  method = ''
  target = ''

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

  get version(): '1.0' | '1.1' {
    return this.#protocol.version as '1.0' | '1.1'
  }

  read(bytes: Buffer, start: number): number {
    return this.#frame.read(bytes, start, this.#within)
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'method':
        return this.#readMethod(bytes, at)
      case 'target':
        return this.#readTarget(bytes, at)
      case 'protocol':
        return this.#readProtocol(bytes, at)
      case 'end':
        return this.#endLine(bytes[at] as number, at)
    }
  }

  #readMethod(bytes: Buffer, at: number): number {
    const end = endOfRun(bytes, at, tokenBytes)
    this.method += bytes.toString('latin1', at, end)
    if (this.method.length > methodMax)
      throw new HttpError('bad-start-line', `a method longer than ${methodMax} bytes`, 'a shorter one')
    if (end === bytes.length) return end
    if (bytes[end] !== space || this.method === '')
      throw new HttpError('bad-start-line', `${byteText(bytes[end])} after the method`, 'a token and a space')
    this.#demandMethod()
    this.#state = 'target'
    return end + 1
  }

  #demandMethod(): void {
    // What a client of HTTP/2 sends first (RFC 9113, section 3.4).
    if (this.method === 'PRI') throw new HttpError('bad-version', 'the preface of HTTP/2', 'HTTP/1.1')
    for (const methods of this.#options.dialects.values()) if (methods?.has(this.method) ?? true) return
    throw new HttpError('bad-start-line', `the method ${this.method}`, 'a known one')
  }

  #readTarget(bytes: Buffer, at: number): number {
    const end = endOfRun(bytes, at, targetBytes)
    this.target += bytes.toString('latin1', at, end)
    const { targetMax } = this.#options.limits
    if (this.target.length > targetMax)
      throw new HttpError('target-too-long', 'a longer request target', `at most ${targetMax} bytes`)
    if (end === bytes.length) return end
    const byte = bytes[end] as number
    const isSimple = this.#options.leniency.simpleRequest === true && byte === carriageReturn
    if (byte !== space && !isSimple)
      throw new HttpError(
        'bad-target',
        `${byteText(byte)} in the request target`,
        'visible ASCII and a space',
      )
    const problem = targetProblem(this.method, this.target)
    if (problem !== null) throw new HttpError('bad-target', ...problem)
    if (isSimple) this.#protocol.version = '0.9'
    this.#state = isSimple ? 'end' : 'protocol'
    return isSimple ? end : end + 1
  }

  #readProtocol(bytes: Buffer, at: number): number {
    const next = this.#protocol.read(bytes, at)
    if (!this.#protocol.isDone) return next
    const { name } = this.#protocol
    if (this.#options.dialects.get(name)?.has(this.method) === false)
      throw new HttpError('bad-start-line', `the method ${this.method}`, `one of ${name}`)
    this.#state = 'end'
    return next
  }

  #endLine(byte: number, at: number): number {
    const next = this.#frame.end(byte, at)
    if (next === null) throw new HttpError('bad-start-line', `${byteText(byte)} after the version`, 'CR LF')
    return next
  }
}
