// Expressions of Lua 5.1: precedence climbing over operands with their suffixes.

import type { BinaryOperator, Block, Expression, FunctionBody, Local, TableEntry, Target } from './ast.ts'
import { Lexer, type Token } from './lexer.ts'
import { FunctionScope } from './scope.ts'

/** How deep syntax may nest, as in Lua. */
const nestingMax = 200
const localsMax = 200
const upvaluesMax = 60

/** Left and right binding powers. */
const powers: ReadonlyMap<string, readonly [left: number, right: number]> = new Map([
  ['or', [1, 1]],
  ['and', [2, 2]],
  ['<', [3, 3]],
  ['>', [3, 3]],
  ['<=', [3, 3]],
  ['>=', [3, 3]],
  ['~=', [3, 3]],
  ['==', [3, 3]],
  ['..', [5, 4]],
  ['+', [6, 6]],
  ['-', [6, 6]],
  ['*', [7, 7]],
  ['/', [7, 7]],
  ['%', [7, 7]],
  ['^', [10, 9]],
])
const unaryPower = 8

/** Reads expressions from tokens. */
export abstract class ExpressionParser {
  readonly #lexer: Lexer
  #ahead: Token | null = null
  #nesting = 0
  protected token: Token
  /** The line of the token before. */
  #line = 1
  #scope: FunctionScope | null = null

  constructor(source: string, chunk: string) {
    this.#lexer = new Lexer(source, chunk)
    this.token = this.#lexer.next()
  }

  protected abstract block(): Block

