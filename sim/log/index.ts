// The event log: emission and digest of a running simulation, traces, replay comparison, diff.

export { Digest, hashBytes, hashData, hashString } from './digest.ts'
export { EventLog, type NodeLabel, nodeLabel, worldLabel } from './event-log.ts'
export { type EventRecord, recordOf } from './event-record.ts'
export { type EventSource, memorySource } from './event-source.ts'
export { type TraceBatch, TraceDecoder } from './trace-decoder.ts'
export { TraceEncoder, encodeTrace } from './trace-encoder.ts'
export { TraceError } from './trace-error.ts'
export { TraceFile } from './trace-file.ts'
export { type TraceEnd, type TraceFooter, type TraceHeader, traceFormat } from './trace-header.ts'
export { TraceWriter, type TraceWriterOptions } from './trace-writer.ts'
