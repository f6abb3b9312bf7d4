// The deterministic loop: pop, advance, dispatch, drain microtasks, next. Knows nothing of nodes; what happens in a step
// is the action of a pending record. One instance is one simulation; nothing is shared between instances.

import { promiseHooks } from 'node:v8'

import { drainMicrotasks, inMacrotask, recoverFromTermination } from './drain.ts'
import { installGuards, removeGuards, setLoopRunning, setMicrotaskListener } from './guards.ts'
import { type Leak, type LeakWatch, watchLeaks } from './leaks.ts'
import { MicrotaskBound } from './microtask-bound.ts'
import { type Action, type PendingId, PendingQueue, type StepQueue, type StepState } from './queue.ts'
import { withUncaughtErrors } from './rejections.ts'
import { EventLog } from '../log/index.ts'
import { RandomStreams, type Seed } from '../random.ts'
import { type Duration, type Instant, instantMax } from '../time.ts'

/** Why the loop handed back control. */
export type LoopEnd =
  | { readonly kind: 'until' }
  | { readonly kind: 'drained' }
  | { readonly kind: 'stopped' }
  /** `isOneStep`: so many in a single step, which then was ended from within. */
  | { readonly kind: 'events-bound'; readonly eventsMax: number; readonly isOneStep?: true }
  | { readonly kind: 'instant-bound'; readonly at: Instant; readonly stepsMax: number }
  | { readonly kind: 'microtasks-bound'; readonly at: Instant; readonly microtasksMax: number }
  | { readonly kind: 'leak'; readonly leak: Leak }

/** How far the loop runs. */
export interface LoopBounds {
  /** Steps up to and including this instant are run (default: all there are). */
  readonly until?: Instant
  /** Stops after the step in which this first holds. */
  readonly stopWhen?: () => boolean
  /** Called between slices of the loop with real time passing: for progress; may stop the loop by returning false. */
  readonly onSlice?: () => boolean
}

/** How a simulation runs, apart from what it simulates. */
export interface SimulationOptions {
  readonly seed: Seed
  /** Finds leaks of real asynchronous resources (default true). The digest is the same either way. */
  readonly isChecked?: boolean
  /** Bound on events (default 200 million); one step is ended from within at this bound, or at a million of its own. */
  readonly eventsMax?: number
  /** Bound on steps at one instant: a livelock when reached (default 100,000). */
  readonly instantStepsMax?: number
  /** Bound on promises, microtasks and ticks of one step, in checked mode only: a livelock (default 5 million). */
  readonly microtasksMax?: number
  /**
   * The tie key of each step, by which steps at the same instant are ordered (default: all 0, first-in). Receives what the
   * step is about: a process, a machine, a link.
   */
  readonly tie?: (subject: unknown) => number
  /** The log (default: of all kinds of events). */
  readonly log?: EventLog
  /** Makes the queue (default: `PendingQueue`, which follows time). */
  readonly queue?: (state: StepState) => StepQueue
}

const sliceSteps = 200_000

/** A step that emits more is taken for an endless loop: long before memory is full of what it has asked for. */
const stepEventsMax = 1_000_000

/** Given to `onUncaught` when a step emits too many events: whoever takes the step must not be able to go on. */
export class TooManyEvents extends Error {
  readonly #isOurs = true

  /** Whether this was thrown. Asks what no proxy can answer or trap: a program may throw one. */
  static is(thrown: unknown): boolean {
    return typeof thrown === 'object' && thrown !== null && #isOurs in thrown && thrown.#isOurs
  }
}

/** One simulation's loop, clock, queue, log and randomness. */
export class Simulation {
  readonly log: EventLog
  readonly streams: RandomStreams
  /** Receives what a step's code left uncaught in a promise or microtask. */
  onUncaught: (error: unknown) => void = rethrow

