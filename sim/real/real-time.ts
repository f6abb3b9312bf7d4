// Real time under the same machines as in the simulation: records come up by Node's own timers, each in a macrotask of its
// own, so that microtasks run between them as they do between the steps of a simulation.

import { hrtime } from 'node:process'

import { EventLog, type NodeLabel } from '../log/index.ts'
import type { EventKind, RawFields } from '../event.ts'
import { type Action, type PendingId, PendingQueue, type StepQueue } from '../kernel/index.ts'
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
 * A queue whose records come up by themselves, in the order in which they are due, however late that is. For each record there is
 * a wake-up at its time; each wake-up runs what is due first, which may be another record.
 */
export class RealTimeQueue implements StepQueue {
  readonly #records: PendingQueue
  readonly #wakeUps = new Map<PendingId, NodeJS.Timeout | NodeJS.Immediate>()

  constructor(log: EventLog) {
    this.#records = new PendingQueue({
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
    })
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
    this.#wakeAt(id, at)
    return id
  }

  cancel(id: PendingId): boolean {
    this.#forget(id)
    return this.#records.cancel(id)
  }

  /** Forgets everything that is pending. */
  clear(): void {
    for (const id of Array.from(this.#wakeUps.keys())) this.cancel(id)
  }

  /** Nobody asks: records come up by themselves. */
  runNext(): boolean {
    throw new Error('real time cannot be run step by step')
  }

  #wakeAt(id: PendingId, at: Instant): void {
    const wake = (): void => {
      // Node's timers may be a little early, and wait for no longer than a bound.
      if (realNow() < at) return this.#wakeAt(id, at)
      this.#wakeUps.delete(id)
      this.#records.runNext(realNow())
    }
    const waitMs = Math.ceil((at - realNow()) / msInNs)
    this.#wakeUps.set(id, waitMs <= 0 ? setImmediate(wake) : setTimeout(wake, Math.min(waitMs, waitMsMax)))
  }

  #forget(id: PendingId): void {
    const wakeUp = this.#wakeUps.get(id)
    if (wakeUp === undefined) return
    clearTimeout(wakeUp as NodeJS.Timeout)
    clearImmediate(wakeUp as NodeJS.Immediate)
    this.#wakeUps.delete(id)
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
