// Writes replies in RESP2 or RESP3. Handlers say what a reply is (a map, a double, null); how it stands on the wire follows
// from the protocol that the client chose. All replies of a chunk are gathered as one string and leave in one write.

import { doubleText } from '../structures/number-text.ts'
import type { ByteString } from '../value.ts'

/** The protocol of a client: RESP2 until HELLO 3. */
export type Protocol = 2 | 3

/** Gathers replies as bytes. */
export class ReplyWriter {
  /** What was written and not yet taken. Strings are immutable: keeping this value is a mark to `rewind` to. */
  out: ByteString = ''
  protocol: Protocol = 2

  /** Takes what was written. */
  take(): ByteString {
    const { out } = this
    this.out = ''
    return out
  }

  /** Forgets what was written since `out` had this value. */
  rewind(mark: ByteString): void {
    this.out = mark
  }

  /** A status; without line ends. */
  simple(text: string): void {
    this.out += `+${text}\r\n`
  }

  ok(): void {
    this.out += '+OK\r\n'
  }

  /** An error: its code, a space, its text. Line ends in it become spaces, as in Redis. */
  error(text: string): void {
    this.out += `-${text.replaceAll(/[\r\n]/g, ' ')}\r\n`
  }

  integer(value: number | bigint): void {
    this.out += `:${value}\r\n`
  }

  bulk(bytes: ByteString): void {
    this.out += `$${bytes.length}\r\n${bytes}\r\n`
  }

  bulkOrNull(bytes: ByteString | undefined): void {
    if (bytes === undefined) this.null()
    else this.bulk(bytes)
  }

  null(): void {
    this.out += this.protocol === 2 ? '$-1\r\n' : '_\r\n'
  }

  /** Where RESP2 has the null array: a list that is not there, a transaction that was aborted. */
  nullArray(): void {
    this.out += this.protocol === 2 ? '*-1\r\n' : '_\r\n'
  }

  /** So many replies follow. */
  array(length: number): void {
    this.out += `*${length}\r\n`
  }

  /** So many pairs of replies follow. */
  map(pairs: number): void {
    this.out += this.protocol === 2 ? `*${pairs * 2}\r\n` : `%${pairs}\r\n`
  }

  set(length: number): void {
    this.out += this.protocol === 2 ? `*${length}\r\n` : `~${length}\r\n`
  }

  /** Out of band where the protocol knows that, else an array. */
  push(length: number): void {
    this.out += this.protocol === 2 ? `*${length}\r\n` : `>${length}\r\n`
  }

  /** A number with a fraction; in RESP2 a bulk string. */
  double(value: number): void {
    const text = doubleText(value)
    if (this.protocol === 2) this.bulk(text)
    else this.out += `,${text}\r\n`
  }

  /** A whole number of any size, in decimal digits; in RESP2 a bulk string. */
  bigNumber(digits: string): void {
    if (this.protocol === 2) this.bulk(digits)
    else this.out += `(${digits}\r\n`
  }

  /** So many pairs follow that say something about the reply after them; false where the protocol knows none: nothing may follow. */
  attribute(pairs: number): boolean {
    if (this.protocol === 2) return false
    this.out += `|${pairs}\r\n`
    return true
  }

  boolean(value: boolean): void {
    if (this.protocol === 2) this.out += value ? ':1\r\n' : ':0\r\n'
    else this.out += value ? '#t\r\n' : '#f\r\n'
  }

  /** Text for people, `format` of three characters; in RESP2 a bulk string. */
  verbatim(text: ByteString, format: 'txt' | 'mkd' = 'txt'): void {
    if (this.protocol === 2) this.bulk(text)
    else this.out += `=${text.length + 4}\r\n${format}:${text}\r\n`
  }

  /** An array of bulk strings. */
  bulks(items: readonly ByteString[]): void {
    this.out += `*${items.length}\r\n`
    for (const item of items) this.bulk(item)
  }

  /** Part of a map: bulk strings one after another. */
  bulkMapEntries(items: readonly ByteString[]): void {
    for (const item of items) this.bulk(item)
  }

  /** A map of bulk strings, given as [key, value, key, value, …]. */
  bulkMap(items: readonly ByteString[]): void {
    this.map(items.length / 2)
    for (const item of items) this.bulk(item)
  }
}
