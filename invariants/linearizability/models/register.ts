import { canonicalText, isList } from '../canonical-text.ts'
import type { Operation } from '../operation.ts'
import type { CellAction } from './cell-action.ts'
import { cellMachine } from './cell.ts'
import { badValue, unknownFunction, type Model } from './model.ts'

/** A register that starts as null: `read` gives the value, `write` takes it. A failed operation did not happen. */
export const register: Model = {
  name: 'register',
  functions: ['read', 'write'],
  fail: 'dropped',
  begin: (operations, foresight) =>
    cellMachine(
      operations.map((operation) => registerAction(register, operation)),
      operations,
      foresight,
    ),
}

/**
 * A register with `cas`, whose input is `[expected, new]`. A failed cas observed another value than the expected one;
 * an ok cas whose output is false did too. Failed reads and writes did not happen.
 */
export const casRegister: Model = {
  name: 'cas-register',
  functions: ['read', 'write', 'cas'],
  fail: 'observed',
  begin: (operations, foresight) =>
    cellMachine(
      operations.map((operation) =>
        operation.f === 'cas' ? casAction(operation) : registerAction(casRegister, operation),
      ),
      operations,
      foresight,
    ),
}

function registerAction(model: Model, operation: Operation): CellAction | undefined {
  switch (operation.f) {
    case 'read':
      return operation.outcome === 'ok'
        ? { kind: 'read', values: [canonicalText(operation.output)] }
        : undefined
    case 'write':
      return operation.outcome === 'fail'
        ? undefined
        : { kind: 'write', value: canonicalText(operation.input) }
    default:
      throw unknownFunction(model.name, model.functions, operation)
  }
}

function casAction(operation: Operation): CellAction {
  const { input } = operation
  if (!isList(input) || input.length !== 2)
    throw badValue(operation, 'input', canonicalText(input), '[expected, new]')
  const expected = canonicalText(input[0] ?? null)
  return isRefused(operation)
    ? { kind: 'differs', value: expected }
    : { kind: 'cas', expected, value: canonicalText(input[1] ?? null) }
}

/** Whether an operation ended by saying that its precondition did not hold. */
export function isRefused(operation: Operation): boolean {
  return operation.outcome === 'fail' || (operation.outcome === 'ok' && operation.output === false)
}
