// Search: sweeps over seeds, on several threads; and all orders of a small world.

export {
  exhaust,
  type ExhaustBounds,
  type ExhaustOptions,
  type ExhaustProgress,
  type ExhaustResult,
  type ExhaustVerdict,
  type PathStep,
  type Step,
  type TimerName,
  timerText,
} from './exhaustive/index.ts'
export { loadScenario, ScenarioLoadError } from './load-scenario.ts'
export { type Job, youngGenerationMiB } from './pool.ts'
export { parseSeedRange, type SeedRange, seedCount } from './seed-range.ts'
export { type FaultCounts, type SeedResult, seedResult } from './seed-result.ts'
export { isFailure, sweep, type SweepOptions, type SweepResult } from './sweep.ts'
