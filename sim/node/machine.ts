// The simulated machine: what runs on it now, whether it can take a step, its clock and CPU, and its life: start, stop,
// crash, pause, resume. Inputs for a node that is paused or busy wait in its inbox, in order.

import { NodeClock } from './clock.ts'
import type { DeviceHost, Scheduled } from './port.ts'
import { IncarnationOver, Process } from './process.ts'
import type { DataRecord } from '../data.ts'
import type { Env, Program } from '../env.ts'
import type { EventKind, NodeId, RawFields } from '../event.ts'
import type { Action, Simulation } from '../kernel/index.ts'
import { type NodeLabel, nodeLabel } from '../log/index.ts'
import type { RandomStream } from '../random.ts'
import { type Duration, type Instant, ms } from '../time.ts'

/** What is needed to build a machine. */
export interface MachineSpec {
  readonly name: NodeId
  /** The program of each version; the first is what starts. */
  readonly programs: ReadonlyMap<string, Program>
  readonly parameters: DataRecord
  readonly clockOffset?: Duration
  readonly clockDriftPpm?: number
  /** Starts the program again this long after an `exit` (as a supervisor does); absent: it stays down. */
  readonly restartAfterExit?: Duration
  /** How many inputs may wait while the node is paused or busy (default 100,000); more are dropped. */
  readonly inboxMax?: number
}

/** What the machine needs of the world around it. */
export interface MachineWorld {
  readonly simulation: Simulation
  /** Makes the Env of an incarnation. */
  createEnv(process: Process): Env
  /** What becomes of the disk when the node crashes. */
  crashDisk(machine: Machine, outcome: CrashDisk): void
  /** Called for every input that is lost because the node died or its inbox is full. */
  dropInput(machine: Machine, input: Waiting, why: 'node-down' | 'inbox-full'): void
}

/** What a crash makes of unsynced writes. */
export type CrashDisk = 'drawn' | 'kept' | 'lost' | 'torn'

/** An input that waits for a paused or busy node. */
export interface Waiting {
  readonly action: Action<unknown, unknown>
  readonly subject: unknown
  readonly payload: unknown
  readonly extra: number
  readonly cause: number
}

/** One simulated machine. */
export class Machine implements DeviceHost {
  readonly simulation: Simulation
  readonly label: NodeLabel
  readonly spec: MachineSpec
  readonly clock: NodeClock
  /** What runs; null while the node is down. */
  process: Process | null = null
  /** True while a step has to wait: the node is paused, its CPU is busy, or earlier inputs are waiting. */
  isHindered = false
  /** How much longer work takes than charged. */
  cpuFactor = 1
  nextTimer = 1

  readonly #world: MachineWorld
  #version: string
  #incarnation = 0
  #isPaused = false
  #busyUntil: Instant = 0 as Instant
  #isWakeSet = false
  #inbox: Waiting[] = []
  #inboxHead = 0

  constructor(spec: MachineSpec, world: MachineWorld) {
    this.spec = spec
    this.simulation = world.simulation
    this.label = nodeLabel(spec.name)
    this.clock = new NodeClock(spec.clockOffset ?? (0 as Duration), spec.clockDriftPpm ?? 0)
    this.#world = world
    this.#version = firstVersion(spec)
  }

  get node(): NodeId {
    return this.label.id
  }

