// Operators as functions of values that are there, and how errors name what they work on.

import type { Expression } from './ast.ts'
import type { Frame } from './frame.ts'
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
import type { LuaValue } from './value.ts'

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>

/** How errors name what an expression gives, with a blank unless it has no name. */
export function describe(expression: Expression): string {
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
      return describe(expression.inner)
    default:
      return ''
  }
}

/** An operation on values that are there: what resumable-expressions.ts does once it has them. */
export function operation(
  machine: Machine,
  expression: Expression,
): {
  readonly operands: readonly Expression[]
  readonly apply: (frame: Frame, values: readonly LuaValue[]) => LuaValue
} {
  switch (expression.kind) {
    case 'index': {
      const name = describe(expression.object)
      const apply = (frame: Frame, [table, key]: readonly LuaValue[]): LuaValue => {
        frame.line = expression.line
        return machine.index(table, key, name)
      }
      return { operands: [expression.object, expression.key], apply }
    }
    case 'binary':
      return { operands: [expression.left, expression.right], apply: applied(machine, expression) }
    case 'unary': {
      const apply = unaryOperation(machine, expression)
      return { operands: [expression.operand], apply: (frame, [value]) => apply(frame, value) }
    }
    default:
      throw new Error(`no operation: ${expression.kind}`)
  }
}

function applied(
  machine: Machine,
  expression: Of<'binary'>,
): (frame: Frame, values: readonly LuaValue[]) => LuaValue {
  const { line, operator } = expression
  if (isArithmetic(operator)) {
    const slow = slowArithmetic(machine, expression, operator)
    return (frame, [x, y]) =>
      typeof x === 'number' && typeof y === 'number' ? calculate(operator, x, y) : slow(frame, x, y)
  }
  const apply = comparison(expression)
  return (frame, [x, y]) => {
    frame.line = line
    return apply(machine, x, y)
  }
}

/** A comparison, or `..`. */
export function comparison({
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
      const names = [describe(left), describe(right)] as const
      return (machine, a, b) => concatenate(machine, a, b, names)
    }
  }
}

/** Arithmetic where not both operands are numbers. */
export function slowArithmetic(
  machine: Machine,
  { left, line, right }: Of<'binary'>,
  operator: ArithmeticOperator,
): (frame: Frame, x: LuaValue, y: LuaValue) => LuaValue {
  const names = [describe(left), describe(right)] as const
  return (frame, x, y) => {
    frame.line = line
    return arithmetic(machine, operator, [x, y], names)
  }
}

/** `not`, `-` and `#`. */
export function unaryOperation(
  machine: Machine,
  { line, operand, operator }: Of<'unary'>,
): (frame: Frame, x: LuaValue) => LuaValue {
  const name = describe(operand)
  switch (operator) {
    case 'not':
      return (_, x) => !isTrue(x)
    case '-':
      return (frame, x) => {
        if (typeof x === 'number') return -x
        frame.line = line
        return negate(machine, x, name)
      }
    case '#':
      return (frame, x) => {
        frame.line = line
        return lengthOf(machine, x, name)
      }
  }
}

const arithmeticOperators: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^'])

/** Whether an operator computes. */
export function isArithmetic(operator: string): operator is ArithmeticOperator {
  return arithmeticOperators.has(operator)
}
