// The event log: emission and digest of a running simulation, traces, replay comparison, diff.

export { Digest, hashBytes, hashData, hashString } from './digest.ts'
export { EventLog, type NodeLabel, nodeLabel, worldLabel } from './event-log.ts'
