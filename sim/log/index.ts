// The event log: emission and digest of a running simulation, traces, replay comparison, diff.

export {
  arrayStart,
  combine,
  Digest,
  digestedFields,
  finish,
  hashData,
  hashField,
  hashKey,
  hashNumber,
  hashString,
  recordStart,
} from './digest.ts'
export { EventLog, type NodeLabel, nodeLabel, worldLabel } from './event-log.ts'
export { type EventRecord, recordOf } from './event-record.ts'
export type { EventLine } from './event-line.ts'
export { type EventSource, memorySource } from './event-source.ts'
export { type TraceBatch, TraceDecoder } from './trace-decoder.ts'
export { TraceEncoder, encodeTrace } from './trace-encoder.ts'
export { isCutOff, TraceError } from './trace-error.ts'
export { TraceFile } from './trace-file.ts'
export { type TraceEnd, type TraceFooter, type TraceHeader } from './trace-header.ts'
export { TraceWriter, type TraceWriterOptions } from './trace-writer.ts'
export { CausalGraph, type SliceOptions } from './causal-graph.ts'
export { causalProblem } from './causal-rules.ts'
export { type Difference, eventDifference } from './event-difference.ts'
export { eventLabel } from './event-label.ts'
export { type HeaderChange, headerChanges } from './header-changes.ts'
export { type Divergence, type ReplayResult, type Rerun, replay } from './replay.ts'
export { diff, type EventPair, type NodeDifference, type RunDiff } from './diff.ts'
export { type MatchedEvents, matchEvents } from './matched-events.ts'
export type { MatchMethod } from './node-differences.ts'
export {
  NodeRecorder,
  nodeRecording,
  type NodeRecording,
  type RecordedInput,
  type RecordedOutput,
} from './node-recording.ts'
export { OutputComparer, type OutputParting } from './output-comparer.ts'
