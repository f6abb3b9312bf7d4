// The own fields of each kind of event in their order: the order of a trace and of the digest.

import type { EventFields, EventKind } from './event.ts'

/**
 * Each kind of event with its own fields in the order in which they stand in a trace and enter the digest.
 * The order of the kinds gives each its number; append only.
 */
export const eventFields: { readonly [K in EventKind]: readonly (keyof EventFields<K> & string)[] } = {
  start: ['incarnation', 'version'],
  'stop-asked': ['grace'],
  stop: ['isForced'],
  crash: ['connections'],
  exit: ['code', 'error', 'stack'],
  pause: [],
  resume: [],
  send: ['target', 'size', 'message'],
  deliver: ['source', 'message'],
  drop: ['target', 'why'],
  duplicate: ['target'],
  'datagram-send': ['target', 'port', 'sourcePort', 'bytes'],
  'datagram-deliver': ['source', 'sourcePort', 'port', 'bytes', 'isCorrupted'],
  listen: ['protocol', 'port'],
  connect: ['stream', 'target', 'port'],
  accept: ['stream', 'source', 'port', 'sourcePort'],
  'connect-result': ['stream', 'error'],
  'stream-write': ['stream', 'bytes', 'isFull'],
  'stream-read': ['stream', 'bytes'],
  'stream-end': ['stream'],
  'stream-ended': ['stream'],
  'stream-reset': ['stream', 'why'],
  resolve: ['name'],
  'resolve-result': ['name', 'address', 'error'],
  'timer-set': ['timer', 'due'],
  'timer-cancel': ['timer'],
  'timer-fire': ['timer'],
  cpu: ['work'],
  'cpu-done': [],
  'disk-request': ['operation', 'path', 'offset', 'length', 'bytes', 'target', 'flags'],
  'disk-result': ['operation', 'path', 'size', 'bytes', 'names', 'error'],
  'disk-crash': ['path', 'kept', 'lost', 'torn'],
  'disk-damage': ['path', 'damage', 'offset'],
  log: ['level', 'text', 'fields', 'stack'],
  probe: ['name', 'value'],
  buggify: ['site'],
  operation: ['phase', 'id', 'process', 'f', 'key', 'value', 'error'],
  'fault-begin': ['index', 'fault'],
  'fault-end': ['index', 'faultKind'],
  phase: ['phase'],
  'stream-drain': ['stream'],
  core: ['nodes'],
}

/**
 * Fields that do not enter the digest and are not compared by replay, because they differ between machines and engines
 * although the run is the same: stacks hold paths, and the text of an engine's own error changes with its version.
 */
export const undigestedFields: ReadonlySet<string> = new Set(['exit.error', 'exit.stack', 'log.stack'])
