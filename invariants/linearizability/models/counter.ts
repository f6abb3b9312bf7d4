import { canonicalText } from '../canonical-text.ts'
import type { Operation } from '../operation.ts'
import { internedMachine, type Facts, type Rules } from '../search/index.ts'
import { counterFacts } from './counter-facts.ts'
import { badValue, unknownFunction, type Model } from './model.ts'

/**
 * A counter that starts at 0: `add` and `subtract` with an amount (also `increment`, `decrement`: 1 if none is given),
 * `read`. An output of an addition that is a number other than its input is the value after it. A failed operation did
 * not happen.
 */
export const counter: Model = {
  name: 'counter',
  functions: ['add', 'subtract', 'increment', 'decrement', 'read'],
  fail: 'dropped',
  begin: (operations, foresight) => {
    const actions = operations.map(counterAction)
    return internedMachine(counterRules(actions), foresight ? (): Facts => counterFacts(actions) : undefined)
  },
}

/** An action on a counter; `result` is the value that an addition told. */
export type CounterAction =
  | { readonly kind: 'read'; readonly value: number }
  | { readonly kind: 'add'; readonly amount: number; readonly result: number | undefined }

function counterRules(actions: readonly (CounterAction | undefined)[]): Rules<number, CounterAction> {
  const hasNegative = actions.some((action) => action?.kind === 'add' && action.amount < 0)
  return {
    initial: 0,
    actions,
    actionKey: (action) =>
      action.kind === 'read' ? `r${action.value}` : `a${action.amount},${action.result}`,
    effect: (action) => (action.kind === 'read' ? 'none' : 'update'),
    step: (state, action) => {
      if (action.kind === 'read') return action.value === state ? state : undefined
      const sum = state + action.amount
      return action.result === undefined || action.result === sum ? sum : undefined
    },
    // Additions commute. One matters to a read, or to an addition that told the sum, that it brings nearer.
    mayMatter: (state, candidate, other) => {
      const wanted = valueBefore(other)
      if (candidate.kind === 'read' || wanted === undefined) return false
      return hasNegative || state + candidate.amount <= wanted
    },
    stateKey: (state) => state,
    show: String,
  }
}

/** The value that an action needs to find, if it told. */
function valueBefore(action: CounterAction): number | undefined {
  if (action.kind === 'read') return action.value
  return action.result === undefined ? undefined : action.result - action.amount
}

function counterAction(operation: Operation): CounterAction | undefined {
  switch (operation.f) {
    case 'read':
      return operation.outcome === 'ok' ? { kind: 'read', value: numberOf(operation, 'output') } : undefined
    case 'add':
      return addition(operation, numberOf(operation, 'input'))
    case 'subtract':
      return addition(operation, -numberOf(operation, 'input'))
    case 'increment':
      return addition(operation, operation.input === null ? 1 : numberOf(operation, 'input'))
    case 'decrement':
      return addition(operation, operation.input === null ? -1 : -numberOf(operation, 'input'))
    default:
      throw unknownFunction(counter.name, counter.functions, operation)
  }
}

function addition(operation: Operation, amount: number): CounterAction | undefined {
  if (operation.outcome === 'fail') return undefined
  const { output, input } = operation
  const result = typeof output === 'number' && output !== input ? output : undefined
  return amount === 0 && result === undefined ? undefined : { kind: 'add', amount, result }
}

function numberOf(operation: Operation, part: 'input' | 'output'): number {
  const value = operation[part]
  if (typeof value !== 'number') throw badValue(operation, part, canonicalText(value), 'a number')
  return value
}
