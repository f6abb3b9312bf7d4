// Lua's patterns (reference manual, section 5.4.1), matched by backtracking. Every step counts, so that a hostile pattern
// ends with the run's budget.

import type { Machine } from '../machine.ts'
import type { LuaValue } from '../value.ts'

const capturesMax = 32
const depthMax = 200
const unclosed = -1
const position = -2

interface Capture {
  readonly start: number
  length: number
}

/** One match of a pattern in a subject. */
export class PatternMatch {
  readonly #machine: Machine
  readonly #subject: string
  readonly #pattern: string
  #depth = 0
  captures: Capture[] = []
  start = 0
  end = 0

  constructor(machine: Machine, subject: string, pattern: string) {
    this.#machine = machine
    this.#subject = subject
    this.#pattern = pattern
  }

  /** Whether the pattern matches from a place on; anchored patterns only there. */
  find(from: number): boolean {
    const isAnchored = this.#pattern.startsWith('^')
    for (let start = from; start <= this.#subject.length; start += 1) {
      if (this.matchAt(start, isAnchored ? 1 : 0)) return true
      if (isAnchored) return false
    }
    return false
  }

  /** Whether the pattern (from `patternStart` on) matches at a place. */
  matchAt(start: number, patternStart: number): boolean {
    this.captures = []
    this.#depth = 0
    const end = this.#match(start, patternStart)
    if (end === null) return false
    this.start = start
    this.end = end
    return true
  }

  /** A capture's value; the whole match as 0 where there are none. */
  capture(at: number): LuaValue {
    const capture = this.captures[at]
    if (capture === undefined) {
      if (at > 0) throw this.#machine.error('invalid capture index')
      return this.#subject.slice(this.start, this.end)
    }
    if (capture.length === unclosed) throw this.#machine.error('unfinished capture')
    if (capture.length === position) return capture.start + 1
    return this.#subject.slice(capture.start, capture.start + capture.length)
  }

  /** All captures, or the whole match where there are none and `wantsWhole`. */
  values(wantsWhole: boolean): LuaValue[] {
    const count = this.captures.length === 0 && wantsWhole ? 1 : this.captures.length
    return Array.from({ length: count }, (_, at) => this.capture(at))
  }

  /** What was matched. */
  subjectSlice(): string {
    return this.#subject.slice(this.start, this.end)
  }

  #match(subjectAt: number, patternAt: number): number | null {
    this.#depth += 1
    if (this.#depth > depthMax) throw this.#machine.error('pattern too complex')
    const end = this.#matchHere(subjectAt, patternAt)
    this.#depth -= 1
    return end
  }

  #matchHere(subjectAt: number, patternAt: number): number | null {
    let [s, p] = [subjectAt, patternAt]
    const pattern = this.#pattern
    for (;;) {
      this.#machine.meter.step()
      if (p >= pattern.length) return s
      const char = pattern.charAt(p)
      if (char === '(') return this.#open(s, p)
      if (char === ')') return this.#close(s, p + 1)
      if (char === '$' && p + 1 === pattern.length) return s === this.#subject.length ? s : null
      if (char === '%') {
        const special = this.#special(s, p)
        if (special !== 'none') {
          if (special === null) return null
          ;[s, p] = special
          continue
        }
      }
      const end = this.#classEnd(p)
      const suffix = pattern.charAt(end)
      if (suffix === '?') {
        if (this.#single(s, p, end)) {
          const rest = this.#match(s + 1, end + 1)
          if (rest !== null) return rest
        }
        p = end + 1
        continue
      }
      if (suffix === '*') return this.#longest(s, p, end)
      if (suffix === '+') return this.#single(s, p, end) ? this.#longest(s + 1, p, end) : null
      if (suffix === '-') return this.#shortest(s, p, end)
      if (!this.#single(s, p, end)) return null
      s += 1
      p = end
    }
  }

