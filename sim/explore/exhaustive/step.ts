// What may happen next in a small world, and when two such steps may change places.

import type { NodeId } from '../../event.ts'
import type { Message } from '../../env.ts'
import { type Duration, formatDuration } from '../../time.ts'

/** One thing that may happen next. `record` names what is pending by the order in which it was scheduled on the path. */
export type Step =
  | ({ readonly kind: 'delivery' } & OfMessage)
  /** A delivery after which the message is still in flight. */
  | ({ readonly kind: 'duplicate' } & OfMessage)
  | ({ readonly kind: 'loss' } & OfMessage)
  | { readonly kind: 'timer'; readonly node: NodeId; readonly record: number; readonly timer: TimerName }
  /** Something else of a node comes up: a result of its disk, a supervisor's start. */
  | { readonly kind: 'device'; readonly node: NodeId; readonly record: number }
  /** `disk`: what becomes of writes that were not synced. */
  | { readonly kind: 'crash'; readonly node: NodeId; readonly disk: 'kept' | 'lost' }
  | { readonly kind: 'start'; readonly node: NodeId }

interface OfMessage {
  readonly source: NodeId
  /** The target. */
  readonly node: NodeId
  readonly record: number
  readonly message: Message
}

/** By what a timer is known: the name of its handler; without one, how long it was set for. */
export interface TimerName {
  readonly handler: string
  readonly wait: Duration
  readonly period: Duration
}

/** A timer's name as text; the same for timers that are taken for the same. */
export function timerText({ handler, wait, period }: TimerName): string {
  if (period > 0) return `${handler === '' ? '' : `${handler} `}every ${formatDuration(period)}`
  return handler === '' ? `after ${formatDuration(wait)}` : handler
}

/** A step that is possible, with the number by which it is known wherever it is possible. */
export interface Candidate {
  readonly id: number
  readonly step: Step
}

/** What a step touched, as it showed when it was taken. */
export interface Effect {
  /** The node that took it; '' for one that may touch all. */
  readonly node: NodeId
  /** A node besides it whose steps it does not commute with; null when there is none. */
  readonly other: NodeId | null
  /** What it takes from a budget that all nodes share; null when nothing. */
  readonly budget: 'crash' | 'loss' | 'duplicate' | null
  /** Some invariant's verdict may depend on its place among others of which that is true. */
  readonly isVisible: boolean
  /** The program ignored the message, which therefore counts as still in flight. */
  readonly isIdle: boolean
}

/**
 * Whether two steps lead to the same state in either order, and neither makes the other impossible. Steps at different
 * nodes do: a message that one sends to the other's node is one more in flight, whenever that takes its step.
 */
export function areIndependent(a: Effect, b: Effect): boolean {
  if (a.node === b.node || a.node === '' || b.node === '') return false
  if (a.other === b.node || b.other === a.node) return false
  if (a.budget !== null && a.budget === b.budget) return false
  return !(a.isVisible && b.isVisible)
}
