// The kernel: the deterministic loop with its queue, guards and leak watch.

export { AmbientAccessError, installGuards, removeGuards } from './guards.ts'
export type { Leak } from './leaks.ts'
export { type Action, type PendingId, PendingQueue, type StepQueue, type StepState } from './queue.ts'
export {
  type LoopBounds,
  type LoopEnd,
  Simulation,
  type SimulationOptions,
  TooManyEvents,
} from './simulation.ts'
