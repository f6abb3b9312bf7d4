// The event union: everything that can happen in a simulation, as plain data.
// Every event has seq (its place in the log), at (virtual instant), node ('' when it concerns the world), kind and
// cause: the seq of the event that led to it (0 for the first). Events that one step of a node produces all have the
// step's input as their cause; program order is the order of a node's events. An event's own fields follow.

import type { Data, DataRecord } from './data.ts'
import type { Fault } from './faults/index.ts'
import type { Duration, Instant } from './time.ts'

/** The name of a node, which is also its address. '' stands for the world itself. */
export type NodeId = string

interface Kind<K extends string> {
  readonly seq: number
  readonly at: Instant
  readonly node: NodeId
  readonly kind: K
  readonly cause: number
}

// ---- the life of a node

/** A program began to run: the first incarnation is 1. */
export interface StartEvent extends Kind<'start'> {
  readonly incarnation: number
  readonly version: string
}
/** The program was asked to stop and has `grace` to do so. */
export interface StopAskedEvent extends Kind<'stop-asked'> {
  readonly grace: Duration
}
/** The program has stopped as asked (`isForced`: its grace period ran out). */
export interface StopEvent extends Kind<'stop'> {
  readonly isForced: boolean
}
/** Nothing of the program survives; `connections` tells whether peers see resets or silence. */
export interface CrashEvent extends Kind<'crash'> {
  readonly connections: 'reset' | 'silent'
}
/** The program ended itself: `code` 0 on purpose, otherwise with the uncaught error and its stack. */
export interface ExitEvent extends Kind<'exit'> {
  readonly code: number
  readonly error?: string
  readonly stack?: string
}
/** The node stands still; what arrives waits. */
export type PauseEvent = Kind<'pause'>
/** The node goes on. */
export type ResumeEvent = Kind<'resume'>

// ---- messages

/** A message left a node. */
export interface SendEvent extends Kind<'send'> {
  readonly target: NodeId
  readonly size: number
  readonly message: DataRecord
}
/** A message reached a program's handler; its cause is the `send`. */
export interface DeliverEvent extends Kind<'deliver'> {
  readonly source: NodeId
  readonly message: DataRecord
}
/** A message, datagram or stream segment was lost on the way to `target`, and why. */
export interface DropEvent extends Kind<'drop'> {
  readonly target: NodeId
  readonly why: DropReason
}
/** Why something was lost. */
export type DropReason =
  | 'loss'
  | 'partition'
  | 'queue-full'
  | 'node-down'
  | 'no-such-node'
  | 'no-handler'
  | 'corruption'
  | 'rule'
  | 'sender-crashed'
  | 'inbox-full'
  | 'too-large'
/** The network made a second copy of something on its way to `target`. */
export interface DuplicateEvent extends Kind<'duplicate'> {
  readonly target: NodeId
}

// ---- datagrams, streams, names

