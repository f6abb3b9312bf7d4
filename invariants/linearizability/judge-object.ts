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

/** Most operations for which a short search is tried before anything is worked out about their order. */
const SHORT_MAX = 1000
/** Steps of that search for each operation. */
const STEPS_OF_SHORT = 12

/** Looks for a legal order of the operations on one object, with all that the model can foresee. */
export function judgeObject(
  operations: readonly Operation[],
  model: Model,
  limits: SearchLimits,
): SearchResult {
  const machine = model.begin(operations, true)
  if (operations.length <= SHORT_MAX) {
    const stepsMax = Math.min(limits.stepsMax, operations.length * STEPS_OF_SHORT)
    const problem = layOut(machine, plainItems(machine, operations))
    const result = search(problem, machine.initial, { ...limits, stepsMax })
    if (result.kind !== 'unknown') return result
  }
  return judgeNarrowed(operations, machine, limits)
}

/** The same without a short search first. */
export function judgeNarrowed(
  operations: readonly Operation[],
  machine: Machine,
  limits: SearchLimits,
): SearchResult {
  const items = narrowItems(machine, operations)
  if (items === undefined) return { kind: 'none', steps: operations.length, states: [], visited: [] }
  return search(layOut(machine, items), machine.initial, limits)
}

/**
 * The items of operations, by index, with the intervals that the machine's facts leave them; undefined when these
 * leave no legal order.
 */
export function narrowItems(machine: Machine, operations: readonly Operation[]): readonly Item[] | undefined {
  const items = plainItems(machine, operations)
  return machine.facts === undefined ? items : tighten(items, machine.facts())
}

function plainItems(machine: Machine, operations: readonly Operation[]): readonly Item[] {
  return operations.map(({ call, return: end }, index) => ({
    action: machine.actions[index] as number,
    call,
    return: end,
  }))
}
