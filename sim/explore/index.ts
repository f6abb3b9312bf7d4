// Search: sweeps over seeds, on several threads.

export { loadScenario, ScenarioLoadError } from './load-scenario.ts'
export { type Job, youngGenerationMiB } from './pool.ts'
export { parseSeedRange, type SeedRange, seedCount } from './seed-range.ts'
export { SeedError, type ThreadFailure } from './seed-error.ts'
export { type FaultCounts, type SeedResult, seedResult } from './seed-result.ts'
export { isFailure, sweep, type SweepOptions, type SweepResult } from './sweep.ts'
