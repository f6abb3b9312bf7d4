// Expressions as closures over a frame. What is common (locals, numbers, tables without metatables) is decided here; the rest
// goes to operators.ts and machine.ts, after the line was noted for errors.

import type { Call, Expression, FunctionBody, Upvalue } from './ast.ts'
import { type Cell, cellOf, type Frame } from './frame.ts'
import type { Machine } from './machine.ts'
import {
  arithmetic,
  type ArithmeticOperator,
  calculate,
  concatenate,
  equals,
  isLess,
  isLessOrEqual,
  isTrue,
  lengthOf,
  negate,
} from './operators.ts'
import { LuaTable } from './table.ts'
import { LuaFunction, type LuaValue } from './value.ts'

/** One value. */
export type Evaluate = (frame: Frame) => LuaValue
/** All values of a call, `...` or a list. */
export type EvaluateMany = (frame: Frame) => LuaValue[]

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>

/** Makes closures of expressions. */
export abstract class ExpressionCompiler {
  protected readonly machine: Machine
  protected readonly chunk: string

  constructor(machine: Machine, chunk: string) {
    this.machine = machine
    this.chunk = chunk
  }

  protected abstract function(body: FunctionBody): (upvalues: readonly Cell[]) => LuaFunction

  /** How errors name what an expression gives, with a blank unless it has no name. */
  protected describe(expression: Expression): string {
    switch (expression.kind) {
      case 'local':
        return `local '${expression.local.name}'`
      case 'upvalue':
      case 'global':
        return `${expression.kind} '${expression.name}'`
      case 'index': {
        const { key } = expression
        return key.kind === 'constant' && typeof key.value === 'string' ? `field '${key.value}'` : ''
      }
      case 'parenthesis':
        return this.describe(expression.inner)
      default:
        return ''
    }
  }

  /** Several values: of the last expression all. */
  protected list(expressions: readonly Expression[]): EvaluateMany {
    const last = expressions.at(-1)
    if (last?.kind === 'call' || last?.kind === 'vararg') {
      const singles = expressions.slice(0, -1).map((each) => this.one(each))
      const rest = this.many(last)
      if (singles.length === 0) return rest
      return (frame) => {
        const values = singles.map((each) => each(frame))
        for (const value of rest(frame)) values.push(value)
        return values
      }
    }
    const singles = expressions.map((each) => this.one(each))
    const [first, second] = singles
    if (first !== undefined && singles.length === 1) return (frame) => [first(frame)]
    if (first !== undefined && second !== undefined && singles.length === 2)
      return (frame) => [first(frame), second(frame)]
    return (frame) => singles.map((each) => each(frame))
  }

  protected many(expression: Call | Of<'vararg'>, isTail: boolean = false): EvaluateMany {
    return expression.kind === 'call' ? this.#call(expression, isTail) : (frame) => frame.varargs.slice()
  }

