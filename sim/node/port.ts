// What the devices of a simulated machine (disk, network) need of the world and of the incarnation that they serve.
// Devices are written against these two interfaces, so that they can be tested with a small stand-in and replaced by
// recorded results when one node is replayed alone.

import type { Event, EventKind, EventOf, NodeId, RawFields } from '../event.ts'
import type { RandomStream } from '../random.ts'
import type { Duration, Instant } from '../time.ts'

/** What a device needs of the world, whatever its node's program is doing. */
export interface DeviceHost {
  readonly node: NodeId
  /** The virtual instant of the current step. */
  now(): Instant
  /** A named stream of randomness of this simulation, always the same object for one name. */
  stream(name: string): RandomStream
  /** Logs an event of this node, caused by the current step's input; returns its seq. */
  emit<K extends EventKind>(kind: K, fields: RawFields<K>): number
  /** Logs an event of this node with a cause of its own, which stays the cause for the rest of this step. */
  emitInput<K extends EventKind>(kind: K, cause: number, fields: RawFields<K>): number
  /** Runs an action after a delay whatever the node's state (a packet arrives at a dead node too). */
  after(delay: Duration, cause: number, action: (cause: number) => void): Scheduled
}

/** What a device needs of one incarnation of a node's program. */
export interface ProcessPort {
  readonly isAlive: boolean
  /** Throws when the incarnation is gone; to be called first by every call that a program can make. */
  check(): void
  /**
   * Runs an action as a step of this incarnation after a delay: later while the node is paused or its CPU busy, never
   * when the incarnation has died. The action logs its input event first (`DeviceHost.emitInput`), then settles promises.
   */
  step(delay: Duration, cause: number, action: (cause: number) => void): Scheduled
  /** Registers what must happen when the incarnation ends, for whatever reason. */
  onEnd(action: (how: 'stop' | 'exit' | 'fail' | 'crash-reset' | 'crash-silent') => void): void
}

/** Something scheduled; `cancel` is harmless when it has happened. */
export interface Scheduled {
  cancel(): void
}

/** What a device answers from, in place of itself, when a node's program runs alone against its recording. */
export interface RecordedPort {
  /** The output that the program had at this place when it was recorded; null when none came before its next input. */
  readonly due: Event | null
  /** The recorded input that the current step gives to the program; null when it is of another kind. */
  input<K extends EventKind>(kind: K): EventOf<K> | null
}