/** A datagram left a node. Bytes are base64. */
export interface DatagramSendEvent extends Kind<'datagram-send'> {
  readonly target: NodeId
  readonly port: number
  readonly sourcePort: number
  readonly bytes: string
}
/** A datagram reached a socket; its cause is the `datagram-send`. `isCorrupted`: its bytes were changed on the way. */
export interface DatagramDeliverEvent extends Kind<'datagram-deliver'> {
  readonly source: NodeId
  readonly sourcePort: number
  readonly port: number
  readonly bytes: string
  readonly isCorrupted: boolean
}
/** A program began to listen for streams (`protocol` stream) or datagrams on a port. */
export interface ListenEvent extends Kind<'listen'> {
  readonly protocol: 'stream' | 'datagram'
  readonly port: number
}
/** A stream is being opened; `stream` numbers it within the simulation. */
export interface ConnectEvent extends Kind<'connect'> {
  readonly stream: number
  readonly target: NodeId
  readonly port: number
}
/** The listening side took a stream, which comes from `sourcePort` at its peer. */
export interface AcceptEvent extends Kind<'accept'> {
  readonly stream: number
  readonly source: NodeId
  readonly port: number
  readonly sourcePort: number
}
/** The opening side knows how its `connect` ended; `error` is absent when the stream is open. */
export interface ConnectResultEvent extends Kind<'connect-result'> {
  readonly stream: number
  readonly error?: string
}
/** Bytes entered a stream. Bytes are base64. `isFull`: there is no room, and the write waits for a `stream-drain`. */
export interface StreamWriteEvent extends Kind<'stream-write'> {
  readonly stream: number
  readonly bytes: string
  readonly isFull?: boolean
}
/** Bytes reached the reading end, in segments of any size. */
export interface StreamReadEvent extends Kind<'stream-read'> {
  readonly stream: number
  readonly bytes: string
}
/** This end will write no more (half-close). */
export interface StreamEndEvent extends Kind<'stream-end'> {
  readonly stream: number
}
/** The peer's half-close reached this end. */
export interface StreamEndedEvent extends Kind<'stream-ended'> {
  readonly stream: number
}
/** This end knows that the stream is gone: by a reset of the peer, of its own, or a time-out. */
export interface StreamResetEvent extends Kind<'stream-reset'> {
  readonly stream: number
  readonly why: 'peer' | 'own' | 'timeout' | 'corruption'
}
/** There is room again for a write that waited, whose `stream-write` is the cause. */
export interface StreamDrainEvent extends Kind<'stream-drain'> {
  readonly stream: number
}
/** A name was looked up; `address` is absent when that failed. */
export interface ResolveEvent extends Kind<'resolve'> {
  readonly name: string
}
/** The answer to a `resolve`, its cause. */
export interface ResolveResultEvent extends Kind<'resolve-result'> {
  readonly name: string
  readonly address?: NodeId
  readonly error?: string
}

// ---- timers, CPU

/** A timer was set: `due` is the virtual instant at which it fires unless the node's clock changes. */
export interface TimerSetEvent extends Kind<'timer-set'> {
  readonly timer: number
  readonly due: Instant
}
/** A timer was cancelled before it fired. */
export interface TimerCancelEvent extends Kind<'timer-cancel'> {
  readonly timer: number
}
/** A timer fired; its cause is the `timer-set`. */
export interface TimerFireEvent extends Kind<'timer-fire'> {
  readonly timer: number
}
/** The program was charged CPU time. */
export interface CpuEvent extends Kind<'cpu'> {
  readonly work: Duration
}
/** Work that the program awaited is done; its cause is the `cpu` event. */
export type CpuDoneEvent = Kind<'cpu-done'>

// ---- disk

/** A disk operation was asked for. Which fields are there depends on the operation. Bytes are base64. */
export interface DiskRequestEvent extends Kind<'disk-request'> {
  readonly operation: DiskOperation
  readonly path: string
  readonly offset?: number
  readonly length?: number
  readonly bytes?: string
  readonly target?: string
  readonly flags?: string
}
/** The operations of a disk. */
export type DiskOperation =
  | 'open'
  | 'read'
  | 'write'
  | 'append'
  | 'truncate'
  | 'sync'
  | 'close'
  | 'rename'
  | 'unlink'
  | 'list'
  | 'stat'
  | 'make-directory'
  | 'sync-directory'
  | 'remove-directory'
/**
 * The result of a disk operation, whose `disk-request` is its cause. `error` is a code such as EIO. Bytes are base64.
 * `size` of an append is the offset at which the bytes stand; of a `stat`, it is absent when there is nothing, and a
 * directory has empty `names` beside it.
 */
export interface DiskResultEvent extends Kind<'disk-result'> {
  readonly operation: DiskOperation
  readonly path: string
  readonly size?: number
  readonly bytes?: string
  readonly names?: readonly string[]
  readonly error?: string
}
/** What a crash left of one file or directory's unsynced changes. */
export interface DiskCrashEvent extends Kind<'disk-crash'> {
  readonly path: string
  readonly kept: number
  readonly lost: number
  readonly torn: number
}
/** Something went wrong on a disk that no program was told about (bit rot, a misdirected write). */
export interface DiskDamageEvent extends Kind<'disk-damage'> {
  readonly path: string
  readonly damage: 'bit-rot' | 'misdirected-write'
  readonly offset: number
}

