// Search: sweeps over seeds, on several threads; and all orders of a small world.

export {
  causeOf,
  type CorpusEntry,
  CorpusError,
  corpusFolder,
  keepFailure,
  type KeptFailure,
  keptFailures,
} from './corpus.ts'
export { causalPast } from './causal-past.ts'
export { type ForkedRun, forks, forkTask } from './forks.ts'
export { FailureCurve, type FailureCurveOptions, type ForkPoint } from './failure-curve.ts'
export { type TurningPoint, turningPoint } from './turning-point.ts'
export { type FailingRun, nearestPass, type NearestPass } from './nearest-pass.ts'
export { orderPair, type OrderPair } from './order-pair.ts'
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
export { type EffectSample, sampleEffects, type SampledRuns } from './effect-sample.ts'
export { loadScenario, ScenarioLoadError } from './load-scenario.ts'
export {
  bothUnreached,
  type Place,
  placeOf,
  type PlaceRange,
  type Unreached,
  unreachedSize,
} from './branches/index.ts'
export * from './guided/index.ts'
export { type Job, type Task, type TaskRunner, withThreads, youngGenerationMiB } from './pool.ts'
export { plainSteps } from './plain-steps.ts'
export type { SweepCoverage } from './plateau.ts'
export { localRunner, type RunSettings } from './run-task.ts'
export { parseSeedRange, parseShard, type SeedRange, seedCount, type Shard, shardOf } from './seed-range.ts'
export { SeedError, type ThreadFailure } from './seed-error.ts'
export { type FaultCounts, type SeedResult, seedResult } from './seed-result.ts'
export {
  type FaultVacuity,
  type InvariantVacuity,
  type PointVacuity,
  type SiteVacuity,
  tallyVacuity,
  type Vacuity,
  vacuityWarnings,
} from './vacuity.ts'
export { JournalError, readJournal, SweepJournal } from './sweep-journal.ts'
export { isFailure } from './sweep-state.ts'
export { sweep, type SweepOptions, type SweepResult } from './sweep.ts'
export {
  type Candidate,
  type FailureSignature,
  type FailureSize,
  isSameFailure,
  minimise,
  NotFailingError,
  only,
  type OtherFailure,
  shrink,
  type ShrinkOptions,
  type ShrinkProgress,
  type ShrinkResult,
  type ShrinkStart,
  shrinkStart,
  shrinkWith,
  signatureOf,
} from './shrink/index.ts'
