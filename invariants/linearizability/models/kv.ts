import type { Data } from '../../../sim/index.ts'
import { canonicalText, isList } from '../canonical-text.ts'
import type { Check } from '../deadline.ts'
import type { Operation } from '../operation.ts'
import type { Machine } from '../search/index.ts'
import { appendCellMachine } from './append-cell.ts'
import { NIL, type AppendCellAction, type CellAction } from './cell-action.ts'
import { cellMachine } from './cell.ts'
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
  begin: (operations, foresight, check) =>
    operations.some(({ f }) => f === 'append')
      ? growingMachine(operations, foresight, check)
      : plainMachine(operations, foresight),
}

function plainMachine(operations: readonly Operation[], foresight: boolean): Machine {
  const texts = textsOf(operations, canonicalText, ['""', '[]'])
  return cellMachine(
    operations.map((operation) => cellAction(operation, texts)),
    operations,
    foresight,
  )
}

function growingMachine(operations: readonly Operation[], foresight: boolean, check: Check): Machine {
  const isOfLists = operations.some(({ f, output }) => (f === 'get' || f === 'read') && isList(output))
  const texts = textsOf(operations, contentOf, [isOfLists ? 'L' : 'S'])
  const actions = operations.map((operation) => {
    check()
    return operation.f === 'append' ? appendAction(operation, isOfLists) : cellAction(operation, texts)
  })
  return appendCellMachine(actions, operations, foresight)
}

/** How values are written as texts. */
interface Texts {
  readonly of: (value: Data) => string
  /** The texts as which a missing key may be read. */
  readonly empties: readonly string[]
  /** Whether a key that is there can have such a text too. */
  readonly areEmptiesStored: boolean
}

function textsOf(
  operations: readonly Operation[],
  of: (value: Data) => string,
  empties: readonly string[],
): Texts {
  const areEmptiesStored = operations.some(({ f, input }) => {
    const stored = f === 'cas' && isList(input) ? (input[1] ?? null) : input
    return stored === '' || (isList(stored) && stored.length === 0)
  })
  return { of, empties, areEmptiesStored }
}

function cellAction(operation: Operation, texts: Texts): CellAction | undefined {
  switch (operation.f) {
    case 'get':
    case 'read':
      return operation.outcome === 'ok' ? readAction(texts.of(operation.output), texts) : undefined
    case 'put':
    case 'write':
      return operation.outcome === 'fail' ? undefined : { kind: 'write', value: texts.of(operation.input) }
    case 'delete':
      return isRefused(operation) ? { kind: 'read', values: [NIL] } : { kind: 'write', value: NIL }
    case 'cas':
      return casAction(operation, texts)
    default:
      throw unknownFunction(kv.name, kv.functions, operation)
  }
}

function readAction(value: string, { empties, areEmptiesStored }: Texts): CellAction {
  if (!empties.includes(value)) return { kind: 'read', values: [value] }
  return { kind: 'read', values: areEmptiesStored ? [value, NIL] : [NIL] }
}

function casAction(operation: Operation, texts: Texts): CellAction {
  const { input } = operation
  if (!isList(input) || input.length !== 2)
    throw badValue(operation, 'input', canonicalText(input), '[expected, new]')
  const expected = texts.of(input[0] ?? null)
  return isRefused(operation)
    ? { kind: 'differs', value: expected }
    : { kind: 'cas', expected, value: texts.of(input[1] ?? null) }
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
