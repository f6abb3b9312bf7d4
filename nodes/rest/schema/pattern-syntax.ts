// Reads the structure of a regular expression (ECMAScript, flag `u`): alternatives, sequences, repetitions, anchors. What
// stands for one character is left as text for the engine, which then only ever sees a single character.

/** A part of a pattern. */
export type PatternPart =
  | { readonly kind: 'character'; readonly source: string }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternPart[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternPart[] }
  | { readonly kind: 'repetition'; readonly part: PatternPart; readonly least: number; readonly most: number }

/** Why a pattern is not taken. */
export class PatternRefusal extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'PatternRefusal'
  }
}

/** Groups inside each other at most. */
const depthMax = 50

/** Reads a pattern. Throws a PatternRefusal for what is none, back-references, look-around and word boundaries. */
export function readPattern(source: string): PatternPart {
  if (!isExpression(source)) throw new PatternRefusal('no regular expression')
  return new Reader(source).choice()
}

function isExpression(source: string): boolean {
  try {
    return new RegExp(source, 'u').unicode
  } catch {
    return false
  }
}

class Reader {
  readonly #source: string
  #at = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
  }

  choice(): PatternPart {
    const parts = [this.#sequence()]
    while (this.#take(/^\|/u) !== null) parts.push(this.#sequence())
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts }
  }

  #sequence(): PatternPart {
    const parts: PatternPart[] = []
    while (this.#at < this.#source.length && !/^[|)]/u.test(this.#rest()))
      parts.push(this.#repeated(this.#atom()))
    return { kind: 'sequence', parts }
  }

  #atom(): PatternPart {
    if (this.#take(/^\^/u) !== null) return { kind: 'start' }
    if (this.#take(/^\$/u) !== null) return { kind: 'end' }
    if (this.#take(/^\((?!\?)|^\(\?:|^\(\?<(?![=!])[^>]*>/u) !== null) return this.#group()
    if (this.#rest().startsWith('(?')) throw new PatternRefusal('look-around or flags')
    if (/^\\(?:[1-9]|k)/u.test(this.#rest())) throw new PatternRefusal('a back-reference')
    if (/^\\[bB]/u.test(this.#rest())) throw new PatternRefusal('a word boundary')
    const set = /^\[(?:\\.|[^\]\\])*\]/u
    const escape = /^\\(?:u\{[^}]*\}|u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|x..|[pP]\{[^}]*\}|c.|.)/u
    const source = this.#take(set) ?? this.#take(escape) ?? this.#take(/^./su)
    if (source === null) throw new PatternRefusal('no regular expression')
    return { kind: 'character', source }
  }

  #group(): PatternPart {
    if (++this.#depth > depthMax) throw new PatternRefusal('groups too deep in each other')
    const part = this.choice()
    this.#depth--
    this.#at++
    return part
  }

  #repeated(part: PatternPart): PatternPart {
    const found = this.#take(/^(?:[*+?]|\{\d+(?:,\d*)?\})\??/u)
    if (found === null) return part
    if (found.startsWith('*')) return { kind: 'repetition', part, least: 0, most: Infinity }
    if (found.startsWith('+')) return { kind: 'repetition', part, least: 1, most: Infinity }
    if (found.startsWith('?')) return { kind: 'repetition', part, least: 0, most: 1 }
    const [least = '', most] = found.replace(/\??$/u, '').slice(1, -1).split(',')
    return {
      kind: 'repetition',
      part,
      least: Number(least),
      most: most === '' ? Infinity : Number(most ?? least),
    }
  }

  #take(shape: RegExp): string | null {
    const found = shape.exec(this.#rest())?.[0] ?? null
    this.#at += found?.length ?? 0
    return found
  }

  #rest(): string {
    return this.#source.slice(this.#at)
  }
}