// ---- what programs publish

/** A structured log line of a program. */
export interface LogEvent extends Kind<'log'> {
  readonly level: LogLevel
  readonly text: string
  readonly fields: DataRecord
  /** Where an error came from, as the program gave it in a field of this name. */
  readonly stack?: string
}
/** Levels of log lines, least important first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** A value that a program publishes for invariants. */
export interface ProbeEvent extends Kind<'probe'> {
  readonly name: string
  readonly value: Data
}
/** A buggify site took the unlikely branch. */
export interface BuggifyEvent extends Kind<'buggify'> {
  readonly site: string
}
/** A client operation began or ended. `id` pairs the two; `process` is one sequential client. */
export interface OperationEvent extends Kind<'operation'> {
  readonly phase: 'invoke' | 'ok' | 'fail' | 'info'
  readonly id: number
  readonly process: string
  readonly f: string
  readonly key: Data
  readonly value: Data
  readonly error?: string
}

// ---- the world

/** A fault began; `fault` is its entry in the plan, `index` its place there. */
export interface FaultBeginEvent extends Kind<'fault-begin'> {
  readonly index: number
  readonly fault: Fault
}
/** A fault ended. */
export interface FaultEndEvent extends Kind<'fault-end'> {
  readonly index: number
  readonly faultKind: string
}
/** The run passed into another phase: faults at first, then (after a liveness phase, see `core`) everything healed. */
export interface PhaseEvent extends Kind<'phase'> {
  readonly phase: 'faults' | 'healed' | 'end'
}

/**
 * The liveness phase began: these nodes, and the links among them, are healed for good. No fault begins any more, and what
 * holds elsewhere stays as it is.
 */
export interface CoreEvent extends Kind<'core'> {
  readonly nodes: readonly NodeId[]
}

/** One thing that happened. */
export type Event =
  | StartEvent
  | StopAskedEvent
  | StopEvent
  | CrashEvent
  | ExitEvent
  | PauseEvent
  | ResumeEvent
  | SendEvent
  | DeliverEvent
  | DropEvent
  | DuplicateEvent
  | DatagramSendEvent
  | DatagramDeliverEvent
  | ListenEvent
  | ConnectEvent
  | AcceptEvent
  | ConnectResultEvent
  | StreamWriteEvent
  | StreamReadEvent
  | StreamEndEvent
  | StreamEndedEvent
  | StreamResetEvent
  | StreamDrainEvent
  | ResolveEvent
  | ResolveResultEvent
  | TimerSetEvent
  | TimerCancelEvent
  | TimerFireEvent
  | CpuEvent
  | CpuDoneEvent
  | DiskRequestEvent
  | DiskResultEvent
  | DiskCrashEvent
  | DiskDamageEvent
  | LogEvent
  | ProbeEvent
  | BuggifyEvent
  | OperationEvent
  | FaultBeginEvent
  | FaultEndEvent
  | PhaseEvent
  | CoreEvent

/** The name of a kind of event. */
export type EventKind = Event['kind']

/** The event of a given kind. */
export type EventOf<K extends EventKind> = Extract<Event, { readonly kind: K }>

type FieldsOf<E> = E extends Event ? Pick<E, Exclude<keyof E, keyof Kind<string>>> : never

/** The own fields of an event of a given kind: what comes after seq, at, node, kind and cause. */
export type EventFields<K extends EventKind> = FieldsOf<EventOf<K>>

type Raw<T> = { readonly [F in keyof T]: F extends 'bytes' ? Uint8Array | Exclude<T[F], string> : T[F] }

/**
 * What a part of the simulator hands over to log an event: its own fields, with `bytes` as a Uint8Array, which becomes
 * base64 only when somebody wants the event. The bytes are read at once and not kept.
 */
export type RawFields<K extends EventKind> = Raw<EventFields<K>>
