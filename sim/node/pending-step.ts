// What a pending record is to its node: for whoever has to tell records apart, such as the exhaustive search.

import { type Machine, runDeviceAction, wake } from './machine.ts'
import { fireTimer, type Process, type ProcessTimer, runProcessStep } from './process.ts'
import type { Action } from '../kernel/index.ts'

/** A record that concerns one node: a timer of its program, or anything else that comes up there. */
export type PendingStep =
  | { readonly kind: 'timer'; readonly machine: Machine; readonly timer: ProcessTimer }
  | { readonly kind: 'step'; readonly machine: Machine }

/** What a record means to a node; null when it belongs to none. */
export function pendingStep<S, P>(action: Action<S, P>, subject: S, payload: P): PendingStep | null {
  // The action tells what the subject and the payload are.
  switch (action as Action<never, never>) {
    case fireTimer:
      return { kind: 'timer', machine: (subject as Process).machine, timer: payload as ProcessTimer }
    case runProcessStep:
      return { kind: 'step', machine: (subject as Process).machine }
    case runDeviceAction:
    case wake:
      return { kind: 'step', machine: subject as Machine }
    default:
      return null
  }
}
