import type { Model } from './models/index.ts'
import type { Operation } from './operation.ts'
import {
  layOut,
  search,
  tighten,
  type Item,
  type Machine,
  type SearchLimits,
  type SearchResult,
} from './search/index.ts'

/** Looks for a legal order of the operations on one object, with all that the model can foresee. */
export function judgeObject(
  operations: readonly Operation[],
  model: Model,
  limits: SearchLimits,
): SearchResult {
  const machine = model.begin(operations, true)
  const items = itemsOf(machine, operations)
  if (items === undefined) return { kind: 'none', steps: operations.length, states: [], visited: [] }
  return search(layOut(machine, items), machine.initial, limits)
}

/**
 * The items of operations, by index, with the intervals that the machine's facts leave them; undefined when these
 * leave no legal order.
 */
export function itemsOf(machine: Machine, operations: readonly Operation[]): readonly Item[] | undefined {
  const items = operations.map((operation, index): Item => ({
    action: machine.actions[index] as number,
    call: operation.call,
    return: operation.return,
  }))
  return machine.facts === undefined ? items : tighten(items, machine.facts)
}
