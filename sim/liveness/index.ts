// The liveness phase of a run: a healed core, what it must reach, and who waits for what when it does not.

export { type Liveness, pickCore } from './core.ts'
export { coreProgress, coreProgressName } from './core-progress.ts'
export { Waits } from './waits.ts'
