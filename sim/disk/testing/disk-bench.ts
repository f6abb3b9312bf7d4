// A stand-in for the machine around a disk: virtual time, a list of what is due, and the events as they were logged.

import type { Disk } from '../../env.ts'
import type { EventKind, RawFields } from '../../event.ts'
import type { DeviceHost, ProcessPort, Scheduled } from '../../node/index.ts'
import { RandomStreams, type RandomStream } from '../../random.ts'
import type { Duration, Instant } from '../../time.ts'
import type { CrashOutcome } from '../content-crash.ts'
import type { DiskFault } from '../fault.ts'
import { instant, type DiskProfile } from '../profile.ts'
import { SimulatedDisk } from '../simulated-disk.ts'

/** An event as it was logged. */
export interface LoggedEvent {
  readonly seq: number
  readonly at: number
  readonly cause: number
  readonly kind: EventKind
  readonly fields: { readonly [field: string]: unknown }
}

interface Due {
  readonly at: number
  readonly order: number
  readonly action: () => void
}

/** A node with nothing but a disk. */
export class DiskBench implements DeviceHost {
  readonly node = 'n1'
  readonly events: LoggedEvent[] = []
  readonly disk: SimulatedDisk
  /** How often the faults that `begin` has begun had an effect. */
  affected = 0
  readonly #streams: RandomStreams
  #now = 0
  #order = 0
  #cause = 0
  #due: Due[] = []
  #end: ((how: 'exit' | 'crash-reset') => void) | null = null

  constructor(seed = 1, profile: DiskProfile = instant) {
    this.#streams = new RandomStreams(seed)
    this.disk = new SimulatedDisk(this, profile)
  }

  now(): Instant {
    return this.#now as Instant
  }

  stream(name: string): RandomStream {
    return this.#streams.stream(name)
  }

  emit<K extends EventKind>(kind: K, fields: RawFields<K>): number {
    return this.#log(kind, this.#cause, fields)
  }

  emitInput<K extends EventKind>(kind: K, cause: number, fields: RawFields<K>): number {
    this.#cause = this.#log(kind, cause, fields)
    return this.#cause
  }

  after(delay: Duration, cause: number, action: (cause: number) => void): Scheduled {
    const due = { at: this.#now + delay, order: this.#order++, action: () => action(cause) }
    this.#due.push(due)
    return { cancel: () => void (this.#due = this.#due.filter((other) => other !== due)) }
  }

  /** Starts an incarnation, whose disk this is. */
  start(): Disk {
    const endings: ((how: 'exit' | 'crash-reset') => void)[] = []
    let isAlive = true
    this.#end = (how) => {
      isAlive = false
      for (const ending of endings) ending(how)
    }
    const port: ProcessPort = {
      get isAlive() {
        return isAlive
      },
      check: () => {
        if (!isAlive) throw new Error('this incarnation is over')
      },
      step: (delay, cause, action) =>
        this.after(delay, cause, (given) => (isAlive ? action(given) : undefined)),
      onEnd: (action) => void endings.push(action),
    }
    return this.disk.attach(port)
  }

  /** Ends the incarnation, the machine going on. */
  exit(): void {
    this.#end?.('exit')
  }

  /** Ends the incarnation and the machine with it. */
  crash(outcome?: CrashOutcome): void {
    this.#end?.('crash-reset')
    this.disk.crash(outcome)
  }

  begin(fault: DiskFault): () => void {
    return this.disk.begin(fault, { cause: this.#cause, affected: () => void this.affected++ })
  }

  /** Runs what is due, one after the other, until an instant; all of it without one. */
  async run(until: number = Infinity): Promise<void> {
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.at)
      next.action()
      await settled()
    }
    if (until !== Infinity) this.#now = until
  }

  /** What an operation gives, running until then. */
  async done<T>(operation: Promise<T>): Promise<T> {
    const [, result] = await Promise.all([this.run(), operation])
    return result
  }

  /** The code of the error with which an operation is rejected; `ok` when it is not. */
  async code(operation: Promise<unknown>): Promise<string> {
    const result = operation.then(
      () => 'ok',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
    )
    return this.done(result)
  }

  #next(until: number): Due | undefined {
    const [next] = this.#due.toSorted((a, b) => a.at - b.at || a.order - b.order)
    if (next === undefined || next.at > until) return undefined
    this.#due = this.#due.filter((due) => due !== next)
    return next
  }

  #log<K extends EventKind>(kind: K, cause: number, fields: RawFields<K>): number {
    const seq = this.events.length + 1
    this.events.push({ seq, at: this.#now, cause, kind, fields })
    return seq
  }
}

// Lets everything run that waits for what has just been settled.
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
