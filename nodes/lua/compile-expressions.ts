// Expressions as closures over a frame. What is common (locals, numbers, tables without metatables) is decided here; the rest
// goes to operators.ts and machine.ts, after the line was noted for errors.

import type { Call, Expression, FunctionBody, Upvalue } from './ast.ts'
import { anyCalls, callsIn } from './calls-within.ts'
import { type Cell, cellOf, type Frame } from './frame.ts'
import type { Machine } from './machine.ts'
import { comparison, describe, isArithmetic, slowArithmetic, unaryOperation } from './compile-operations.ts'
import { calculate, isTrue } from './operators.ts'
import { LuaTable } from './table.ts'
import type { LuaFunction, LuaValue } from './value.ts'

/** One value. */
export type Evaluate = (frame: Frame) => LuaValue
/** All values of a call, `...` or a list. */
export type EvaluateMany = (frame: Frame) => LuaValue[]

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>

/** Makes closures of expressions. */
export abstract class ExpressionCompiler {
  readonly machine: Machine
  readonly chunk: string

  constructor(machine: Machine, chunk: string) {
    this.machine = machine
    this.chunk = chunk
  }

  abstract function(body: FunctionBody): (upvalues: readonly Cell[]) => LuaFunction

  /** Several values: of the last expression all. */
  list(expressions: readonly Expression[]): EvaluateMany {
    const last = expressions.at(-1)
    const isOpen = last?.kind === 'call' || last?.kind === 'vararg'
    const singles = (isOpen ? expressions.slice(0, -1) : expressions).map((each) => this.one(each))
    const rest = isOpen ? this.many(last) : null
    if (rest !== null && singles.length === 0) return rest
    if (anyCalls(expressions.slice(1))) return this.#heldList(singles, rest)
    if (rest !== null)
      return (frame) => {
        const values = singles.map((each) => each(frame))
        for (const value of rest(frame)) values.push(value)
        return values
      }
    const [first, second] = singles
    if (first !== undefined && singles.length === 1) return (frame) => [first(frame)]
    if (first !== undefined && second !== undefined && singles.length === 2)
      return (frame) => [first(frame), second(frame)]
    return (frame) => singles.map((each) => each(frame))
  }

  /** What is in the list already is to be seen while later ones call. */
  #heldList(singles: readonly Evaluate[], rest: EvaluateMany | null): EvaluateMany {
    const { machine } = this
    return (frame) => {
      const values: LuaValue[] = []
      machine.temporaries.push(values)
      for (const single of singles) values.push(single(frame))
      if (rest !== null) for (const value of rest(frame)) values.push(value)
      machine.temporaries.pop()
      return values
    }
  }

  many(expression: Call | Of<'vararg'>): EvaluateMany {
    return expression.kind === 'call' ? this.#call(expression) : (frame) => frame.varargs.slice()
  }

  /** How errors name what a call calls. */
  calleeName({ callee, method }: Call): string {
    return method === null ? describe(callee) : `method '${method}'`
  }

  #call(call: Call): EvaluateMany {
    const { machine } = this
    const { args, line } = call
    const name = this.calleeName(call)
    if (call.method !== null || anyCalls(args)) {
      const callee = this.callee(call)
      return (frame) => {
        const values = callee(frame)
        const called = values.shift()
        frame.line = line
        return machine.call(called, values, name)
      }
    }
    const [object, list] = [this.one(call.callee), this.list(args)]
    return (frame) => {
      const called = object(frame)
      const values = list(frame)
      frame.line = line
      return machine.call(called, values, name)
    }
  }

  /** What a call calls, followed by its arguments. */
  callee({ args, callee, line, method }: Call): EvaluateMany {
    const { machine } = this
    const [object, list] = [this.one(callee), this.list(args)]
    const objectName = describe(callee)
    return (frame) => {
      const values: LuaValue[] = [object(frame)]
      if (method !== null) {
        const [self] = values
        frame.line = line
        values[0] = machine.index(self, method, objectName)
        values.push(self)
      }
      machine.temporaries.push(values)
      const rest = list(frame)
      machine.temporaries.pop()
      for (const value of rest) values.push(value)
      return values
    }
  }

  one(expression: Expression): Evaluate {
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
    const name = describe(object)
    const isHeld = callsIn(key)
    return (frame) => {
      const table = at(frame)
      if (isHeld) machine.temporaries.push(table)
      const k = index(frame)
      if (isHeld) machine.temporaries.pop()
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
    const { machine } = this
    const [a, b] = [this.one(left), this.#held(right)]
    if (isArithmetic(operator)) {
      const slow = slowArithmetic(machine, expression, operator)
      if (operator === '+')
        return (frame) => {
          const x = a(frame)
          const y = b(frame, x)
          return typeof x === 'number' && typeof y === 'number' ? x + y : slow(frame, x, y)
        }
      return (frame) => {
        const x = a(frame)
        const y = b(frame, x)
        return typeof x === 'number' && typeof y === 'number' ? calculate(operator, x, y) : slow(frame, x, y)
      }
    }
    const apply = comparison(expression)
    return (frame) => {
      const x = a(frame)
      const y = b(frame, x)
      frame.line = line
      return apply(machine, x, y)
    }
  }

  /** An expression that is evaluated while another value waits. */
  #held(expression: Expression): (frame: Frame, waiting: LuaValue) => LuaValue {
    const value = this.one(expression)
    if (!callsIn(expression)) return value
    const { machine } = this
    return (frame, waiting) => {
      machine.temporaries.push(waiting)
      const result = value(frame)
      machine.temporaries.pop()
      return result
    }
  }

  #unary(expression: Of<'unary'>): Evaluate {
    const value = this.one(expression.operand)
    const apply = unaryOperation(this.machine, expression)
    return (frame) => apply(frame, value(frame))
  }

  #table({ entries, line }: Of<'table'>): Evaluate {
    const { machine } = this
    const parts = entries.map(({ key, value }, at) => ({
      key: key === null ? null : this.one(key),
      value: this.#held(value),
      rest: at === entries.length - 1 && key === null ? this.list([value]) : null,
    }))
    const isHeld = entries.some(({ key, value }) => callsIn(value) || (key !== null && callsIn(key)))
    const hasItems = entries.some(({ key }) => key === null)
    return (frame) => {
      const table = machine.table()
      machine.meter.step()
      const items: LuaValue[] = []
      if (isHeld) machine.temporaries.push(table, items)
      for (const { key, rest, value } of parts) {
        if (rest !== null) for (const item of rest(frame)) items.push(item)
        else if (key === null) items.push(value(frame, undefined))
        else {
          const k = key(frame)
          const v = value(frame, k)
          frame.line = line
          machine.setIndex(table, k, v)
        }
      }
      if (hasItems) table.place(items)
      if (isHeld) machine.temporaries.length -= 2
      return table
    }
  }

  closureOf(body: FunctionBody): Evaluate {
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
