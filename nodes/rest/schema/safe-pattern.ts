// Regular expressions that cannot be made to run for ever. The engine's own go back and try again, in time that may be
// exponential in the length of a text that a client chose: (a+)+. Here all possibilities go forward together, as Thompson
// did it: a text costs its length times the size of the pattern, whatever both are.

import { type PatternPart, PatternRefusal, readPattern } from './pattern-syntax.ts'

/** A pattern that can be tried, or what is wrong with it. */
export type SafePattern =
  | { readonly kind: 'safe'; readonly test: (text: string) => boolean }
  | { readonly kind: 'refused'; readonly why: string }

/** Steps of a pattern at most, after repetitions with a count were written out. */
const stepsMax = 2_000

/** Compiles a pattern that is searched anywhere in a text. */
export function safePattern(source: string): SafePattern {
  try {
    const steps = new Assembler().assemble(readPattern(source))
    return { kind: 'safe', test: (text) => new Search(steps, text).run() }
  } catch (error) {
    if (error instanceof PatternRefusal) return { kind: 'refused', why: error.message }
    throw error
  }
}

type Step =
  | { readonly kind: 'character'; readonly test: (character: string) => boolean }
  /** Goes on at both places, which are told from here. */
  | { readonly kind: 'fork'; readonly first: number; readonly second: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'found' }

class Assembler {
  #size = 0

  assemble(part: PatternPart): readonly Step[] {
    return [...this.#stepsOf(part), { kind: 'found' }]
  }

  #stepsOf(part: PatternPart): readonly Step[] {
    if (++this.#size > stepsMax) throw new PatternRefusal(`more than ${stepsMax} steps`)
    switch (part.kind) {
      case 'character':
        return [{ kind: 'character', test: characterTest(part.source) }]
      case 'sequence':
        return part.parts.flatMap((each) => this.#stepsOf(each))
      case 'choice':
        return part.parts.map((each) => this.#stepsOf(each)).reduceRight(either)
      case 'repetition':
        return this.#repeat(part.part, part.least, part.most)
      case 'start':
      case 'end':
        return [part]
    }
  }

  #repeat(part: PatternPart, least: number, most: number): readonly Step[] {
    const steps: Step[] = []
    for (let count = 0; count < least; count++) steps.push(...this.#stepsOf(part))
    if (most === Infinity) return [...steps, ...loop(this.#stepsOf(part))]
    let rest: readonly Step[] = []
    for (let count = least; count < most; count++) rest = either([...this.#stepsOf(part), ...rest], [])
    return [...steps, ...rest]
  }
}

function either(one: readonly Step[], other: readonly Step[]): readonly Step[] {
  const leave: Step = { kind: 'fork', first: other.length + 1, second: other.length + 1 }
  return [{ kind: 'fork', first: 1, second: one.length + 2 }, ...one, leave, ...other]
}

function loop(steps: readonly Step[]): readonly Step[] {
  const back = -steps.length - 1
  return [
    { kind: 'fork', first: 1, second: steps.length + 2 },
    ...steps,
    { kind: 'fork', first: back, second: back },
  ]
}

/** The engine decides of one character, and of those of ASCII only once. */
function characterTest(source: string): (character: string) => boolean {
  const expression = new RegExp(`^${source}$`, 'u')
  const known: (boolean | undefined)[] = Array.from({ length: 128 })
  return (character) => {
    const code = character.charCodeAt(0)
    if (code >= known.length) return expression.test(character)
    return (known[code] ??= expression.test(character))
  }
}

/** One search of one text: the places in the pattern that may be reached by what was read. */
class Search {
  readonly #steps: readonly Step[]
  readonly #text: string
  #now: number[] = []
  #next: number[] = []
  readonly #seenAt: Int32Array

  constructor(steps: readonly Step[], text: string) {
    this.#steps = steps
    this.#text = text
    this.#seenAt = new Int32Array(steps.length).fill(-1)
  }

  run(): boolean {
    let at = 0
    for (const character of this.#text) {
      if (this.#enter(at, 0, this.#now)) return true
      const after = at + character.length
      for (const place of this.#now) {
        const step = this.#steps[place]
        if (step?.kind === 'character' && step.test(character) && this.#enter(after, place + 1, this.#next))
          return true
      }
      at = after
      const left = this.#now
      this.#now = this.#next
      this.#next = left
      this.#next.length = 0
    }
    return this.#enter(at, 0, this.#now)
  }

  /** Goes to a place and on from there as far as no character is needed. True when the pattern is at its end. */
  #enter(at: number, place: number, reached: number[]): boolean {
    const open = [place]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const step = this.#steps[next]
      if (step === undefined || this.#seenAt[next] === at) continue
      this.#seenAt[next] = at
      if (step.kind === 'found') return true
      if (step.kind === 'character') reached.push(next)
      else if (step.kind === 'fork') open.push(next + step.second, next + step.first)
      else if (at === (step.kind === 'start' ? 0 : this.#text.length)) open.push(next + 1)
    }
    return false
  }
}
