// Whether bytes that come in pieces are UTF-8 (RFC 3629), found out at the first byte that cannot be: RFC 6455, section 8.1,
// wants text refused, and a message of many fragments need not be waited for.

import { isAscii, isUtf8 } from 'node:buffer'

/** Takes the bytes of one text, in any pieces. */
export class Utf8Validator {
  /** How many more bytes the character that was begun has. */
  #missing = 0
  /** Between what its next byte has to be. */
  #min = 0x80
  #max = 0xbf

  /** Whether the bytes can go on from those before them. */
  push(bytes: Uint8Array): boolean {
    if (this.#missing === 0 && (isAscii(bytes) || isUtf8(bytes))) return true
    for (const byte of bytes) if (!this.#take(byte)) return false
    return true
  }

  /** Whether the text may end here. */
  get isWhole(): boolean {
    return this.#missing === 0
  }

  #take(byte: number): boolean {
    if (this.#missing === 0) return byte < 0x80 || this.#begin(byte)
    if (byte < this.#min || byte > this.#max) return false
    this.#missing--
    this.#min = 0x80
    this.#max = 0xbf
    return true
  }

  /** The first byte of a longer character: it says how long, and bounds the second (no overlong form, surrogate, or beyond 10FFFF). */
  #begin(byte: number): boolean {
    if (byte < 0xc2 || byte > 0xf4) return false
    this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    if (byte === 0xe0) this.#min = 0xa0
    if (byte === 0xed) this.#max = 0x9f
    if (byte === 0xf0) this.#min = 0x90
    if (byte === 0xf4) this.#max = 0x8f
    return true
  }
}
