// Expressions as steps (steps.ts). Only what holds a call is made anew; all else is what compile-expressions.ts makes of it.

import type { Call, Expression } from './ast.ts'
import { anyCalls, callsIn } from './calls-within.ts'
import { describe, operation } from './compile-operations.ts'
import type { Compiler } from './compile.ts'
import type { Frame } from './frame.ts'
import { isTrue } from './operators.ts'
import type { CallRequest, Steps } from './steps.ts'
import type { LuaTable } from './table.ts'
import type { LuaValue } from './value.ts'

/** Code that may stop, or that never does. */
export type Piece<T> =
  | { readonly isDirect: true; readonly run: (frame: Frame) => T }
  | { readonly isDirect: false; readonly run: (frame: Frame) => Steps<T> }

/** Code that never stops. */
export function direct<T>(run: (frame: Frame) => T): Piece<T> {
  return { isDirect: true, run }
}

/** Code that may stop. */
export function stepping<T>(run: (frame: Frame) => Steps<T>): Piece<T> {
  return { isDirect: false, run }
}

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>

/** Makes steps of expressions. */
export class ResumableExpressions {
  protected readonly compiler: Compiler

  constructor(compiler: Compiler) {
    this.compiler = compiler
  }

  one(expression: Expression): Piece<LuaValue> {
    if (!callsIn(expression)) return direct(this.compiler.one(expression))
    switch (expression.kind) {
      case 'call': {
        const all = this.call(expression)
        return stepping(function* (frame) {
          return (yield* all(frame))[0]
        })
      }
      case 'parenthesis':
        return this.one(expression.inner)
      case 'logical':
        return this.#logical(expression)
      case 'table':
        return this.#table(expression)
      default:
        return this.#operation(expression)
    }
  }

  /** Several values: of the last expression all. */
  list(expressions: readonly Expression[]): Piece<LuaValue[]> {
    const { compiler } = this
    if (!anyCalls(expressions)) return direct(compiler.list(expressions))
    const last = expressions.at(-1)
    const isOpen = last?.kind === 'call' || last?.kind === 'vararg'
    const singles = (isOpen ? expressions.slice(0, -1) : expressions).map((each) => this.one(each))
    const rest =
      last?.kind === 'call'
        ? stepping(this.call(last))
        : last?.kind === 'vararg'
          ? direct(compiler.many(last))
          : null
    const { machine } = compiler
    return stepping(function* (frame) {
      const values: LuaValue[] = []
      machine.temporaries.push(values)
      for (const single of singles)
        values.push(single.isDirect ? single.run(frame) : yield* single.run(frame))
      const more = rest === null ? [] : rest.isDirect ? rest.run(frame) : yield* rest.run(frame)
      for (const value of more) values.push(value)
      machine.temporaries.pop()
      return values
    })
  }

  call(call: Call): (frame: Frame) => Steps<LuaValue[]> {
    const request = this.request(call)
    return function* (frame) {
      return yield yield* request(frame)
    }
  }

  /** What a call calls, and with what. */
  request(call: Call): (frame: Frame) => Steps<CallRequest> {
    const { args, callee, line, method } = call
    const { compiler } = this
    const { machine } = compiler
    const [object, list] = [this.one(callee), this.list(args)]
    const [name, objectName] = [compiler.calleeName(call), describe(callee)]
    return function* (frame) {
      const held: LuaValue[] = [object.isDirect ? object.run(frame) : yield* object.run(frame)]
      machine.temporaries.push(held)
      let called = held[0]
      if (method !== null) {
        frame.line = line
        called = machine.index(held[0], method, objectName)
        held.push(called)
      }
      const values = list.isDirect ? list.run(frame) : yield* list.run(frame)
      machine.temporaries.pop()
      frame.line = line
      return { called, args: method === null ? values : [held[0], ...values], name }
    }
  }

  #logical({ left, operator, right }: Of<'logical'>): Piece<LuaValue> {
    const [a, b] = [this.one(left), this.one(right)]
    const goesOn = operator === 'and'
    return stepping(function* (frame) {
      const value = a.isDirect ? a.run(frame) : yield* a.run(frame)
      if (isTrue(value) !== goesOn) return value
      return b.isDirect ? b.run(frame) : yield* b.run(frame)
    })
  }

  /** Operands in order, then the operation itself as if they were constants. */
  #operation(expression: Expression): Piece<LuaValue> {
    const { compiler } = this
    const { machine } = compiler
    const { apply, operands } = operation(machine, expression)
    const values = operands.map((each) => this.one(each))
    return stepping(function* (frame) {
      const held: LuaValue[] = []
      machine.temporaries.push(held)
      for (const value of values) held.push(value.isDirect ? value.run(frame) : yield* value.run(frame))
      machine.temporaries.pop()
      return apply(frame, held)
    })
  }

  #table({ entries, line }: Of<'table'>): Piece<LuaValue> {
    const { machine } = this.compiler
    const parts = entries.map(({ key, value }, at) => ({
      key: key === null ? null : this.one(key),
      // Of the last item all values.
      values: this.list(at === entries.length - 1 && key === null ? [value] : [single(value)]),
    }))
    return stepping(function* (frame) {
      const table: LuaTable = machine.table()
      const items: LuaValue[] = []
      machine.temporaries.push(table, items)
      for (const { key, values } of parts) {
        const k = key === null ? undefined : key.isDirect ? key.run(frame) : yield* key.run(frame)
        machine.temporaries.push(k)
        const all = values.isDirect ? values.run(frame) : yield* values.run(frame)
        machine.temporaries.pop()
        frame.line = line
        if (key === null) for (const item of all) items.push(item)
        else machine.setIndex(table, k, all[0])
      }
      table.place(items)
      machine.temporaries.length -= 2
      return table
    })
  }
}

/** An expression of which only the first value counts. */
export function single(expression: Expression): Expression {
  return { kind: 'parenthesis', inner: expression, line: expression.line }
}
