// Real time under the same machines as in the simulation: records come up by Node's own timers, each in a macrotask of its
// own, so that microtasks run between them as they do between the steps of a simulation.

import { hrtime } from 'node:process'

import { EventLog, type NodeLabel } from '../log/index.ts'
import type { EventKind, RawFields } from '../event.ts'
import { type Action, type PendingId, PendingQueue, type StepQueue, type StepState } from '../kernel/index.ts'
import type { Instant } from '../time.ts'

const msInNs = 1_000_000
/** The longest that Node's timers wait. */
const waitMsMax = 2_147_483_647

const sInNs = 1_000_000_000
/** When the process began, as `hrtime` counts. */
const origin = hrtime()[0] * sInNs + hrtime()[1] - Math.round(performance.now() * msInNs)
const originSeconds = Math.floor(origin / sInNs)
const originNanoseconds = origin - originSeconds * sInNs

/** Nanoseconds since the process began. Asked for each chunk of each stream: `performance.now` takes twice as long. */
export function realNow(): Instant {
  const [wholeSeconds, nanoseconds] = hrtime()
  return ((wholeSeconds - originSeconds) * sInNs + nanoseconds - originNanoseconds) as Instant
}

/**
 * A queue whose records come up by themselves, in the order in which they are due, however late that is. One of Node's timers waits
 * for the first of them: most records are cancelled before their time, and cost no timer of their own.
 */
export class RealTimeQueue implements StepQueue {
  readonly #state: StepState
  #records: PendingQueue
  #wakeUp: NodeJS.Timeout | NodeJS.Immediate | null = null
  /** When that is. */
  #wakesAt = Number.POSITIVE_INFINITY

  constructor(log: EventLog) {
    this.#state = {
      // A step happens when it does, not when it was due: the log's time never goes back.
      set now(_due: Instant) {
        log.now = realNow()
      },
      get now() {
        return log.now
      },
      set cause(cause: number) {
        log.cause = cause
      },
      get cause() {
        return log.cause
      },
    }
    this.#records = new PendingQueue(this.#state)
  }

  get length(): number {
    return this.#records.length
  }

  push<S, P>(
    at: Instant,
    tie: number,
    action: Action<S, P>,
    subject: S,
    payload: P,
    extra: number,
    cause: number,
  ): PendingId {
    const id = this.#records.push(at, tie, action, subject, payload, extra, cause)
    this.#wakeBy(at)
    return id
  }

  cancel(id: PendingId): boolean {
    const isCancelled = this.#records.cancel(id)
    // Nothing else is to keep the process alive.
    if (this.#records.length === 0) this.#sleep()
    return isCancelled
  }

  /** Forgets everything that is pending, for good: whoever has an id of before must not cancel it any more. */
  clear(): void {
    this.#sleep()
    this.#records = new PendingQueue(this.#state)
  }

  /** Nobody asks: records come up by themselves. */
  runNext(): boolean {
    throw new Error('real time cannot be run step by step')
  }

  #wakeBy(at: Instant): void {
    if (at >= this.#wakesAt) return
    this.#sleep()
    this.#wakesAt = at
    const waitMs = Math.ceil((at - realNow()) / msInNs)
    this.#wakeUp =
      waitMs <= 0 ? setImmediate(this.#wake) : setTimeout(this.#wake, Math.min(waitMs, waitMsMax))
  }

  /** Runs one record: microtasks run before the next one. Node's timers may be a little early, and wait for no longer than a bound. */
  readonly #wake = (): void => {
    this.#wakesAt = Number.POSITIVE_INFINITY
    try {
      this.#records.runNext(realNow())
    } finally {
      const next = this.#records.peek()
      if (next !== null) this.#wakeBy(next)
    }
  }

  #sleep(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY
    clearTimeout(this.#wakeUp as NodeJS.Timeout)
    clearImmediate(this.#wakeUp as NodeJS.Immediate)
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
