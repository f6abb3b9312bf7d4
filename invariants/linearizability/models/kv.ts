import type { Data } from '../../../sim/index.ts'
import { canonicalText, isList } from '../canonical-text.ts'
import type { Operation } from '../operation.ts'
import { appendCellMachine, type AppendCellAction } from './append-cell.ts'
import { NIL, cellMachine, type CellAction } from './cell.ts'
import { badValue, unknownFunction, type Model } from './model.ts'
import { isRefused } from './register.ts'

/**
 * A key-value store, judged key by key: `get`, `put`, `append`, `cas` with input `[expected, new]`, `delete`. A missing
 * key is null, and reads as null or as the empty text (or list), which is also what an append starts from; null as a
 * value to put means delete. `append` adds text to text, or an element to a list where lists are stored. A failed cas
 * observed another value, a failed delete a missing key; other failed operations did not happen. `read` and `write`
 * are other names of `get` and `put`.
 */
export const kv: Model = {
  name: 'kv',
  functions: ['get', 'put', 'append', 'cas', 'delete', 'read', 'write'],
  fail: 'observed',
  begin: (operations, foresight) => {
    if (!operations.some(({ f }) => f === 'append'))
      return cellMachine(
        operations.map((operation) => cellAction(operation, canonicalText, [canonicalText(''), '[]'])),
        foresight,
      )
    const isOfLists = operations.some(({ f, output }) => (f === 'get' || f === 'read') && isList(output))
    const empty = isOfLists ? 'L' : 'S'
    return appendCellMachine(
      operations.map((operation): AppendCellAction | undefined =>
        operation.f === 'append'
          ? appendAction(operation, isOfLists)
          : cellAction(operation, contentOf, [empty]),
      ),
      foresight,
    )
  },
}

/** `text` gives a value's text; `empties` are the texts of empty values, as which a missing key may be read. */
function cellAction(
  operation: Operation,
  text: (value: Data) => string,
  empties: readonly string[],
): CellAction | undefined {
  switch (operation.f) {
    case 'get':
    case 'read':
      return operation.outcome === 'ok' ? readAction(text(operation.output), empties) : undefined
    case 'put':
    case 'write':
      return operation.outcome === 'fail' ? undefined : { kind: 'write', value: text(operation.input) }
    case 'delete':
      return isRefused(operation) ? { kind: 'read', values: [NIL] } : { kind: 'write', value: NIL }
    case 'cas':
      return casAction(operation, text)
    default:
      throw unknownFunction(kv.name, kv.functions, operation)
  }
}

function readAction(value: string, empties: readonly string[]): CellAction {
  return { kind: 'read', values: empties.includes(value) ? [value, NIL] : [value] }
}

function casAction(operation: Operation, text: (value: Data) => string): CellAction {
  const { input } = operation
  if (!isList(input) || input.length !== 2)
    throw badValue(operation, 'input', canonicalText(input), '[expected, new]')
  const expected = text(input[0] ?? null)
  return isRefused(operation)
    ? { kind: 'differs', value: expected }
    : { kind: 'cas', expected, value: text(input[1] ?? null) }
}

function appendAction(operation: Operation, isOfLists: boolean): AppendCellAction | undefined {
  if (operation.outcome === 'fail') return undefined
  const { input } = operation
  if (isOfLists) return { kind: 'append', first: 'L', text: itemText(input) }
  return { kind: 'append', first: 'S', text: typeof input === 'string' ? input : canonicalText(input) }
}

/** A value as text to which an append can be applied: S and the text, L and the items, J and anything else. */
function contentOf(value: Data): string {
  if (value === null) return NIL
  if (typeof value === 'string') return `S${value}`
  return isList(value) ? `L${value.map(itemText).join('')}` : `J${canonicalText(value)}`
}

/** Canonical texts hold no line breaks, so items end where they say. */
function itemText(item: Data): string {
  return `${canonicalText(item)}\n`
}
