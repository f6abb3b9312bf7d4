// Statements of Lua 5.1 by recursive descent (reference manual, section 2.4 and its grammar in section 8).

import type { Block, Call, Expression, FunctionBody, Local, Statement, Target } from './ast.ts'
import { ExpressionParser } from './expression-parser.ts'

const blockEnds: ReadonlySet<string> = new Set(['eof', 'end', 'else', 'elseif', 'until'])

/** Parses a chunk. Throws a LuaSyntaxError, whatever the source is. */
export function parseChunk(source: string, chunk: string): FunctionBody {
  return new Parser(source, chunk).chunk()
}

class Parser extends ExpressionParser {
  chunk(): FunctionBody {
    this.enterFunction(true)
    const block = this.block()
    if (this.token.type !== 'eof') this.expectEnd('<eof>')
    return this.leaveFunction({ name: 'main', parameters: [], block, line: 0 })
  }

  protected override block(): Block {
    this.scope.openBlock()
    const block = this.statements()
    this.scope.closeBlock()
    return block
  }

  private statements(): Block {
    const block: Statement[] = []
    while (!blockEnds.has(this.token.type)) {
      const { type } = this.token
      const statement = this.nested(() => this.statement())
      block.push(statement)
      this.accept(';')
      if (type === 'return' || type === 'break') break
    }
    return block
  }

  private statement(): Statement {
    const { line, type } = this.token
    switch (type) {
      case 'if':
        return this.ifStatement(line)
      case 'while':
        return this.whileStatement(line)
      case 'do': {
        this.advance()
        const block = this.block()
        this.expectMatch('end', 'do', line)
        return { kind: 'do', block }
      }
      case 'for':
        return this.forStatement(line)
      case 'repeat':
        return this.repeatStatement(line)
      case 'function':
        return this.functionStatement(line)
      case 'local':
        this.advance()
        return this.accept('function') ? this.localFunction(line) : this.localStatement()
      case 'return':
        return this.returnStatement()
      case 'break':
        this.advance()
        if (this.scope.loops === 0) this.failHere('no loop to break')
        return { kind: 'break' }
      default:
        return this.expressionStatement()
    }
  }

  private ifStatement(line: number): Statement {
    const branches: { readonly condition: Expression; readonly block: Block }[] = []
    do {
      this.advance()
      const condition = this.expression()
      this.expect('then')
      branches.push({ condition, block: this.block() })
    } while (this.token.type === 'elseif')
    const otherwise = this.accept('else') ? this.block() : []
    this.expectMatch('end', 'if', line)
    return { kind: 'if', branches, otherwise }
  }

  private whileStatement(line: number): Statement {
    this.advance()
    const condition = this.expression()
    this.expect('do')
    const block = this.loopBlock()
    this.expectMatch('end', 'while', line)
    return { kind: 'while', condition, block }
  }

  private loopBlock(): Block {
    this.scope.loops += 1
    const block = this.block()
    this.scope.loops -= 1
    return block
  }

  private repeatStatement(line: number): Statement {
    this.advance()
    this.scope.loops += 1
    // The condition sees the locals of the block.
    this.scope.openBlock()
    const block = this.statements()
    this.expectMatch('until', 'repeat', line)
    const condition = this.expression()
    this.scope.closeBlock()
    this.scope.loops -= 1
    return { kind: 'repeat', condition, block }
  }

  private forStatement(line: number): Statement {
    this.advance()
    const first = this.name()
    if (this.token.type === '=') return this.numericFor(first, line)
    const names = [first]
    while (this.accept(',')) names.push(this.name())
    if (this.token.type !== 'in') this.failHere("'=' or 'in' expected")
    this.advance()
    const values = this.expressions()
    this.expect('do')
    this.scope.openBlock()
    const locals = names.map((name) => this.declare(name))
    const block = this.loopBlock()
    this.scope.closeBlock()
    this.expectMatch('end', 'for', line)
    return { kind: 'forIn', locals, values, block, line }
  }

  private numericFor(name: string, line: number): Statement {
    this.advance()
    const from = this.expression()
    this.expect(',')
    const to = this.expression()
    const step = this.accept(',') ? this.expression() : null
    this.expect('do')
    this.scope.openBlock()
    const local = this.declare(name)
    const block = this.loopBlock()
    this.scope.closeBlock()
    this.expectMatch('end', 'for', line)
    return { kind: 'for', local, from, to, step, block, line }
  }

  private functionStatement(line: number): Statement {
    this.advance()
    let target: Target = this.variable(this.name(), line)
    let isMethod = false
    while (!isMethod && (this.token.type === '.' || this.token.type === ':')) {
      isMethod = this.token.type === ':'
      this.advance()
      const key = this.name()
      target = { kind: 'index', object: target, key: { kind: 'constant', value: key, line }, line }
    }
    const body = this.functionBody(isMethod, line)
    return { kind: 'assign', targets: [target], values: [{ kind: 'function', body, line }] }
  }

  private localFunction(line: number): Statement {
    const local = this.declare(this.name())
    return { kind: 'localFunction', local, body: this.functionBody(false, line) }
  }

  private localStatement(): Statement {
    const names = [this.name()]
    while (this.accept(',')) names.push(this.name())
    const values = this.accept('=') ? this.expressions() : []
    const locals: Local[] = names.map((name) => this.declare(name))
    return { kind: 'local', locals, values }
  }

  private returnStatement(): Statement {
    this.advance()
    const isBare = blockEnds.has(this.token.type) || this.token.type === ';'
    return { kind: 'return', values: isBare ? [] : this.expressions() }
  }

  private expressionStatement(): Statement {
    const first = this.suffixed()
    if (first.kind === 'call') {
      // Lua refuses `f() = 1` and `f(), x = …` in the same way.
      if (this.token.type === '=' || this.token.type === ',') this.failHere('syntax error')
      return { kind: 'call', call: first satisfies Call }
    }
    const targets = [this.target(first)]
    while (this.accept(',')) targets.push(this.target(this.suffixed()))
    this.expect('=')
    return { kind: 'assign', targets, values: this.expressions() }
  }

  private target(expression: Expression): Target {
    switch (expression.kind) {
      case 'local':
      case 'upvalue':
      case 'global':
      case 'index':
        return expression
      default:
        return this.failHere('syntax error')
    }
  }
}