  #call({ args, callee, line, method }: Call, isTail: boolean): EvaluateMany {
    const { machine } = this
    const [object, list] = [this.one(callee), this.list(args)]
    const name = method === null ? this.describe(callee) : `method '${method}'`
    const objectName = this.describe(callee)
    return (frame) => {
      let called = object(frame)
      let values: LuaValue[]
      if (method === null) values = list(frame)
      else {
        const self = called
        frame.line = line
        called = machine.index(self, method, objectName)
        values = [self]
        for (const value of list(frame)) values.push(value)
      }
      // The caller of a function that is called in its place is not to be seen any more.
      frame.line = isTail && called instanceof LuaFunction && !called.isNative ? -1 : line
      return machine.call(called, values, name)
    }
  }

  protected one(expression: Expression): Evaluate {
    switch (expression.kind) {
      case 'constant': {
        const { value } = expression
        return () => value
      }
      case 'local':
        return this.#local(expression)
      case 'upvalue':
        return ({ upvalues }) => cellOf(upvalues, expression.index).value
      case 'global':
        return this.#global(expression)
      case 'index':
        return this.#index(expression)
      case 'call':
      case 'vararg': {
        const all = this.many(expression)
        return (frame) => all(frame)[0]
      }
      case 'function':
        return this.closureOf(expression.body)
      case 'parenthesis':
        return this.one(expression.inner)
      case 'logical':
        return this.#logical(expression)
      case 'binary':
        return this.#binary(expression)
      case 'unary':
        return this.#unary(expression)
      case 'table':
        return this.#table(expression)
    }
  }

  #local({ local }: Of<'local'>): Evaluate {
    const { slot } = local
    return local.isCaptured ? ({ cells }) => cellOf(cells, slot).value : ({ slots }) => slots[slot]
  }

  #global({ line, name }: Of<'global'>): Evaluate {
    const { machine } = this
    return (frame) => {
      const value = machine.globals.get(name)
      if (value !== undefined) return value
      frame.line = line
      return machine.index(machine.globals, name)
    }
  }

  #index({ key, line, object }: Of<'index'>): Evaluate {
    const { machine } = this
    const [at, index] = [this.one(object), this.one(key)]
    const name = this.describe(object)
    return (frame) => {
      const table = at(frame)
      const k = index(frame)
      if (table instanceof LuaTable) {
        const value = table.get(k)
        if (value !== undefined || table.metatable === null) return value
      }
      frame.line = line
      return machine.index(table, k, name)
    }
  }

  #logical({ left, operator, right }: Of<'logical'>): Evaluate {
    const [a, b] = [this.one(left), this.one(right)]
    if (operator === 'and')
      return (frame) => {
        const value = a(frame)
        return isTrue(value) ? b(frame) : value
      }
    return (frame) => {
      const value = a(frame)
      return isTrue(value) ? value : b(frame)
    }
  }

  #binary(expression: Of<'binary'>): Evaluate {
    const { left, line, operator, right } = expression
    switch (operator) {
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '^':
        return this.#arithmetic(expression, operator)
      default: {
        const { machine } = this
        const [a, b] = [this.one(left), this.one(right)]
        const apply = this.#comparison(expression)
        return (frame) => {
          const [x, y] = [a(frame), b(frame)]
          frame.line = line
          return apply(machine, x, y)
        }
      }
    }
  }

  #comparison({
    left,
    operator,
    right,
  }: Of<'binary'>): (machine: Machine, a: LuaValue, b: LuaValue) => LuaValue {
    switch (operator) {
      case '==':
        return equals
      case '~=':
        return (machine, a, b) => !equals(machine, a, b)
      case '<':
        return isLess
      case '<=':
        return isLessOrEqual
      case '>':
        return (machine, a, b) => isLess(machine, b, a)
      case '>=':
        return (machine, a, b) => isLessOrEqual(machine, b, a)
      default: {
        const names = [this.describe(left), this.describe(right)] as const
        return (machine, a, b) => concatenate(machine, a, b, names)
      }
    }
  }

  #arithmetic({ left, line, right }: Of<'binary'>, operator: ArithmeticOperator): Evaluate {
    const { machine } = this
    const [a, b] = [this.one(left), this.one(right)]
    const names = [this.describe(left), this.describe(right)] as const
    const slow = (frame: Frame, x: LuaValue, y: LuaValue): LuaValue => {
      frame.line = line
      return arithmetic(machine, operator, [x, y], names)
    }
    if (operator === '+')
      return (frame) => {
        const [x, y] = [a(frame), b(frame)]
        return typeof x === 'number' && typeof y === 'number' ? x + y : slow(frame, x, y)
      }
    return (frame) => {
      const [x, y] = [a(frame), b(frame)]
      return typeof x === 'number' && typeof y === 'number' ? calculate(operator, x, y) : slow(frame, x, y)
    }
  }

  #unary({ line, operand, operator }: Of<'unary'>): Evaluate {
    const { machine } = this
    const value = this.one(operand)
    const name = this.describe(operand)
    switch (operator) {
      case 'not':
        return (frame) => !isTrue(value(frame))
      case '-':
        return (frame) => {
          const x = value(frame)
          if (typeof x === 'number') return -x
          frame.line = line
          return negate(machine, x, name)
        }
      case '#':
        return (frame) => {
          const x = value(frame)
          frame.line = line
          return lengthOf(machine, x, name)
        }
    }
  }

  #table({ fields, items, line }: Of<'table'>): Evaluate {
    const { machine } = this
    const list = this.list(items)
    const pairs = fields.map(([key, value]) => [this.one(key), this.one(value)] as const)
    return (frame) => {
      const table = machine.table()
      machine.meter.step()
      for (const [key, value] of pairs) {
        const k = key(frame)
        const v = value(frame)
        frame.line = line
        machine.setIndex(table, k, v)
      }
      if (items.length > 0) table.fill(list(frame))
      return table
    }
  }

  protected closureOf(body: FunctionBody): Evaluate {
    const make = this.function(body)
    const { upvalues } = body
    const { meter } = this.machine
    return (frame) => {
      meter.take(64)
      return make(upvalues.map((upvalue) => captured(frame, upvalue)))
    }
  }
}

function captured({ cells, upvalues }: Frame, upvalue: Upvalue): Cell {
  return upvalue.kind === 'local' ? cellOf(cells, upvalue.local.slot) : cellOf(upvalues, upvalue.index)
}
