import type { Operation } from '../operation.ts'
import type { Cluster, Facts } from '../search/index.ts'
import { NIL, type AppendCellAction } from './cell-action.ts'

/**
 * What must hold in every order of the actions on a cell: a value that only one action can have made is made before it
 * is seen, and from then to the last time it is seen no other value is there.
 */
export function cellFacts(
  actions: readonly (AppendCellAction | undefined)[],
  operations: readonly Operation[],
): Facts {
  const makers = new Makers(actions)
  const clusters: Cluster[] = []
  let isImpossible = false
  for (const [value, readers] of readersOf(actions, operations)) {
    const isInitial = value === NIL
    const found = makers.of(value)
    if (found.length === 0 && !isInitial) isImpossible = true
    if (found.length === (isInitial ? 0 : 1))
      clusters.push({ writer: found[0], readers, isNeutral: (item) => isNeutral(actions[item], value) })
  }
  return { clusters, isImpossible }
}

/** For each value that was surely seen, who saw it. */
function readersOf(
  actions: readonly (AppendCellAction | undefined)[],
  operations: readonly Operation[],
): Map<string, number[]> {
  const readers = new Map<string, number[]>()
  for (const [index, action] of actions.entries()) {
    const seen = operations[index]?.return === Infinity ? undefined : seenBy(action)
    if (seen === undefined) continue
    const group = readers.get(seen)
    if (group === undefined) readers.set(seen, [index])
    else group.push(index)
  }
  return readers
}

function seenBy(action: AppendCellAction | undefined): string | undefined {
  if (action?.kind === 'cas') return action.expected
  return action?.kind === 'read' && action.values.length === 1 ? action.values[0] : undefined
}

/** Who may have made a value: who wrote it, or appended its end. */
class Makers {
  readonly #writers = new Map<string, number[]>()
  readonly #appenders = new Map<string, number[]>()
  readonly #lengths = new Set<number>()

  constructor(actions: readonly (AppendCellAction | undefined)[]) {
    for (const [index, action] of actions.entries())
      if (action?.kind === 'write') add(this.#writers, action.value, index)
      else if (action?.kind === 'cas' && action.expected !== action.value)
        add(this.#writers, action.value, index)
      else if (action?.kind === 'append') {
        add(this.#appenders, action.text, index)
        this.#lengths.add(action.text.length)
      }
  }

  of(value: string): readonly number[] {
    const makers = [...(this.#writers.get(value) ?? [])]
    if (value !== NIL)
      for (const length of this.#lengths)
        if (length < value.length)
          makers.push(...(this.#appenders.get(value.slice(value.length - length)) ?? []))
    return makers
  }
}

function add(groups: Map<string, number[]>, key: string, index: number): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [index])
  else group.push(index)
}

/** Whether an action can stand where a value is, although it did not see it. */
function isNeutral(action: AppendCellAction | undefined, value: string): boolean {
  switch (action?.kind) {
    case undefined:
      return true
    case 'differs':
      return action.value !== value
    case 'read':
      return action.values.includes(value)
    case 'cas':
      return action.expected === value && action.value === value
    case 'write':
    case 'append':
      return false
  }
}
