// Reads what a server says, in RESP2 and RESP3: for clients, and for replicas that listen to a master. Pure; bytes may come in
// any pieces, and a reply that is half there is not begun anew.

import { Buffer } from 'node:buffer'

import { ProtocolError } from './protocol-error.ts'
import { bulkMax } from './request-decoder.ts'
import { parseInteger } from '../numbers.ts'
import type { ByteString } from '../value.ts'

/** A reply. `isPush` is out of band; maps are [key, value, key, value, …]; numbers beyond 2^53 stand as text. */
export type Reply =
  | { readonly kind: 'simple' | 'error' | 'bulk' | 'double' | 'big-number'; readonly text: ByteString }
  | { readonly kind: 'verbatim'; readonly format: string; readonly text: ByteString }
  | { readonly kind: 'integer'; readonly value: number; readonly text: ByteString }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'array' | 'set' | 'map' | 'push' | 'attribute'; readonly items: readonly Reply[] }

type ListKind = Extract<Reply, { readonly items: readonly Reply[] }>['kind']

interface Frame {
  readonly kind: ListKind
  readonly wanted: number
  readonly items: Reply[]
}

const listKinds: ReadonlyMap<string, ListKind> = new Map([
  ['*', 'array'],
  ['~', 'set'],
  ['%', 'map'],
  ['>', 'push'],
  ['|', 'attribute'],
])

const depthMax = 64
const itemsMax = 16 * 1024 * 1024
const lineMax = 64 * 1024

/** Takes the bytes of one server. */
export class ReplyDecoder {
  #text = ''
  #at = 0
  #pieces: ByteString[] = []
  #piecesLength = 0
  #needed = 0
  readonly #frames: Frame[] = []

  /** Takes bytes. */
  push(bytes: Uint8Array): void {
    this.#pieces.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'))
    this.#piecesLength += bytes.length
  }

  /** The next whole reply; null where more bytes are needed. Throws a ProtocolError. */
  next(): Reply | null {
    if (this.#piecesLength > 0 && this.#text.length - this.#at + this.#piecesLength >= this.#needed)
      this.#gather()
    for (;;) {
      const reply = this.#one()
      if (reply === null) return null
      const whole = reply === 'begun' ? this.#closeFrames(null) : this.#closeFrames(reply)
      if (whole !== null) return whole
    }
  }

  #gather(): void {
    this.#text = this.#text.slice(this.#at) + this.#pieces.join('')
    this.#at = 0
    this.#pieces = []
    this.#piecesLength = 0
    this.#needed = 0
  }

  /** Puts a reply where it belongs, and closes what is full with it. */
  #closeFrames(reply: Reply | null): Reply | null {
    let last = reply
    for (;;) {
      const frame = this.#frames.at(-1)
      if (frame === undefined) return last
      if (last !== null) frame.items.push(last)
      if (frame.items.length < frame.wanted) return null
      this.#frames.pop()
      last = { kind: frame.kind, items: frame.items }
    }
  }

  #one(): Reply | 'begun' | null {
    const end = this.#text.indexOf('\r\n', this.#at)
    if (end < 0) {
      if (this.#text.length - this.#at > lineMax) throw new ProtocolError('too long line in a reply')
      this.#needed = this.#text.length - this.#at + 1
      return null
    }
    const line = this.#text.slice(this.#at + 1, end)
    const type = this.#text.charAt(this.#at)
    const after = end + 2
    if (type === '$' || type === '=' || type === '!') return this.#bulk(type, line, after)
    this.#at = after
    const list = listKinds.get(type)
    return list === undefined ? simpleReply(type, line) : this.#list(list, line)
  }

  #list(kind: ListKind, line: string): Reply | 'begun' {
    const count = demandLength(line, itemsMax)
    if (count < 0) return { kind: 'null' }
    if (count === 0) return { kind, items: [] }
    if (this.#frames.length >= depthMax) throw new ProtocolError(`replies nested deeper than ${depthMax}`)
    this.#frames.push({ kind, wanted: kind === 'map' || kind === 'attribute' ? count * 2 : count, items: [] })
    return 'begun'
  }

  #bulk(type: string, line: string, after: number): Reply | null {
    const length = demandLength(line, bulkMax)
    if (length < 0) {
      this.#at = after
      return { kind: 'null' }
    }
    if (after + length + 2 > this.#text.length) {
      this.#needed = after - this.#at + length + 2
      return null
    }
    const text = this.#text.slice(after, after + length)
    this.#at = after + length + 2
    if (type === '=') return { kind: 'verbatim', format: text.slice(0, 3), text: text.slice(4) }
    return { kind: type === '$' ? 'bulk' : 'error', text }
  }
}

function demandLength(line: string, max: number): number {
  const length = parseInteger(line)
  if (length === null || length < -1 || length > max)
    throw new ProtocolError(`got length ${JSON.stringify(line.slice(0, 40))}, wanted -1 to ${max}`)
  return length
}

function simpleReply(type: string, text: string): Reply {
  switch (type) {
    case '+':
      return { kind: 'simple', text }
    case '-':
      return { kind: 'error', text }
    case ':':
      return { kind: 'integer', value: Number(text), text }
    case '_':
      return { kind: 'null' }
    case ',':
      return { kind: 'double', text }
    case '(':
      return { kind: 'big-number', text }
    case '#':
      return { kind: 'boolean', value: text === 't' }
    default:
      throw new ProtocolError(`got a reply of type ${JSON.stringify(type)}, wanted one of RESP's`)
  }
}
