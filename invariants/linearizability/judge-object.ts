import { checkOf, orLate, TIME_OUT, type Check } from './deadline.ts'
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
  const late = { kind: 'unknown', steps: 0, reason: TIME_OUT } as const
  return orLate(() => judgeInTime(operations, model, limits), late)
}

function judgeInTime(operations: readonly Operation[], model: Model, limits: SearchLimits): SearchResult {
  const check = checkOf(limits.isOverdue)
  check()
  const machine = model.begin(operations, true, check)
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
  const items = narrowItems(machine, operations, checkOf(limits.isOverdue))
  if (items === undefined) return { kind: 'none', steps: operations.length, states: [], visited: [] }
  return search(layOut(machine, items), machine.initial, limits)
}

/**
 * The items of operations, by index, with the intervals that the machine's facts leave them; undefined when these
 * leave no legal order. `check` may throw meanwhile.
 */
export function narrowItems(
  machine: Machine,
  operations: readonly Operation[],
  check: Check,
): readonly Item[] | undefined {
  check()
  const items = plainItems(machine, operations)
  return machine.facts === undefined ? items : tighten(items, machine.facts(), check)
}

function plainItems(machine: Machine, operations: readonly Operation[]): readonly Item[] {
  return operations.map(({ call, return: end }, index) => ({
    action: machine.actions[index] as number,
    call,
    return: end,
  }))
}
