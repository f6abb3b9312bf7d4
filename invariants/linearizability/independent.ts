// Jepsen's independent keys: a history over many objects whose every value is a tuple `[key value]`, of which each key is
// judged apart. Unlike `keyedByValue` it guesses nothing: who says that values are tuples is told where one is not.

import type { Data } from '../../sim/index.ts'
import { canonicalText, isList } from './canonical-text.ts'
import { HistoryError, quote } from './history-error.ts'
import type { Operation } from './operation.ts'

/**
 * The operations with their keys taken out of their values. Throws a HistoryError for one that was invoked, or that ended
 * with ok, without a tuple; what comes with fail may be anything.
 */
export function independentKeys(operations: readonly Operation[]): readonly Operation[] {
  return operations.map(separated)
}

function separated(operation: Operation): Operation {
  const { input, key, call } = operation
  if (key !== null)
    throw new HistoryError({ line: call }, `the key ${shown(key)}`, 'the key in the value only')
  if (!isPair(input))
    throw new HistoryError({ line: call }, `${shown(input)} as the value`, 'a tuple [key value]')
  const [own = null, value = null] = input
  return { ...operation, key: own, input: value, output: outputOf(operation, own) }
}

function outputOf({ output, outcome, ...operation }: Operation, key: Data): Data {
  if (isPair(output) && canonicalText(output[0] ?? null) === canonicalText(key)) return output[1] ?? null
  if (outcome !== 'ok') return output
  throw new HistoryError(
    { line: operation.return },
    `${shown(output)} as the value`,
    `a tuple [key value] of the key ${shown(key)}`,
  )
}

function isPair(value: Data): value is readonly Data[] {
  return isList(value) && value.length === 2
}

function shown(value: Data): string {
  return quote(canonicalText(value))
}