  readonly #queue: StepQueue
  readonly #isChecked: boolean
  readonly #eventsMax: number
  readonly #instantStepsMax: number
  readonly #tie: ((subject: unknown) => number) | null
  readonly #microtasks: MicrotaskBound
  #mustDrain = false
  #isDraining = false
  #stopPromiseHook: (() => void) | null = null
  #steps = 0
  #stepsAtInstant = 0
  #countedAt: Instant | null = null
  #counted = 0
  #isRunning = false
  /** Whether this simulation's own loop has control: another one may run between its slices. */
  #isInSlice = false

  constructor(options: SimulationOptions) {
    this.log = options.log ?? new EventLog()
    this.streams = new RandomStreams(options.seed)
    this.#queue = options.queue?.(this.log) ?? new PendingQueue(this.log)
    this.#isChecked = options.isChecked ?? true
    this.#eventsMax = options.eventsMax ?? 200_000_000
    this.#instantStepsMax = options.instantStepsMax ?? 100_000
    this.#microtasks = new MicrotaskBound(options.microtasksMax ?? 5_000_000)
    this.#tie = options.tie ?? null
    this.log.onExcess = () => {
      if (this.onUncaught !== rethrow) this.onUncaught(new TooManyEvents())
    }
  }

  /** The virtual instant of the current step. */
  get now(): Instant {
    return this.log.now
  }

  /** How many steps were run. */
  get steps(): number {
    return this.#steps
  }

  /** How many records are pending. */
  get pending(): number {
    return this.#queue.length
  }

