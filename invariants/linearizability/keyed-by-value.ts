// Jepsen's independent keys: histories over many keys that carry the key in the value, as `[key value]`.

import type { Data, DataRecord } from '../../sim/index.ts'
import { canonicalText, isList } from './canonical-text.ts'
import type { Operation } from './operation.ts'

/**
 * The operations with their keys taken out of the values, if none of them has a key of its own: `[key value]`, for cas
 * also `[key expected new]`, `{key, value}`, and a bare key for get and delete. What carries no key stays as it is.
 */
export function keyedByValue(operations: readonly Operation[]): readonly Operation[] {
  return operations.some(({ key }) => key !== null) ? operations : operations.map(keyed)
}

function keyed(operation: Operation): Operation {
  const split = splitInput(operation)
  if (split === undefined) return operation
  return { ...operation, ...split, output: outputOf(operation.output, split.key) }
}

function splitInput({ f, input }: Operation): { key: Data; input: Data } | undefined {
  if (isList(input)) return splitList(f, input)
  if (isRecord(input) && 'key' in input) return { key: input['key'] ?? null, input: input['value'] ?? null }
  const isBareKey = (f === 'get' || f === 'read' || f === 'delete') && input !== null
  return isBareKey ? { key: input, input: null } : undefined
}

function splitList(f: string, input: readonly Data[]): { key: Data; input: Data } | undefined {
  const [key = null, value = null, third = null] = input
  if (f === 'cas' && input.length === 3) return { key, input: [value, third] }
  const isPair = input.length === 2 && (f !== 'cas' || (isList(value) && value.length === 2))
  return isPair ? { key, input: value } : undefined
}

function outputOf(output: Data, key: Data): Data {
  if (isList(output) && output.length === 2 && canonicalText(output[0] ?? null) === canonicalText(key))
    return output[1] ?? null
  return isRecord(output) && 'key' in output && 'value' in output ? (output['value'] ?? null) : output
}

function isRecord(value: Data): value is DataRecord {
  return value !== null && typeof value === 'object' && !isList(value)
}
