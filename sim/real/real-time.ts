// Real time under the same machines as in the simulation: records come up by Node's own timers, each in a macrotask of its
// own, so that microtasks run between them as they do between the steps of a simulation.

import { EventLog, type NodeLabel } from '../log/index.ts'
import type { EventKind, RawFields } from '../event.ts'
import type { Action, PendingId, StepQueue } from '../kernel/index.ts'
import type { Instant } from '../time.ts'

const msInNs = 1_000_000
/** The longest that Node's timers wait. */
const waitMsMax = 2_147_483_647

/** Nanoseconds since the process began. */
export function realNow(): Instant {
  return Math.round(performance.now() * msInNs) as Instant
}

interface Pending {
  readonly at: Instant
  readonly run: () => void
  timer: NodeJS.Timeout | NodeJS.Immediate
}

/** A queue whose records come up by themselves. */
export class RealTimeQueue implements StepQueue {
  readonly #log: EventLog
  readonly #pending = new Map<PendingId, Pending>()
  #next = 1

  constructor(log: EventLog) {
    this.#log = log
  }

  get length(): number {
    return this.#pending.size
  }

  push<S, P>(
    at: Instant,
    _tie: number,
    action: Action<S, P>,
    subject: S,
    payload: P,
    extra: number,
    cause: number,
  ): PendingId {
    const id = this.#next++
    const run = (): void => {
      this.#pending.delete(id)
      this.#log.now = realNow()
      this.#log.cause = cause
      action(subject, payload, extra, cause)
    }
    this.#pending.set(id, { at, run, timer: this.#arm(id, at, run) })
    return id
  }

  cancel(id: PendingId): boolean {
    const pending = this.#pending.get(id)
    if (pending === undefined) return false
    clearTimeout(pending.timer as NodeJS.Timeout)
    clearImmediate(pending.timer as NodeJS.Immediate)
    return this.#pending.delete(id)
  }

  /** Forgets everything that is pending. */
  clear(): void {
    for (const id of Array.from(this.#pending.keys())) this.cancel(id)
  }

  /** Nobody asks: records come up by themselves. */
  runNext(): boolean {
    throw new Error('real time cannot be run step by step')
  }

  #arm(id: PendingId, at: Instant, run: () => void): NodeJS.Timeout | NodeJS.Immediate {
    const wait = at - realNow()
    if (wait <= 0) return setImmediate(run)
    // Rounded up: a timer must not fire before its time.
    const waitMs = Math.ceil(wait / msInNs)
    if (waitMs <= waitMsMax) return setTimeout(run, waitMs)
    return setTimeout(() => {
      const pending = this.#pending.get(id)
      if (pending !== undefined) pending.timer = this.#arm(id, at, run)
    }, waitMsMax)
  }
}

/** A log of some kinds of events only: the others are not there, and what they led to counts as led to by their cause. */
export class SelectiveLog extends EventLog {
  readonly #kinds: ReadonlySet<EventKind>

  constructor(kinds: ReadonlySet<EventKind>) {
    super()
    this.#kinds = kinds
  }

  override emit<K extends EventKind>(kind: K, node: NodeLabel, cause: number, fields: RawFields<K>): number {
    return this.#kinds.has(kind) ? super.emit(kind, node, cause, fields) : cause
  }
}