  /** %b, %f and %1: where to go on; null where they do not match. */
  #special(s: number, p: number): readonly [number, number] | null | 'none' {
    const next = this.#pattern.charAt(p + 1)
    if (next === 'b') {
      const end = this.#balance(s, p + 2)
      return end === null ? null : [end, p + 4]
    }
    if (next === 'f') return this.#frontier(s, p + 2)
    if (next >= '0' && next <= '9') {
      const end = this.#again(s, next)
      return end === null ? null : [end, p + 2]
    }
    return 'none'
  }

  #frontier(s: number, p: number): readonly [number, number] | null {
    if (this.#pattern.charAt(p) !== '[') throw this.#machine.error("missing '[' after '%f' in pattern")
    const end = this.#classEnd(p)
    const before = s === 0 ? 0 : this.#subject.charCodeAt(s - 1)
    const here = s < this.#subject.length ? this.#subject.charCodeAt(s) : 0
    return !this.#inSet(before, p, end - 1) && this.#inSet(here, p, end - 1) ? [s, end] : null
  }

  #open(s: number, p: number): number | null {
    if (this.captures.length >= capturesMax) throw this.#machine.error('too many captures')
    const isPosition = this.#pattern.charAt(p + 1) === ')'
    this.captures.push({ start: s, length: isPosition ? position : unclosed })
    const { length } = this.captures
    const end = this.#match(s, p + (isPosition ? 2 : 1))
    if (end === null) this.captures.length = length - 1
    return end
  }

  #close(s: number, p: number): number | null {
    const open = this.captures.findLast((capture) => capture.length === unclosed)
    if (open === undefined) throw this.#machine.error('invalid pattern capture')
    open.length = s - open.start
    const end = this.#match(s, p)
    if (end === null) open.length = unclosed
    return end
  }

  #balance(s: number, p: number): number | null {
    if (p + 1 >= this.#pattern.length) throw this.#machine.error('unbalanced pattern')
    const [begin, close] = [this.#pattern.charAt(p), this.#pattern.charAt(p + 1)]
    if (this.#subject.charAt(s) !== begin || s >= this.#subject.length) return null
    let open = 1
    for (let at = s + 1; at < this.#subject.length; at += 1) {
      this.#machine.meter.step()
      const char = this.#subject.charAt(at)
      if (char === close) {
        open -= 1
        if (open === 0) return at + 1
      } else if (char === begin) open += 1
    }
    return null
  }

  #again(s: number, digit: string): number | null {
    const capture = this.captures[Number(digit) - 1]
    if (capture === undefined || capture.length === unclosed)
      throw this.#machine.error('invalid capture index')
    // A place has no text.
    if (capture.length === position) return null
    const text = this.#subject.slice(capture.start, capture.start + capture.length)
    this.#machine.meter.step(text.length)
    return this.#subject.startsWith(text, s) ? s + text.length : null
  }

  #longest(s: number, p: number, end: number): number | null {
    let count = 0
    while (this.#single(s + count, p, end)) count += 1
    this.#machine.meter.step(count)
    for (; count >= 0; count -= 1) {
      const rest = this.#match(s + count, end + 1)
      if (rest !== null) return rest
    }
    return null
  }

  #shortest(from: number, p: number, end: number): number | null {
    for (let s = from; ; s += 1) {
      const rest = this.#match(s, end + 1)
      if (rest !== null) return rest
      if (!this.#single(s, p, end)) return null
    }
  }

  #classEnd(p: number): number {
    const pattern = this.#pattern
    const char = pattern.charAt(p)
    if (char === '%') {
      if (p + 1 >= pattern.length) throw this.#machine.error("malformed pattern (ends with '%')")
      return p + 2
    }
    if (char !== '[') return p + 1
    let at = p + 1
    if (pattern.charAt(at) === '^') at += 1
    do {
      if (at >= pattern.length) throw this.#machine.error("malformed pattern (missing ']')")
      const isEscape = pattern.charAt(at) === '%'
      at += 1
      if (isEscape && at < pattern.length) at += 1
    } while (pattern.charAt(at) !== ']' || at >= pattern.length)
    return at + 1
  }

  #single(s: number, p: number, end: number): boolean {
    if (s >= this.#subject.length) return false
    const code = this.#subject.charCodeAt(s)
    switch (this.#pattern.charAt(p)) {
      case '.':
        return true
      case '%':
        return inClass(code, this.#pattern.charAt(p + 1))
      case '[':
        return this.#inSet(code, p, end - 1)
      default:
        return this.#pattern.charCodeAt(p) === code
    }
  }

  /** Whether a byte is in a set; `close` is where its ] stands. */
  #inSet(code: number, open: number, close: number): boolean {
    const pattern = this.#pattern
    const isNegated = pattern.charAt(open + 1) === '^'
    this.#machine.meter.step()
    for (let at = open + (isNegated ? 2 : 1); at < close; at += 1) {
      if (pattern.charAt(at) === '%') {
        at += 1
        if (inClass(code, pattern.charAt(at))) return !isNegated
      } else if (pattern.charAt(at + 1) === '-' && at + 2 < close) {
        if (pattern.charCodeAt(at) <= code && code <= pattern.charCodeAt(at + 2)) return !isNegated
        at += 2
      } else if (pattern.charCodeAt(at) === code) return !isNegated
    }
    return isNegated
  }
}

/** Whether a byte belongs to a class of C's, by the class's letter; any other character means itself. */
function inClass(code: number, letter: string): boolean {
  const test = classes.get(letter.toLowerCase())
  if (test === undefined) return letter.charCodeAt(0) === code
  return test(code) === (letter === letter.toLowerCase())
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57
const isLower = (c: number): boolean => c >= 97 && c <= 122
const isUpper = (c: number): boolean => c >= 65 && c <= 90
const isLetter = (c: number): boolean => isLower(c) || isUpper(c)

const classes: ReadonlyMap<string, (code: number) => boolean> = new Map([
  ['a', isLetter],
  ['c', (c) => c < 32 || c === 127],
  ['d', isDigit],
  ['l', isLower],
  ['p', (c) => c > 32 && c < 127 && !isLetter(c) && !isDigit(c)],
  ['s', (c) => c === 32 || (c >= 9 && c <= 13)],
  ['u', isUpper],
  ['w', (c) => isLetter(c) || isDigit(c)],
  ['x', (c) => isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70)],
  ['z', (c) => c === 0],
])
