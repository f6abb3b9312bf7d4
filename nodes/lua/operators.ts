// Operators on any values: plain arithmetic and comparison where both are numbers, texts of numbers, metamethods, errors.

import { power } from './real-functions.ts'
import { described, type Machine, plainText, toNumber } from './machine.ts'
import { LuaTable } from './table.ts'
import { type LuaValue, typeName } from './value.ts'

/** Names of both operands for errors; empty where they have none. */
export type OperandNames = readonly [left: string, right: string]

/** Arithmetic. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^'

const events: Readonly<Record<ArithmeticOperator, string>> = {
  '+': '__add',
  '-': '__sub',
  '*': '__mul',
  '/': '__div',
  '%': '__mod',
  '^': '__pow',
}

/** Two numbers. */
export function calculate(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return modulo(a, b)
    case '^':
      return power(a, b)
  }
}

/** Lua's remainder has the sign of the divisor: a - floor(a / b) * b. */
export function modulo(a: number, b: number): number {
  return a - Math.floor(a / b) * b
}

/** Arithmetic where not both operands are numbers. */
export function arithmetic(
  machine: Machine,
  operator: ArithmeticOperator,
  operands: readonly [LuaValue, LuaValue],
  names: OperandNames,
): LuaValue {
  const [a, b] = operands
  const [left, right] = [toNumber(a), toNumber(b)]
  if (left !== undefined && right !== undefined) return calculate(operator, left, right)
  const event = events[operator]
  const handler = machine.metamethod(a, event) ?? machine.metamethod(b, event)
  if (handler !== undefined) return machine.callBack(handler, [a, b])[0]
  const [wrong, name] = left === undefined ? [a, names[0]] : [b, names[1]]
  throw machine.fault(`attempt to perform arithmetic on ${name}${described(wrong, name)}`)
}

/** `-a` where a is no number. */
export function negate(machine: Machine, a: LuaValue, name: string): LuaValue {
  const value = toNumber(a)
  if (value !== undefined) return -value
  const handler = machine.metamethod(a, '__unm')
  if (handler !== undefined) return machine.callBack(handler, [a, a])[0]
  throw machine.fault(`attempt to perform arithmetic on ${name}${described(a, name)}`)
}

/** `a .. b`. */
export function concatenate(machine: Machine, a: LuaValue, b: LuaValue, names: OperandNames): LuaValue {
  const isLeft = typeof a === 'string' || typeof a === 'number'
  const isRight = typeof b === 'string' || typeof b === 'number'
  if (isLeft && isRight) {
    const text = plainText(a) + plainText(b)
    machine.meter.string(text.length)
    return text
  }
  const handler = machine.metamethod(a, '__concat') ?? machine.metamethod(b, '__concat')
  if (handler !== undefined) return machine.callBack(handler, [a, b])[0]
  const [wrong, name] = isLeft ? [b, names[1]] : [a, names[0]]
  throw machine.fault(`attempt to concatenate ${name}${described(wrong, name)}`)
}

/** `#a`. */
export function lengthOf(machine: Machine, a: LuaValue, name: string): LuaValue {
  // Lua 5.1 has no __len for tables.
  if (a instanceof LuaTable) return a.length
  if (typeof a === 'string') return a.length
  throw machine.fault(`attempt to get length of ${name}${described(a, name)}`)
}

/** `a == b`. */
export function equals(machine: Machine, a: LuaValue, b: LuaValue): boolean {
  if (a === b) return true
  if (!(a instanceof LuaTable) || !(b instanceof LuaTable)) return false
  const handler = sharedHandler(machine, a, b, '__eq')
  return handler !== undefined && isTrue(machine.callBack(handler, [a, b])[0])
}

/** `a < b`. */
export function isLess(machine: Machine, a: LuaValue, b: LuaValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (typeof a === 'string' && typeof b === 'string') return a < b
  const handler = sharedHandler(machine, a, b, '__lt')
  if (handler === undefined) throw incomparable(machine, a, b)
  return isTrue(machine.callBack(handler, [a, b])[0])
}

/** `a <= b`. */
export function isLessOrEqual(machine: Machine, a: LuaValue, b: LuaValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a <= b
  if (typeof a === 'string' && typeof b === 'string') return a <= b
  const handler = sharedHandler(machine, a, b, '__le')
  if (handler !== undefined) return isTrue(machine.callBack(handler, [a, b])[0])
  const less = sharedHandler(machine, a, b, '__lt')
  if (less === undefined) throw incomparable(machine, a, b)
  return !isTrue(machine.callBack(less, [b, a])[0])
}

function sharedHandler(machine: Machine, a: LuaValue, b: LuaValue, event: string): LuaValue {
  if (typeName(a) !== typeName(b)) return undefined
  const handler = machine.metamethod(a, event)
  return handler !== undefined && handler === machine.metamethod(b, event) ? handler : undefined
}

function incomparable(machine: Machine, a: LuaValue, b: LuaValue): Error {
  const [left, right] = [typeName(a), typeName(b)]
  return machine.fault(
    left === right ? `attempt to compare two ${left} values` : `attempt to compare ${left} with ${right}`,
  )
}

/** All but nil and false. */
export function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false
}
