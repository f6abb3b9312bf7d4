// The public door of the simulator.

export type { Data, DataRecord } from './data.ts'
export * from './env.ts'
export type * from './event.ts'
export { eventFields } from './event-fields.ts'
export * from './time.ts'
export { type RandomStream, RandomStreams, randomStream, type Seed } from './random.ts'
export type * from './goal.ts'
export { type Liveness, Waits } from './liveness/index.ts'
export type * from './invariant.ts'
export { unitOf } from './invariant-unit.ts'
export type { ExhaustSettings, MessageOrder, ResolvedExhaustSettings } from './exhaust-settings.ts'
export * from './parameters.ts'
export * from './scenario.ts'
export type { NetworkRule } from './scenario-rules.ts'
export { originOf } from './scenario-origin.ts'
export { ScenarioError } from './scenario-error.ts'
export { lengthOf, type RunSetup, setUp, topologyOf, type RunChoices } from './run-setup.ts'
export { run, type RunOptions, type RunProgress, type RunResult } from './run.ts'
export {
  type AloneDivergence,
  type AloneOptions,
  type AloneResult,
  type InputDivergence,
  type OutputDivergence,
  replayAlone,
} from './alone/index.ts'
export { type CodeIdentity, traceEnd, traceHeader } from './run-header.ts'
export { describeOutcome, exitCode, judgedOutcome, type Outcome } from './outcome.ts'
export { InvariantError, type InvariantReport, Judge } from './judge.ts'
export { describeThrown, type ThrownText } from './node/index.ts'
export { noUncaughtErrorName } from './no-uncaught-error.ts'
export {
  CausalGraph,
  causalProblem,
  diff,
  type Difference,
  Digest,
  type Divergence,
  encodeTrace,
  EventLog,
  eventDifference,
  eventLabel,
  type EventPair,
  type EventRecord,
  type EventLine,
  type EventSource,
  type HeaderChange,
  headerChanges,
  isCutOff,
  type MatchedEvents,
  matchEvents,
  type MatchMethod,
  memorySource,
  type NodeDifference,
  recordOf,
  replay,
  type ReplayResult,
  type Rerun,
  type RunDiff,
  type SliceOptions,
  type TraceBatch,
  TraceDecoder,
  TraceEncoder,
  type TraceEnd,
  TraceError,
  TraceFile,
  type TraceFooter,
  type TraceHeader,
  TraceWriter,
  type TraceWriterOptions,
} from './log/index.ts'
export * from './faults/index.ts'
export {
  ByteQueue,
  dropWaiting,
  type Distribution,
  heavy,
  lan,
  lanDefault,
  latencyMatrix,
  light,
  LineSplitter,
  type LinkOverride,
  type LinkProfile,
  Network,
  type NetworkOptions,
  networkProfiles,
  type NetworkProfile,
  type Packet,
  type PacketTest,
  perfect,
  type ProfileChanges,
  quantile,
  RecordedNetwork,
  slow,
  type SplitLine,
  streamDefaults,
  type StreamProfile,
  type Tail,
  uniform,
  wan,
  type Zone,
  zoned,
  type ZoneLink,
} from './net/index.ts'
export { drawVariation } from './swarm.ts'
export {
  asWritten,
  readVariation,
  type Strategy,
  type Variation,
  variationData,
  VariationError,
} from './variation.ts'
export {
  crashStates,
  type CrashStatesOptions,
  type DiskProfile,
  type DiskState,
  type DiskStep,
  formatState,
  hdd,
  instant,
  ssd,
} from './disk/index.ts'
export {
  AmbientAccessError,
  type Action,
  type Leak,
  type LoopBounds,
  type LoopEnd,
  PendingQueue,
  Simulation,
  type SimulationOptions,
} from './kernel/index.ts'
export * from './explore/index.ts'
export * from './real/index.ts'
