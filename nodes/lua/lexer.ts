// Source to tokens, as the reference manual of Lua 5.1 (section 2.1) has them.

import { LuaSyntaxError } from './lua-error.ts'
import { parseNumber } from './number-text.ts'

/** A token: `type` is a keyword or symbol itself, or one of name, number, string, eof. */
export interface Token {
  readonly type: string
  readonly text: string
  readonly number: number
  readonly line: number
}

const keywords: ReadonlySet<string> = new Set(
  'and break do else elseif end false for function if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
)
const symbol = /\.\.\.|\.\.|==|~=|<=|>=|[-+*/%^#<>=(){}[\];:,.]/y
const name = /[A-Za-z_][A-Za-z0-9_]*/y
const numeral = /(?:[0-9]|\.[0-9])(?:[eE][+-]|[A-Za-z0-9_.])*/y
const longOpening = /\[(=*)\[/y
const escapes: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])

/** Reads tokens one by one. */
export class Lexer {
  readonly #source: string
  readonly chunk: string
  #at = 0
  line = 1

  constructor(source: string, chunk: string) {
    this.#source = source
    this.chunk = chunk
  }

  /** The next token. Throws a LuaSyntaxError. */
  next(): Token {
    this.#skipBlanks()
    const { line } = this
    if (this.#at >= this.#source.length) return { type: 'eof', text: '<eof>', number: 0, line }
    const word = this.#match(name)
    if (word !== null) return { type: keywords.has(word) ? word : 'name', text: word, number: 0, line }
    const digits = this.#match(numeral)
    if (digits !== null) return this.#number(digits)
    const char = this.#source.charAt(this.#at)
    if (char === '"' || char === "'") return this.#string(char)
    if (char === '[') {
      const long = this.#longString('string')
      if (long !== null) return { type: 'string', text: long, number: 0, line: this.line }
    }
    const found = this.#match(symbol)
    if (found !== null) return { type: found, text: found, number: 0, line }
    this.#at += 1
    return { type: char, text: char, number: 0, line }
  }

  /** An error at a token's text. */
  fail(message: string, near: string | null = null, line: number = this.line): never {
    const code = near?.length === 1 ? near.charCodeAt(0) : 32
    const shown = code < 32 || code === 127 ? `char(${code})` : near
    throw new LuaSyntaxError(
      `${this.chunk}:${line}: ${message}${shown === null ? '' : ` near '${shown.slice(0, 80)}'`}`,
    )
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)?.[0]
    if (found === undefined) return null
    this.#at += found.length
    return found
  }

  #skipLine(): void {
    while (this.#at < this.#source.length && !'\r\n'.includes(this.#source.charAt(this.#at))) this.#at += 1
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.#source.charAt(this.#at)
      if (char === '\n' || char === '\r') this.#newline()
      else if (char === ' ' || char === '\t' || char === '\v' || char === '\f') this.#at += 1
      else if (char === '-' && this.#source.charAt(this.#at + 1) === '-') this.#comment()
      else return
    }
  }

  #comment(): void {
    this.#at += 2
    if (this.#source.charAt(this.#at) === '[' && this.#longString('comment') !== null) return
    this.#skipLine()
  }

  /** One line end, of one or two characters. */
  #newline(): void {
    const pair = this.#source.slice(this.#at, this.#at + 2)
    this.#at += pair === '\r\n' || pair === '\n\r' ? 2 : 1
    this.line += 1
  }

  #number(text: string): Token {
    const value = /^[0-9.]/.test(text) ? parseNumber(text) : undefined
    if (value === undefined) this.fail('malformed number', text)
    return { type: 'number', text, number: value, line: this.line }
  }

  #longString(kind: 'string' | 'comment'): string | null {
    const start = this.#at
    const opening = this.#match(longOpening)
    if (opening === null) return null
    const close = `]${'='.repeat(opening.length - 2)}]`
    const end = this.#source.indexOf(close, this.#at)
    if (end < 0) {
      this.line += (this.#source.slice(start).match(/\r\n|\n\r|\n|\r/g) ?? []).length
      this.fail(`unfinished long ${kind}`, '<eof>')
    }
    const raw = this.#source.slice(this.#at, end)
    this.line += (raw.match(/\r\n|\n\r|\n|\r/g) ?? []).length
    this.#at = end + close.length
    return raw.replaceAll(/\r\n|\n\r|\r/g, '\n').replace(/^\n/, '')
  }

  #string(quote: string): Token {
    this.#at += 1
    const parts: string[] = []
    for (;;) {
      const char = this.#source.charAt(this.#at)
      if (char === quote) break
      if (char === '') this.fail('unfinished string', '<eof>')
      if (char === '\n' || char === '\r') this.fail('unfinished string', quote + parts.join(''))
      if (char === '\\') parts.push(this.#escape(quote, parts))
      else {
        this.#at += 1
        parts.push(char)
      }
    }
    this.#at += 1
    return { type: 'string', text: parts.join(''), number: 0, line: this.line }
  }

  #escape(quote: string, parts: readonly string[]): string {
    this.#at += 1
    const char = this.#source.charAt(this.#at)
    if (char === '\n' || char === '\r') {
      this.#newline()
      return '\n'
    }
    if (char === '') return ''
    const digits = /^[0-9]{1,3}/.exec(this.#source.slice(this.#at, this.#at + 3))?.[0]
    if (digits === undefined) {
      this.#at += 1
      return escapes.get(char) ?? char
    }
    this.#at += digits.length
    if (Number(digits) > 255) this.fail('escape sequence too large', quote + parts.join(''))
    return String.fromCharCode(Number(digits))
  }
}
