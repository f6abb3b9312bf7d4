// JSON text to tokens, as lua-cjson cuts it: a NUL is the end, numbers are what C's strtod reads.

import { Buffer } from 'node:buffer'

import { hexadecimal } from '../number-text.ts'

/** A token: what it is (by the names that errors show) and where it stands, counted from 0. */
export type JsonToken =
  | { readonly kind: 'T_STRING'; readonly at: number; readonly value: string }
  | { readonly kind: 'T_NUMBER'; readonly at: number; readonly value: number }
  | { readonly kind: 'T_BOOLEAN'; readonly at: number; readonly value: boolean }
  | { readonly kind: 'T_ERROR'; readonly at: number; readonly why: string }
  | {
      readonly kind:
        'T_OBJ_BEGIN' | 'T_OBJ_END' | 'T_ARR_BEGIN' | 'T_ARR_END' | 'T_NULL' | 'T_COLON' | 'T_COMMA' | 'T_END'
      readonly at: number
    }

const signs = new Map([
  ['{', 'T_OBJ_BEGIN'],
  ['}', 'T_OBJ_END'],
  ['[', 'T_ARR_BEGIN'],
  [']', 'T_ARR_END'],
  [':', 'T_COLON'],
  [',', 'T_COMMA'],
] as const)
const blanks = /[ \t\r\n]*/y
const decimal = /[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y
const hex = /[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?/y
const special = /([+-]?)(infinity|inf|nan(?:\([0-9a-zA-Z_]*\))?)/iy
const invalid = /\+|-?(?:0[xX0-9]|inf|nan)/iy

/** Cuts a text. */
export class JsonTokens {
  readonly #text: string
  readonly #readsInvalid: boolean
  at = 0

  constructor(text: string, readsInvalid: boolean) {
    this.#text = text
    this.#readsInvalid = readsInvalid
  }

  next(): JsonToken {
    this.#match(blanks)
    const { at } = this
    const char = this.#text.charAt(at)
    if (char === '' || char === '\0') return { kind: 'T_END', at }
    for (const [sign, kind] of signs)
      if (sign === char) {
        this.at += 1
        return { kind, at }
      }
    if (char === '"') return this.#string()
    const isInvalid = this.#looksAt(invalid)
    if (/[-0-9]/.test(char)) {
      if (isInvalid && !this.#readsInvalid) return { kind: 'T_ERROR', at, why: 'invalid number' }
      return this.#number()
    }
    for (const [word, token] of words)
      if (this.#text.startsWith(word, at)) {
        this.at += word.length
        return { ...token, at }
      }
    return isInvalid && this.#readsInvalid ? this.#number() : { kind: 'T_ERROR', at, why: 'invalid token' }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)
    this.at += found?.[0].length ?? 0
    return found
  }

  #looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    return pattern.test(this.#text)
  }

  #number(): JsonToken {
    const { at } = this
    const hexed = this.#match(hex)?.[0]
    if (hexed !== undefined) return { kind: 'T_NUMBER', at, value: hexadecimal(hexed) ?? 0 }
    const digits = this.#match(decimal)?.[0]
    if (digits !== undefined) return { kind: 'T_NUMBER', at, value: Number(digits) }
    const [all, sign, word = ''] = this.#match(special) ?? []
    if (all === undefined) return { kind: 'T_ERROR', at, why: 'invalid number' }
    const size = word.toLowerCase().startsWith('inf') ? Infinity : Number.NaN
    return { kind: 'T_NUMBER', at, value: sign === '-' ? -size : size }
  }

  #string(): JsonToken {
    const { at } = this
    const parts: string[] = []
    let place = at + 1
    for (;;) {
      const end = this.#plainEnd(place)
      parts.push(this.#text.slice(place, end))
      place = end
      const char = this.#text.charAt(place)
      if (char === '"') break
      if (char !== '\\') return { kind: 'T_ERROR', at: place, why: 'unexpected end of string' }
      const escape = this.#escape(place)
      if (typeof escape === 'string') return { kind: 'T_ERROR', at: place, why: escape }
      parts.push(escape.bytes)
      place += escape.length
    }
    this.at = place + 1
    return { kind: 'T_STRING', at, value: parts.join('') }
  }

  #plainEnd(from: number): number {
    plain.lastIndex = from
    return from + (plain.exec(this.#text)?.[0].length ?? 0)
  }

  /** What an escape stands for, or what is wrong with it. */
  #escape(at: number): string | { readonly bytes: string; readonly length: number } {
    const letter = this.#text.charAt(at + 1)
    if (letter !== 'u') {
      const bytes = shortEscapes.get(letter)
      return bytes === undefined ? 'invalid escape code' : { bytes, length: 2 }
    }
    const wrong = 'invalid unicode escape code'
    const unit = this.#unit(at)
    if (unit === null) return wrong
    if ((unit & 0xf800) !== 0xd800) return { bytes: utf8(unit), length: 6 }
    const low = this.#text.startsWith('\\u', at + 6) ? this.#unit(at + 6) : null
    if ((unit & 0x400) !== 0 || low === null || (low & 0xfc00) !== 0xdc00) return wrong
    return { bytes: utf8(((unit & 0x3ff) << 10) + (low & 0x3ff) + 0x10000), length: 12 }
  }

  #unit(at: number): number | null {
    const digits = this.#text.slice(at + 2, at + 6)
    return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : null
  }
}

const words = [
  ['true', { kind: 'T_BOOLEAN', value: true }],
  ['false', { kind: 'T_BOOLEAN', value: false }],
  ['null', { kind: 'T_NULL' }],
] as const

const plain = /[^"\\\0]*/y

function utf8(code: number): string {
  return Buffer.from(String.fromCodePoint(code), 'utf8').toString('latin1')
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
