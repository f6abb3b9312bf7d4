import type { Operation } from '../operation.ts'
import { internedMachine, type Rules } from '../search/index.ts'
import { unknownFunction, type Model } from './model.ts'
import { isRefused } from './register.ts'

/**
 * A lock that is free at first and not reentrant: `acquire` and `release` (also `lock`, `unlock`), owned by the process.
 * A failed acquire observed that it was held, a failed release that this process did not hold it; an ok acquire or
 * release whose output is false did too.
 */
export const lock: Model = {
  name: 'lock',
  functions: ['acquire', 'release', 'lock', 'unlock'],
  fail: 'observed',
  begin: (operations) => internedMachine(lockRules(operations)),
}

interface LockAction {
  readonly kind: 'acquire' | 'release' | 'refused-acquire' | 'refused-release'
  readonly owner: string
}

/** The owner, or undefined when the lock is free. */
type Holder = { readonly owner: string | undefined }

const FREE: Holder = { owner: undefined }

function lockRules(operations: readonly Operation[]): Rules<Holder, LockAction> {
  return {
    initial: FREE,
    actions: operations.map(lockAction),
    actionKey: ({ kind, owner }) => (kind === 'refused-acquire' ? kind : `${kind} ${owner}`),
    effect: ({ kind }) => (kind === 'acquire' || kind === 'release' ? 'update' : 'none'),
    step: (state, { kind, owner }) => {
      switch (kind) {
        case 'acquire':
          return state.owner === undefined ? { owner } : undefined
        case 'release':
          return state.owner === owner ? FREE : undefined
        case 'refused-acquire':
          return state.owner === undefined ? undefined : state
        case 'refused-release':
          return state.owner === owner ? undefined : state
      }
    },
    stateKey: ({ owner }) => (owner === undefined ? 0 : owner),
    show: ({ owner }) => (owner === undefined ? 'free' : `held by process ${owner}`),
  }
}

function lockAction(operation: Operation): LockAction {
  const owner = operation.process
  switch (operation.f) {
    case 'acquire':
    case 'lock':
      return { kind: isRefused(operation) ? 'refused-acquire' : 'acquire', owner }
    case 'release':
    case 'unlock':
      return { kind: isRefused(operation) ? 'refused-release' : 'release', owner }
    default:
      throw unknownFunction(lock.name, lock.functions, operation)
  }
}
