// Reads `HTTP/1.1`, a byte at a time where it does not come in one piece.

import type { Buffer } from 'node:buffer'

import type { CodecOptions } from './codec-options.ts'
import { HttpError } from './http-error.ts'

const usual = 'HTTP/1.1'
const usualBytes = new TextEncoder().encode(usual)

/** The name and version of a protocol. */
export class ProtocolReader {
  readonly #options: CodecOptions
  #text = ''
  name = ''
  version = ''

  constructor(options: CodecOptions) {
    this.#options = options
  }

  get isDone(): boolean {
    return this.version !== ''
  }

  read(bytes: Buffer, start: number): number {
    if (this.#text === '' && isUsual(bytes, start)) {
      this.#take(usual)
      return start + usual.length
    }
    let at = start
    while (at < bytes.length && !this.isDone)
      this.#take(this.#text + String.fromCharCode(bytes[at++] as number))
    return at
  }

  #take(text: string): void {
    this.#text = text
    if (!/^[A-Z]{1,4}(?:\/(?:[0-9](?:\.[0-9]?)?)?)?$/.test(text))
      throw new HttpError('bad-start-line', `the protocol ${JSON.stringify(text)}`, usual)
    const [, name, said] = /^([A-Z]+)\/([0-9]\.[0-9])$/.exec(text) ?? []
    if (name === undefined || said === undefined) return
    const version = this.#options.takesHigherMinors && /^1\.[2-9]$/.test(said) ? '1.1' : said
    if (!this.#options.dialects.has(name))
      throw new HttpError(
        'bad-start-line',
        `the protocol ${name}`,
        [...this.#options.dialects.keys()].join(' or '),
      )
    if (this.#options.leniency.version !== true && !this.#options.versions.includes(version))
      throw new HttpError('bad-version', `${name}/${version}`, this.#options.versions.join(' or '))
    this.name = name
    this.version = version
  }
}

function isUsual(bytes: Buffer, at: number): boolean {
  if (bytes.length - at < usualBytes.length) return false
  for (let place = 0; place < usualBytes.length; place++)
    if (bytes[at + place] !== usualBytes[place]) return false
  return true
}