  protected get scope(): FunctionScope {
    if (this.#scope === null) throw new Error('a function is always open while parsing')
    return this.#scope
  }

  // ---- tokens

  protected advance(): void {
    this.#line = this.token.line
    this.token = this.#ahead ?? this.#lexer.next()
    this.#ahead = null
  }

  protected accept(type: string): boolean {
    if (this.token.type !== type) return false
    this.advance()
    return true
  }

  protected expect(type: string): void {
    if (!this.accept(type)) this.expectEnd(type)
  }

  protected expectEnd(type: string): never {
    return this.failHere(`'${type}' expected`)
  }

  protected expectMatch(type: string, opening: string, line: number): void {
    if (this.accept(type)) return
    if (line === this.token.line) this.expectEnd(type)
    this.failHere(`'${type}' expected (to close '${opening}' at line ${line})`)
  }

  protected failHere(message: string): never {
    return this.#lexer.fail(message, this.token.text, this.token.line)
  }

  protected name(): string {
    const { text, type } = this.token
    if (type !== 'name') this.failHere("'<name>' expected")
    this.advance()
    return text
  }

  protected nested<T>(parse: () => T): T {
    this.#nesting += 1
    if (this.#nesting > nestingMax)
      this.#lexer.fail(`chunk has too many syntax levels`, null, this.token.line)
    this.scope.depthMax = Math.max(this.scope.depthMax, this.#nesting)
    const result = parse()
    this.#nesting -= 1
    return result
  }

  // ---- functions

  protected enterFunction(isVararg: boolean): void {
    this.#scope = new FunctionScope(this.#scope, isVararg)
    this.scope.openBlock()
  }

  protected leaveFunction(parts: Pick<FunctionBody, 'name' | 'parameters' | 'block' | 'line'>): FunctionBody {
    const { isVararg, outer, slots, upvalues, depthMax } = this.scope
    if (upvalues.length > upvaluesMax)
      this.#lexer.fail(`function at line ${parts.line} has more than ${upvaluesMax} upvalues`)
    this.#scope = outer
    return { ...parts, isVararg, slots, upvalues, depth: Math.max(1, depthMax - this.#nesting) }
  }

  protected declare(name: string): Local {
    if (this.scope.activeCount >= localsMax)
      this.#lexer.fail(`too many local variables (limit is ${localsMax})`, this.token.text)
    return this.scope.declare(name)
  }

  protected functionBody(isMethod: boolean, line: number): FunctionBody {
    this.expect('(')
    const names: string[] = isMethod ? ['self'] : []
    let isVararg = false
    if (this.token.type !== ')')
      do {
        isVararg = this.accept('...')
        if (!isVararg) names.push(this.#parameter())
      } while (!isVararg && this.accept(','))
    this.expect(')')
    this.enterFunction(isVararg)
    const parameters = names.map((name) => this.declare(name))
    const block = this.block()
    this.expectMatch('end', 'function', line)
    return this.leaveFunction({ name: `${line}`, parameters, block, line })
  }

  #parameter(): string {
    if (this.token.type !== 'name') this.failHere("<name> or '...' expected")
    return this.name()
  }

  // ---- expressions

  protected expressions(): readonly Expression[] {
    const all = [this.expression()]
    while (this.accept(',')) all.push(this.expression())
    return all
  }

  protected expression(limit: number = 0): Expression {
    return this.nested(() => {
      let left = this.#unary()
      const before = this.#nesting
      for (;;) {
        const operator = this.token.type
        const power = powers.get(operator)
        if (power === undefined || power[0] <= limit) break
        const { line } = this.token
        this.advance()
        const right = this.expression(power[1])
        left =
          operator === 'and' || operator === 'or'
            ? logical(operator, left, right, line)
            : { kind: 'binary', operator: operator as BinaryOperator, left, right, line }
        this.#deepen()
      }
      this.#nesting = before
      return left
    })
  }

  /** A chain that grows to the left is as deep as one that nests. */
  #deepen(): void {
    this.nested(() => undefined)
    this.#nesting += 1
  }

  #unary(): Expression {
    const { line, type } = this.token
    if (type !== '-' && type !== 'not' && type !== '#') return this.#simple()
    this.advance()
    const operand = this.expression(unaryPower)
    if (type === '-' && operand.kind === 'constant' && typeof operand.value === 'number')
      return { kind: 'constant', value: -operand.value, line }
    return { kind: 'unary', operator: type, operand, line }
  }

  #simple(): Expression {
    const { line, number, text, type } = this.token
    switch (type) {
      case 'number':
        this.advance()
        return { kind: 'constant', value: number, line }
      case 'string':
        this.advance()
        return { kind: 'constant', value: text, line }
      case 'nil':
      case 'true':
      case 'false':
        this.advance()
        return { kind: 'constant', value: type === 'nil' ? undefined : type === 'true', line }
      case '...':
        if (!this.scope.isVararg) this.failHere("cannot use '...' outside a vararg function")
        this.advance()
        return { kind: 'vararg', line }
      case '{':
        return this.#table()
      case 'function':
        this.advance()
        return { kind: 'function', body: this.functionBody(false, line), line }
      default:
        return this.suffixed()
    }
  }

  /** A variable or something in parentheses, with all indexes and calls after it. */
  protected suffixed(): Expression {
    const before = this.#nesting
    let left = this.#primary()
    for (;;) {
      const next = this.#suffix(left)
      if (next === null) break
      left = next
      this.#deepen()
    }
    this.#nesting = before
    return left
  }

  #primary(): Expression {
    const { line, type } = this.token
    if (type === 'name') return this.variable(this.name(), line)
    if (type !== '(') this.failHere('unexpected symbol')
    this.advance()
    const inner = this.expression()
    this.expectMatch(')', '(', line)
    return { kind: 'parenthesis', inner, line }
  }

  #suffix(left: Expression): Expression | null {
    const { line, type } = this.token
    switch (type) {
      case '.': {
        this.advance()
        return { kind: 'index', object: left, key: { kind: 'constant', value: this.name(), line }, line }
      }
      case '[': {
        this.advance()
        const key = this.expression()
        this.expect(']')
        return { kind: 'index', object: left, key, line }
      }
      case ':': {
        this.advance()
        const method = this.name()
        return { kind: 'call', callee: left, method, args: this.#arguments(), line }
      }
      case '(':
      case 'string':
      case '{':
        return { kind: 'call', callee: left, method: null, args: this.#arguments(), line }
      default:
        return null
    }
  }

  #arguments(): readonly Expression[] {
    const { line, text, type } = this.token
    if (type === 'string') {
      this.advance()
      return [{ kind: 'constant', value: text, line }]
    }
    if (type === '{') return [this.#table()]
    if (type !== '(') this.failHere('function arguments expected')
    if (line !== this.#line) this.failHere('ambiguous syntax (function call x new statement)')
    this.advance()
    if (this.accept(')')) return []
    const args = this.expressions()
    this.expectMatch(')', '(', line)
    return args
  }

  #table(): Expression {
    const { line } = this.token
    this.advance()
    const entries: TableEntry[] = []
    while (this.token.type !== '}') {
      if (!this.#field(entries)) entries.push({ key: null, value: this.expression() })
      if (!this.accept(',') && !this.accept(';')) break
    }
    this.expectMatch('}', '{', line)
    return { kind: 'table', entries, line }
  }

  #field(entries: TableEntry[]): boolean {
    const { line, text, type } = this.token
    if (type === '[') {
      this.advance()
      const key = this.expression()
      this.expect(']')
      this.expect('=')
      entries.push({ key, value: this.expression() })
      return true
    }
    if (type !== 'name') return false
    this.#ahead ??= this.#lexer.next()
    if (this.#ahead.type !== '=') return false
    this.advance()
    this.advance()
    entries.push({ key: { kind: 'constant', value: text, line }, value: this.expression() })
    return true
  }

  protected variable(name: string, line: number): Target {
    const found = this.scope.resolve(name)
    switch (found.kind) {
      case 'local':
        return { kind: 'local', local: found.local, line }
      case 'upvalue':
        return { kind: 'upvalue', index: found.index, name, line }
      case 'global':
        return { kind: 'global', name, line }
    }
  }
}

/** As Lua's compiler leaves out an operand that is known to decide nothing: `1 and a` is `a`, also by name in error texts. */
function logical(operator: 'and' | 'or', left: Expression, right: Expression, line: number): Expression {
  if (left.kind === 'constant') {
    const isTrue = left.value !== undefined && left.value !== false
    // Of several results it takes the first, as the whole expression would.
    if (isTrue === (operator === 'and'))
      return right.kind === 'call' || right.kind === 'vararg'
        ? { kind: 'parenthesis', inner: right, line }
        : right
  }
  return { kind: 'logical', operator, left, right, line }
}
