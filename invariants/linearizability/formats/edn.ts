// A reader of EDN (Clojure's data notation) as far as histories need it, for hostile text: bounded depth, every error
// with its line.

import type { Data } from '../../../sim/index.ts'
import { canonicalText } from '../canonical-text.ts'
import { HistoryError, quote } from '../history-error.ts'

/** Deepest nesting that is read. */
const DEPTH_MAX = 64
const DELIMITERS = ' \t\n\r\f,()[]{}";'

/**
 * Reads forms one after the other. Keywords and symbols become text (keywords with their colon), vectors, lists and sets
 * become lists, maps become objects whose keys are texts without the colon, `nil` null. Tags are skipped, so that
 * `#jepsen.history.Op{…}` is a map; `#_` leaves out a form; `;` a line.
 */
export class EdnReader {
  readonly #text: string
  #at = 0
  #line = 1
  #countedTo = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The line of the place reached, counted from 1. */
  get line(): number {
    for (; this.#countedTo < this.#at; this.#countedTo++)
      if (this.#text.charCodeAt(this.#countedTo) === 10) this.#line++
    return this.#line
  }

  /** Whether nothing but white space and comments is left. */
  isAtEnd(): boolean {
    this.#skipBlank(0)
    return this.#at >= this.#text.length
  }

  /** Takes the character if it comes next, after white space. */
  accept(character: string): boolean {
    this.#skipBlank(0)
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  /** The next form. */
  read(depth = 0): Data {
    if (depth > DEPTH_MAX) throw this.#error(`nesting deeper than ${DEPTH_MAX}`, 'flatter values')
    this.#skipBlank(depth)
    const character = this.#text[this.#at]
    switch (character) {
      case undefined:
        throw this.#error('the end of the text', 'a value')
      case '(':
        return this.#readList(')', depth)
      case '[':
        return this.#readList(']', depth)
      case '{':
        return this.#readMap(depth)
      case '"':
        return this.#readString()
      case '\\':
        return this.#readCharacter()
      case '#':
        return this.#readTagged(depth)
      default:
        return this.#readAtom()
    }
  }

  #skipBlank(depth: number): void {
    const text = this.#text
    for (; this.#at < text.length; this.#at++) {
      const character = text[this.#at] as string
      if (character === ';') {
        const end = text.indexOf('\n', this.#at)
        this.#at = end < 0 ? text.length - 1 : end
      } else if (character === '#' && text[this.#at + 1] === '_') {
        this.#at += 2
        this.read(depth + 1)
        this.#at--
      } else if (!' \t\n\r\f,\uFEFF'.includes(character)) return
    }
  }

  #readList(close: string, depth: number): readonly Data[] {
    this.#at++
    const items: Data[] = []
    while (!this.#isClosed(close, depth)) items.push(this.read(depth + 1))
    return items
  }

  #isClosed(close: string, depth: number): boolean {
    this.#skipBlank(depth)
    const character = this.#text[this.#at]
    if (character === undefined) throw this.#error('the end of the text', quote(close))
    if (character !== close) return false
    this.#at++
    return true
  }

  #readMap(depth: number): Data {
    this.#at++
    const entries: [string, Data][] = []
    while (!this.#isClosed('}', depth)) {
      const key = this.read(depth + 1)
      this.#skipBlank(depth)
      if (this.#text[this.#at] === '}') throw this.#error(`the key ${quote(keyText(key))} alone`, 'its value')
      entries.push([keyText(key), this.read(depth + 1)])
    }
    return Object.fromEntries(entries)
  }

  #readTagged(depth: number): Data {
    this.#at++
    const character = this.#text[this.#at]
    if (character === '{') return this.#readList('}', depth).toSorted(byText)
    if (character === '#') return this.#readSymbolic()
    if (character === '"') return this.#readString()
    const tag = this.#token()
    if (tag === '') throw this.#error(quote(`#${character ?? ''}`), 'a tag or a set')
    return this.read(depth + 1)
  }

  #readSymbolic(): Data {
    this.#at++
    return `##${this.#token()}`
  }

  #readCharacter(): string {
    this.#at++
    const first = this.#text[this.#at++] ?? ''
    const name = first + this.#token()
    const named = new Map([
      ['newline', '\n'],
      ['space', ' '],
      ['tab', '\t'],
      ['return', '\r'],
    ])
    return named.get(name) ?? name
  }

  #readString(): string {
    let text = ''
    for (let from = ++this.#at; ; this.#at++) {
      const character = this.#text[this.#at]
      if (character === undefined) throw this.#error('the end of the text', 'the end of a string')
      if (character !== '"' && character !== '\\') continue
      text += this.#text.slice(from, this.#at)
      if (character === '"') {
        this.#at++
        return text
      }
      this.#at++
      text += this.#readEscape()
      from = this.#at + 1
    }
  }

  #readEscape(): string {
    const character = this.#text[this.#at] ?? ''
    if (character === 'u') {
      const digits = this.#text.slice(this.#at + 1, this.#at + 5)
      if (!/^[0-9a-fA-F]{4}$/.test(digits))
        throw this.#error(quote(`\\u${digits}`), 'four hexadecimal digits')
      this.#at += 4
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const escape = ESCAPES.get(character)
    if (escape === undefined) throw this.#error(quote(`\\${character}`), 'an escape such as \\n or \\"')
    return escape
  }

  #readAtom(): Data {
    const token = this.#token()
    if (token === '') throw this.#error(quote(this.#text[this.#at] ?? ''), 'a value')
    if (token === 'nil') return null
    if (token === 'true') return true
    if (token === 'false') return false
    return numberOf(token) ?? token
  }

  #token(): string {
    const from = this.#at
    while (this.#at < this.#text.length && !DELIMITERS.includes(this.#text[this.#at] as string)) this.#at++
    return this.#text.slice(from, this.#at)
  }

  #error(got: string, wanted: string): HistoryError {
    return new HistoryError({ line: this.line }, got, wanted)
  }
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['"', '"'],
  ['\\', '\\'],
])

/** A number exactly as it stands; one that a double does not hold stays text, so that unequal numbers stay unequal. */
function numberOf(token: string): number | undefined {
  if (/^[+-]?\d+N?$/.test(token)) {
    const value = Number(token.replace('N', ''))
    return Number.isSafeInteger(value) ? value + 0 : undefined
  }
  if (!/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?$/.test(token)) return undefined
  const value = Number(token.replace('M', ''))
  return Number.isFinite(value) ? value : undefined
}

/** The key of a map as text: a keyword without its colon. */
function keyText(key: Data): string {
  return typeof key === 'string' ? key.replace(/^:/, '') : canonicalText(key)
}

function byText(a: Data, b: Data): number {
  const [first, second] = [canonicalText(a), canonicalText(b)]
  return first < second ? -1 : first > second ? 1 : 0
}