  /** Runs an action at an instant, which must not be in the past; `cause` defaults to that of the current step. */
  schedule<S, P>(
    at: Instant,
    action: Action<S, P>,
    subject: S,
    payload: P,
    extra: number,
    cause: number,
  ): PendingId {
    const instant = Number.isSafeInteger(at) ? at : endOfTime(at)
    const tie = this.#tie === null ? 0 : this.#tie(subject)
    return this.#queue.push(
      instant < this.log.now ? this.log.now : instant,
      tie,
      action,
      subject,
      payload,
      extra,
      cause,
    )
  }

  /** Runs an action after a delay, with the current step's cause. */
  after<S, P>(delay: Duration, action: Action<S, P>, subject: S, payload: P): PendingId {
    return this.schedule((this.log.now + delay) as Instant, action, subject, payload, 0, this.log.cause)
  }

  /**
   * Counts what is done within a step towards the bound of steps at one instant; false once that is reached, with which
   * the run ends after this step. For what could go on without end before a step is over.
   */
  countStep(): boolean {
    if (this.#countedAt !== this.log.now) this.#counted = 0
    this.#countedAt = this.log.now
    return ++this.#counted <= this.#instantStepsMax
  }

  /** Forgets a pending record; harmless when it has come up. */
  cancel(id: PendingId): void {
    this.#queue.cancel(id)
  }

  /** Runs the loop. One call at a time. */
  async run(bounds: LoopBounds = {}): Promise<LoopEnd> {
    if (this.#isRunning) throw new Error('this simulation is running already')
    this.#isRunning = true
    const watch = this.#isChecked ? watchLeaks(() => this.#isInSlice, this.#microtasks) : null
    try {
      for (;;) {
        const end = await inMacrotask(() => this.#slice(bounds, watch))
        if (end !== null) return end
        if (bounds.onSlice !== undefined && !bounds.onSlice()) return { kind: 'stopped' }
      }
    } finally {
      watch?.stop()
      this.#isRunning = false
    }
  }

  /** Runs one step; false when nothing is pending. */
  async step(): Promise<boolean> {
    const end = await this.run({ stopWhen: () => true })
    return end.kind !== 'drained'
  }

  // Runs inside a macrotask: only there can microtasks be drained in place.
  #slice(bounds: LoopBounds, watch: LeakWatch | null): LoopEnd | null {
    // Here and not before the macrotask: until then a test runner may still give back functions that it had put aside.
    installGuards()
    const before = setLoopRunning(true)
    this.#isInSlice = true
    // Until a promise is made, nothing can be waiting in the microtask queue, and a purely synchronous simulation never
    // pays for a drain. The hook that notices the first one costs every promise, so it goes as soon as it has fired.
    setMicrotaskListener(this.#onMicrotask)
    if (!this.#mustDrain) this.#watchPromises()
    try {
      return withUncaughtErrors(
        (error) => {
          if (!this.#microtasks.isReached) this.onUncaught(error)
        },
        () => this.#loop(bounds, watch),
      )
    } finally {
      this.#unwatchPromises()
      this.#isInSlice = false
      setLoopRunning(before)
      removeGuards()
    }
  }

  #watchPromises(): void {
    const stop: unknown = promiseHooks.onInit(() => {
      this.#mustDrain = true
    })
    this.#stopPromiseHook = typeof stop === 'function' ? (stop as () => void) : null
  }

  readonly #onMicrotask = (): void => {
    this.#mustDrain = true
    // Ticks are drained by a loop in JavaScript, which no termination may reach: a chain of them breaks here.
    if (this.#isDraining && this.#microtasks.isReached)
      throw new Error('this step has made too many microtasks')
  }

  #unwatchPromises(): void {
    this.#stopPromiseHook?.()
    this.#stopPromiseHook = null
  }

  #loop(bounds: LoopBounds, watch: LeakWatch | null): LoopEnd | null {
    const queue = this.#queue
    const log = this.log
    const until = bounds.until ?? instantMax
    const stopWhen = bounds.stopWhen
    const steps = drainMicrotasks === null ? 1 : sliceSteps
    for (let count = 0; count < steps; count++) {
      const before = log.now
      this.#microtasks.beginStep()
      log.seqMax = Math.min(log.seq + stepEventsMax, this.#eventsMax)
      if (!queue.runNext(until)) return this.#atEnd(until)
      if (this.#mustDrain && drainMicrotasks !== null) {
        if (this.#stopPromiseHook !== null) this.#unwatchPromises()
        this.#isDraining = true
        drainMicrotasks()
        this.#isDraining = false
        if (this.#microtasks.isReached) return this.#terminated()
      }
      if (log.failure !== null) throw log.failure.error
      this.#steps++
      if (log.now !== before) this.#stepsAtInstant = 0
      else ++this.#stepsAtInstant
      if (this.#stepsAtInstant > this.#instantStepsMax || this.#counted > this.#instantStepsMax)
        return { kind: 'instant-bound', at: log.now, stepsMax: this.#instantStepsMax }
      if (log.seq > log.seqMax) return this.#excess()
      if (watch !== null && watch.leak !== null) return { kind: 'leak', leak: watch.leak }
      if (stopWhen !== undefined && stopWhen()) return { kind: 'stopped' }
    }
    return null
  }

  #terminated(): LoopEnd {
    recoverFromTermination()
    return { kind: 'microtasks-bound', at: this.log.now, microtasksMax: this.#microtasks.max }
  }

  #excess(): LoopEnd {
    if (this.log.seq > this.#eventsMax) return { kind: 'events-bound', eventsMax: this.#eventsMax }
    return { kind: 'events-bound', eventsMax: stepEventsMax, isOneStep: true }
  }

  #atEnd(until: Instant): LoopEnd {
    if (this.#queue.length === 0) return { kind: 'drained' }
    this.log.now = until
    return { kind: 'until' }
  }
}

/** The last instant there is for one beyond it; what is no instant would come up in no order, and none after it either. */
function endOfTime(at: number): Instant {
  if (at > instantMax && at !== Infinity) return instantMax
  throw new RangeError(`schedule: got instant ${at}, wanted whole nanoseconds`)
}

function rethrow(error: unknown): void {
  throw error instanceof Error ? error : new Error(String(error))
}