  get isUp(): boolean {
    return this.process !== null
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** The version that runs or would start next. */
  get version(): string {
    return this.#version
  }

  /** When what the current step sends leaves the node: now, or when the work charged so far is done. */
  get departure(): Instant {
    const now = this.simulation.now
    return this.#busyUntil > now ? this.#busyUntil : now
  }

  // ---- what devices need

  now(): Instant {
    return this.simulation.now
  }

  stream(name: string): RandomStream {
    return this.simulation.streams.stream(name)
  }

  emit<K extends EventKind>(kind: K, fields: RawFields<K>): number {
    const { log } = this.simulation
    return log.emit(kind, this.label, log.cause, fields)
  }

  emitInput<K extends EventKind>(kind: K, cause: number, fields: RawFields<K>): number {
    const { log } = this.simulation
    const seq = log.emit(kind, this.label, cause, fields)
    log.cause = seq
    return seq
  }

  after(delay: Duration, cause: number, action: (cause: number) => void): Scheduled {
    const { simulation } = this
    const pending = simulation.schedule(
      (simulation.now + delay) as Instant,
      runDeviceAction,
      this,
      action,
      0,
      cause,
    )
    return {
      cancel: () => {
        simulation.cancel(pending)
      },
    }
  }

  // ---- life

  /** Starts the program, in another version when one is given. Nothing happens when it is up. */
  start(version: string = this.#version): void {
    if (this.process !== null) return
    const program = this.spec.programs.get(version)
    if (program === undefined)
      throw new RangeError(
        `${this.node}: no version "${version}"; there are ${[...this.spec.programs.keys()].join(', ')}`,
      )
    this.#version = version
    this.#incarnation++
    const process = new Process(this, this.#incarnation, version)
    this.process = process
    this.beginStep()
    this.emitInput('start', this.simulation.log.cause, { incarnation: this.#incarnation, version })
    const env = this.#world.createEnv(process)
    process.call(() => program(env))
  }

  /** Asks the program to stop and waits at most `grace`; then `onStopped` is called. False when it is down already. */
  stop(grace: Duration, onStopped: () => void): boolean {
    const { process } = this
    if (process === null) return false
    const asked = this.emitInput('stop-asked', this.simulation.log.cause, { grace })
    const finish = (isForced: boolean): void => {
      if (!process.isAlive) return
      this.emitInput('stop', this.simulation.log.cause, { isForced })
      this.#end(process, 'stop')
      onStopped()
    }
    this.after(grace, asked, () => {
      finish(true)
    })
    process.step(0 as Duration, asked, () => {
      process.call(async () => {
        await process.stop()
        finish(false)
      })
    })
    return true
  }

  /** Ends the program without warning: its memory is gone at once, even in the middle of its own step. */
  crash(connections: 'reset' | 'silent', disk: CrashDisk): boolean {
    const { process } = this
    if (process === null) return false
    this.emitInput('crash', this.simulation.log.cause, { connections })
    this.#end(process, connections === 'reset' ? 'crash-reset' : 'crash-silent')
    this.#world.crashDisk(this, disk)
    return true
  }

  /** The program ended itself: with code 0 on purpose, otherwise by an error. */
  exit(code: number, error?: unknown): void {
    const { process } = this
    if (process === null) return
    this.emit('exit', { code, ...describeError(error) })
    this.#end(process, 'exit')
    const wait = this.spec.restartAfterExit
    if (wait !== undefined)
      this.after(wait, this.simulation.log.seq, () => {
        this.start()
      })
  }

  /** Stands still until `resume`: inputs and timers wait. False when it is down or paused already. */
  pause(): boolean {
    if (this.process === null || this.#isPaused) return false
    this.emit('pause', {})
    this.#isPaused = true
    this.isHindered = true
    return true
  }

  /** Goes on with what has waited. */
  resume(): void {
    if (!this.#isPaused) return
    this.emit('resume', {})
    this.#isPaused = false
    this.#wakeAt(this.departure)
  }

  /** Changes how fast both clocks run. */
  drift(ppm: number): void {
    this.clock.drift(ppm, this.simulation.now)
    this.process?.rearmTimers()
  }

  /** What a program left uncaught: ends its incarnation, unless that is over and the error is only its unwinding. */
  uncaught(error: unknown): void {
    if (error instanceof IncarnationOver) return
    this.exit(1, error)
  }

  // ---- steps

  /** Marks this node as the one whose code runs now, to which uncaught errors belong. */
  beginStep(): void {
    this.simulation.onUncaught = this.#onUncaught
  }

  /** Charges CPU time: until it is over, inputs wait, and what is sent leaves only then. */
  charge(work: Duration): void {
    this.emit('cpu', { work })
    this.#busyUntil = (this.departure + Math.round(work * this.cpuFactor)) as Instant
    this.isHindered = true
    this.#wakeAt(this.#busyUntil)
  }

  /** Lets an input wait until the node can take it. */
  defer<S, P>(action: Action<S, P>, subject: S, payload: P, extra: number, cause: number): void {
    const waiting = { action: action as Action<unknown, unknown>, subject, payload, extra, cause }
    if (this.#inbox.length - this.#inboxHead >= (this.spec.inboxMax ?? 100_000))
      this.#world.dropInput(this, waiting, 'inbox-full')
    else this.#inbox.push(waiting)
  }

  readonly #onUncaught = (error: unknown): void => {
    this.uncaught(error)
  }

  #wakeAt(at: Instant): void {
    if (this.#isWakeSet) return
    this.#isWakeSet = true
    this.simulation.schedule(at, wake, this, undefined, 0, this.simulation.log.cause)
  }

  /** Takes the next waiting input if it may; one a step, so that microtasks run between them. */
  wake(): void {
    this.#isWakeSet = false
    if (this.#isPaused) return
    const now = this.simulation.now
    if (this.#busyUntil > now) {
      this.#wakeAt(this.#busyUntil)
      return
    }
    const waiting = this.#inbox[this.#inboxHead]
    if (waiting === undefined) {
      this.#clearInbox()
      return
    }
    this.#inboxHead++
    this.isHindered = false
    waiting.action(waiting.subject, waiting.payload, waiting.extra, waiting.cause)
    if (this.#inboxHead < this.#inbox.length) {
      this.isHindered = true
      this.#wakeAt(this.departure)
    } else if (!this.#isPaused && this.#busyUntil <= now) this.#clearInbox()
  }

  #clearInbox(): void {
    this.#inbox = []
    this.#inboxHead = 0
    this.isHindered = false
  }

  #end(process: Process, how: 'stop' | 'exit' | 'crash-reset' | 'crash-silent'): void {
    this.process = null
    process.end(how)
    const lost = this.#inbox.slice(this.#inboxHead)
    this.#clearInbox()
    this.#isPaused = false
    this.#busyUntil = 0 as Instant
    for (const input of lost) this.#world.dropInput(this, input, 'node-down')
  }
}

function wake(machine: Machine): void {
  machine.wake()
}

function runDeviceAction(
  machine: Machine,
  action: (cause: number) => void,
  _extra: number,
  cause: number,
): void {
  machine.beginStep()
  action(cause)
}

function firstVersion(spec: MachineSpec): string {
  const [version] = spec.programs.keys()
  if (version === undefined) throw new RangeError(`${spec.name}: no program`)
  return version
}

function describeError(error: unknown): { readonly error?: string; readonly stack?: string } {
  if (error === undefined) return {}
  if (!(error instanceof Error)) return { error: String(error) }
  return {
    error: `${error.name}: ${error.message}`,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  }
}

/** The grace period that is used where none is given. */
export const graceDefault: Duration = ms(500)
