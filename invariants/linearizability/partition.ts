import type { Data } from '../../sim/index.ts'
import { canonicalText } from './canonical-text.ts'
import type { Model } from './models/index.ts'
import type { FailMeaning, Operation } from './operation.ts'

/** The operations on one object: linearizability is local, so objects are judged apart. */
export interface Partition {
  readonly key: Data
  /** In order of their calls, without those that did not happen. */
  readonly operations: readonly Operation[]
}

/** What a failed operation means: the same for all, or decided for each. */
export type FailPolicy = FailMeaning | ((operation: Operation) => FailMeaning)

/** Splits a history by key, and further where the model can; the smallest part comes first. */
export function partitionsOf(
  operations: readonly Operation[],
  model: Model,
  fail: FailPolicy = model.fail,
): readonly Partition[] {
  const meaningOf = typeof fail === 'function' ? fail : (): FailMeaning => fail
  const byKey = new Map<string, Operation[]>()
  for (const operation of operations) {
    if (operation.outcome === 'fail' && meaningOf(operation) === 'dropped') continue
    const key = operation.key === null ? '' : canonicalText(operation.key)
    const part = byKey.get(key)
    if (part === undefined) byKey.set(key, [operation])
    else part.push(operation)
  }
  return [...byKey.values()]
    .flatMap((part) => model.split?.(part) ?? [part])
    .map((part) => ({ key: part[0]?.key ?? null, operations: part }))
    .toSorted((a, b) => a.operations.length - b.operations.length || firstCall(a) - firstCall(b))
}

function firstCall(partition: Partition): number {
  return partition.operations[0]?.call ?? 0
}
