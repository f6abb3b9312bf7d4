// Whether a history has a legal order, by trying all of them.

import { canonicalText } from '../canonical-text.ts'
import type { FailMeaning, Operation } from '../operation.ts'
import type { Data } from '../../../sim/index.ts'
import type { Reference, Reply } from './references.ts'

/** Whether some order of the operations is a run of the reference. */
export function isLinearizableByForce(
  reference: Reference,
  operations: readonly Operation[],
  fail: FailMeaning,
): boolean {
  const isObservation = ({ f }: Operation): boolean => fail === 'observed' && reference.refusable.includes(f)
  const happened = operations.filter((one) => one.outcome !== 'fail' || isObservation(one))
  return canFinish(reference, happened)
}

/** Every order is tried, but no two that left the same operations and the same state. */
function canFinish(reference: Reference, operations: readonly Operation[]): boolean {
  const failed = new Set<string>()
  const finish = (state: Data, rest: readonly Operation[]): boolean => {
    if (rest.every(({ outcome }) => outcome === 'info')) return true
    const key = `${canonicalText(state)} ${rest.map(({ call }) => call).join()}`
    if (failed.has(key)) return false
    failed.add(key)
    const firstEnd = Math.min(...rest.map((operation) => operation.return))
    return rest.some((operation) => {
      if (operation.call > firstEnd) return false
      const after = rest.filter((other) => other !== operation)
      const reply = reference.apply(state, operation.f, operation.input, operation.process)
      return isPossible(operation, reply) && finish(reply.state, after)
    })
  }
  return finish(reference.initial, operations)
}

function isPossible(operation: Operation, reply: Reply): boolean {
  if (operation.outcome === 'info') return reply.isRefused !== true
  if (operation.outcome === 'fail') return reply.isRefused === true
  const { output, f } = operation
  if (output === null && ['add', 'remove', 'delete'].includes(f)) return true
  if (output === null && !['read', 'get', 'dequeue', 'contains'].includes(f)) return reply.isRefused !== true
  if (typeof output === 'boolean' && ['add', 'remove', 'contains'].includes(f)) return output === reply.output
  if (reply.isRefused === true && f !== 'dequeue') return false
  const isEmpty = f === 'get' && output === '' && reply.output === null
  return isEmpty || canonicalText(output) === canonicalText(reply.output)
}
