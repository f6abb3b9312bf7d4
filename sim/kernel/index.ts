// The kernel: the deterministic loop with its queue, guards and leak watch.

export { AmbientAccessError } from './guards.ts'
export type { Leak } from './leaks.ts'
export { type Action, type PendingId, PendingQueue } from './queue.ts'
export {
  type LoopBounds,
  type LoopEnd,
  Simulation,
  type SimulationOptions,
  TooManyEvents,
} from './simulation.ts'
