// A small language for questions about the order of events:
//
//   query    = selector { relation }
//   relation = [ "and" ] [ "not" ] ( "preceded" | "followed" ) "by" selector { limit }
//   limit    = "within" DURATION | "on same node" | "on node" NAME
//   selector = WORD { WORD } { "[" FIELD OPERATOR VALUE "]" }      OPERATOR: = != < > <= >=
//
// A selector's words must all be found in an event: its kind, its node, what its kind is about (the kind of a message, the
// peer, the name of a probe, a disk operation and path, an operation's phase, process and function, a kind of fault), or the
// last part of a dotted name of these. Words with spaces or of the language itself are quoted: "not". Fields are those of the
// trace; dots lead into objects.

import { type Duration, type NodeId, parseDuration } from '../../sim/index.ts'

/** Which events are meant. */
export interface Selector {
  readonly words: readonly string[]
  readonly conditions: readonly Condition[]
}

/** What a field of an event must be. */
export interface Condition {
  readonly path: readonly string[]
  readonly operator: Operator
  readonly value: string | number | boolean | null
}

/** How a field and a value are compared; less and more only between numbers. */
export type Operator = '=' | '!=' | '<' | '>' | '<=' | '>='

/** What must, or must not, have come before or come after. */
export interface Relation {
  readonly isWanted: boolean
  readonly direction: 'preceded' | 'followed'
  readonly selector: Selector
  /** How far away at most; null: any distance. */
  readonly within: Duration | null
  /** On which node: the event's own, a named one, or any (null). */
  readonly where: 'same' | { readonly node: NodeId } | null
}

/** A question. */
export interface Query {
  readonly text: string
  readonly selector: Selector
  readonly relations: readonly Relation[]
}

/** A text that is no question: names the place in it, what was got and what was wanted. */
export class QueryError extends Error {
  constructor(text: string, place: number, got: string, wanted: string) {
    super(`query "${text}", at ${place + 1}: got ${got}, wanted ${wanted}`)
    this.name = 'QueryError'
  }
}

const textMax = 2_000
const reserved: ReadonlySet<string> = new Set(['and', 'not', 'preceded', 'followed', 'by', 'within', 'on'])

/** Reads a question. Throws a QueryError. */
export function parseQuery(text: string): Query {
  if (text.length > textMax)
    throw new QueryError(`${text.slice(0, 40)}…`, textMax, 'more', `at most ${textMax} characters`)
  return new Parser(text).query()
}

interface Token {
  readonly place: number
  readonly text: string
  readonly kind: 'word' | 'quoted' | 'condition' | 'end'
}

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  query(): Query {
    const selector = this.#selector()
    const relations: Relation[] = []
    while (this.#peek.kind !== 'end') relations.push(this.#relation())
    return { text: this.#text, selector, relations }
  }

  #selector(): Selector {
    const words: string[] = []
    const conditions: Condition[] = []
    for (;;) {
      const token = this.#peek
      if (token.kind === 'quoted' || (token.kind === 'word' && !reserved.has(token.text)))
        words.push(token.text)
      else if (token.kind === 'condition') conditions.push(this.#condition(token))
      else break
      this.#next++
    }
    if (words.length + conditions.length === 0) this.#fail('words of an event, such as send raft.vote')
    return { words, conditions }
  }

  #condition({ text, place }: Token): Condition {
    const match = /^\s*([^\s=!<>]+)\s*(<=|>=|!=|=|<|>)\s*(.*?)\s*$/s.exec(text)
    if (match === null)
      throw new QueryError(this.#text, place, `[${text}]`, '[field = value], with one of = != < > <= >=')
    const [, path = '', operator = '=', value = ''] = match
    return { path: path.split('.'), operator: operator as Operator, value: valueOf(value) }
  }

  #relation(): Relation {
    this.#take('and')
    const isWanted = !this.#take('not')
    const direction = this.#direction()
    if (!this.#take('by')) this.#fail('by')
    const selector = this.#selector()
    let within: Duration | null = null
    let where: Relation['where'] = null
    for (;;) {
      if (this.#take('within')) within = this.#duration()
      else if (this.#take('on')) where = this.#where()
      else return { isWanted, direction, selector, within, where }
    }
  }

  #direction(): Relation['direction'] {
    if (this.#take('preceded')) return 'preceded'
    if (this.#take('followed')) return 'followed'
    return this.#fail('preceded by, followed by, not …, within …, or on same node')
  }

  #duration(): Duration {
    const duration = parseDuration(this.#peek.text)
    if (this.#peek.kind !== 'word' || duration === undefined || duration < 0)
      return this.#fail('a duration such as 10ms or 1.5s')
    this.#next++
    return duration
  }

  #where(): Relation['where'] {
    if (this.#take('same')) {
      if (!this.#take('node')) this.#fail('node')
      return 'same'
    }
    if (!this.#take('node')) this.#fail('same node, or node NAME')
    const { text, kind } = this.#peek
    if (kind !== 'word' && kind !== 'quoted') this.#fail('the name of a node')
    this.#next++
    return { node: text }
  }

  #take(word: string): boolean {
    const token = this.#peek
    const isIt = token.kind === 'word' && token.text === word
    if (isIt) this.#next++
    return isIt
  }

  get #peek(): Token {
    return this.#tokens[this.#next] ?? { place: this.#text.length, text: '', kind: 'end' }
  }

  #fail(wanted: string): never {
    const { place, text, kind } = this.#peek
    throw new QueryError(this.#text, place, kind === 'end' ? 'the end' : `"${text}"`, wanted)
  }
}

const tokenPattern = /\s*(?:"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|([^\s"[\]]+))/y

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(tokenPattern)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const start = pattern.lastIndex
    const match = pattern.exec(text)
    if (match === null)
      throw new QueryError(text, start, `"${text.slice(start, start + 10)}"`, 'a closing quote or bracket')
    const [whole, quoted, condition, word] = match
    const place = start + whole.length - whole.trimStart().length
    if (quoted !== undefined) tokens.push({ place, text: quoted.replace(/\\(.)/g, '$1'), kind: 'quoted' })
    else if (condition !== undefined) tokens.push({ place, text: condition, kind: 'condition' })
    else tokens.push({ place, text: word ?? '', kind: 'word' })
  }
  return tokens
}

/** A number, true, false, null, a quoted text, or the text as it stands. */
function valueOf(text: string): Condition['value'] {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  if (/^"(?:[^"\\]|\\.)*"$/.test(text)) return text.slice(1, -1).replace(/\\(.)/g, '$1')
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
