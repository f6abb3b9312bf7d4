// The head of an HTTP/1.1 message as the handshake needs it: the request line or status line, and the header fields, within a bound.
// Anything that not all would read alike is refused: a bare LF or CR, a folded line, a name that is no token.

import { ByteQueue } from '../../sim/index.ts'

/** The head of a message. */
export interface HttpHead {
  /** The three words of its first line; the third may hold spaces. */
  readonly first: readonly [string, string, string]
  readonly headers: HeadFields
}

/** Header fields by names in any case. */
export class HeadFields {
  readonly #values = new Map<string, string>()

  append(name: string, value: string): void {
    const key = name.toLowerCase()
    const before = this.#values.get(key)
    this.#values.set(key, before === undefined ? value : `${before}, ${value}`)
  }

  /** The values of a field, joined by ", "; null when there is none. */
  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null
  }
}

/** Bytes that are no head. */
export class HttpHeadError extends Error {
  constructor(got: string, wanted: string) {
    super(`got ${got}, wanted ${wanted}`)
    this.name = 'HttpHeadError'
  }
}

/** The largest head, in bytes. */
export const headMax: number = 16 * 1024

const decoder = new TextDecoder('latin1')
const lineFeed = 10

/** Takes bytes until a head is whole. */
export class HttpHeadDecoder {
  readonly #queue = new ByteQueue()
  readonly #lines: string[] = []
  #searched = 0
  #size = 0

  /** The head once it is whole, else null. Throws an HttpHeadError. */
  push(bytes: Uint8Array): HttpHead | null {
    this.#queue.put(bytes)
    for (;;) {
      const end = this.#queue.indexOf(lineFeed, this.#searched)
      if (this.#size + (end < 0 ? this.#queue.length : end + 1) > headMax)
        throw new HttpHeadError('a larger head', `at most ${headMax} bytes`)
      if (end < 0) {
        this.#searched = this.#queue.length
        return null
      }
      this.#searched = 0
      this.#size += end + 1
      const line = decoder.decode(this.#queue.take(end + 1).bytes)
      if (!line.endsWith('\r\n')) throw new HttpHeadError('a line that ends with LF alone', 'CR LF')
      if (line === '\r\n' && this.#lines.length > 0) return headOf(this.#lines)
      this.#lines.push(line.slice(0, -2))
    }
  }

  /** What came behind the head. */
  rest(): Uint8Array {
    return this.#queue.take(this.#queue.length).bytes
  }
}

function headOf([line = '', ...fields]: readonly string[]): HttpHead {
  const [, one, two, three] = /^(\S+) (\S+)(?: (.*))?$/.exec(line) ?? []
  if (one === undefined || two === undefined)
    throw new HttpHeadError(`the first line ${JSON.stringify(line.slice(0, 80))}`, 'three words')
  const headers = new HeadFields()
  for (const field of fields) {
    const colon = field.indexOf(':')
    const name = field.slice(0, Math.max(colon, 0))
    const value = field.slice(colon + 1).trim()
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || /[\0\r]/.test(value))
      throw new HttpHeadError(`the line ${JSON.stringify(field.slice(0, 80))}`, 'a header field')
    headers.append(name, value)
  }
  return { first: [one, two, three ?? ''], headers }
}

/** The bytes of a head, or its text: they are the same. Throws an HttpHeadError for a field that would be more than one line. */
export function encodeHead(first: string, headers: Iterable<readonly [name: string, value: string]>): string {
  const lines = [first]
  for (const [name, value] of headers) lines.push(`${name}: ${value}`)
  if (lines.some((line) => /[\r\n\0]/.test(line)))
    throw new HttpHeadError('a line end within a field', 'one line')
  return `${lines.join('\r\n')}\r\n\r\n`
}
