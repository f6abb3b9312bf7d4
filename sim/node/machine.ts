// The simulated machine: what runs on it now, whether it can take a step, its clock and CPU, and its life: start, stop,
// crash, pause, resume. Inputs for a node that is paused or busy wait in its inbox, in order.

import { NodeClock } from './clock.ts'
import { Inbox, type Waiting } from './inbox.ts'
import type { DeviceHost, Scheduled } from './port.ts'
import { type EndOf, Process } from './process.ts'
import { describeThrown, type ThrownText } from './thrown.ts'
import type { DataRecord } from '../data.ts'
import type { Env, Program } from '../env.ts'
import type { EventKind, NodeId, RawFields } from '../event.ts'
import { type Action, type Simulation, TooManyEvents } from '../kernel/index.ts'
import { type NodeLabel, nodeLabel } from '../log/index.ts'
import type { RandomStream } from '../random.ts'
import type { Duration, Instant } from '../time.ts'

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
  /** How often it was started before: on a real machine, by earlier processes (default 0). */
  readonly startsBefore?: number
  /** How many inputs from outside may wait while the node is paused or busy (default 100,000); more are dropped. */
  readonly inboxMax?: number
}

/** What the machine needs of the world around it. */
export interface MachineWorld {
  readonly simulation: Simulation
  /** Makes the Env of an incarnation. */
  createEnv(process: Process): Env
  /** What becomes of the disk when the node crashes. */
  crashDisk(machine: Machine, outcome: CrashDisk): void
  /** Watches what the program runs asynchronously, where nobody drains microtasks: on real machines. */
  watch?(machine: Machine, running: Promise<void>): void
  /** Called for every input that is lost because the node died or its inbox is full. */
  dropInput(machine: Machine, input: Waiting, why: 'node-down' | 'inbox-full'): void
}

/** Where the life of a node stands. `finished`: its program ended itself on purpose (exit code 0). */
export type NodeState = 'running' | 'paused' | 'stopping' | 'down' | 'finished'

/** What a crash makes of unsynced writes. */
export type CrashDisk = 'drawn' | 'kept' | 'lost' | 'torn'

/** One simulated machine. */
export class Machine implements DeviceHost {
  readonly simulation: Simulation
  readonly label: NodeLabel
  readonly spec: MachineSpec
  readonly clock: NodeClock
  /** What runs; null while the node is down. */
  process: Process | null = null
  /** How the last incarnation ended; null before any has. */
  endedBy: EndOf | null = null
  /** True while a step has to wait: the node is paused, its CPU is busy, or earlier inputs are waiting. */
  isHindered = false
  /** How much longer work takes than charged. */
  cpuFactor = 1
  nextTimer = 1

  readonly #world: MachineWorld
  #version: string
  #incarnation = 0
  #state: NodeState = 'down'
  #startsAfterStop = false
  #isCrashing = false
  #busyUntil: Instant = 0 as Instant
  #isWakeSet = false
  /** Which incarnation takes the current step of this node. */
  #stepping: Process | null = null
  readonly #inbox = new Inbox()

  constructor(spec: MachineSpec, world: MachineWorld) {
    this.spec = spec
    this.simulation = world.simulation
    this.label = nodeLabel(spec.name)
    this.clock = new NodeClock(spec.clockOffset ?? (0 as Duration), spec.clockDriftPpm ?? 0)
    this.#world = world
    this.#version = firstVersion(spec)
    this.#incarnation = spec.startsBefore ?? 0
  }

  get node(): NodeId {
    return this.label.id
  }

  get isUp(): boolean {
    return this.process !== null
  }

  get state(): NodeState {
    return this.#state
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

  /**
   * Starts the program, in another version from now on when one is given; once it has stopped, while it is stopping.
   * False when it is running or paused.
   */
  start(version?: string): boolean {
    if (this.#state === 'running' || this.#state === 'paused') return false
    if (version !== undefined) this.#setVersion(version)
    if (this.#state === 'stopping') {
      this.#startsAfterStop = true
      return true
    }
    this.#startsAfterStop = false
    this.#incarnation++
    const process = new Process(this, this.#incarnation, this.#version)
    this.process = process
    this.#state = 'running'
    const started = this.emit('start', { incarnation: this.#incarnation, version: this.#version })
    // A step of its own: what the program leaves uncaught, or does in a microtask, is not taken for that of another node.
    process.step(0 as Duration, started, () => {
      process.run(this.#program(), this.#world.createEnv(process))
    })
    return true
  }

  /** Asks the program to stop and waits at most `grace`. False when it is not running or paused. */
  stop(grace: Duration): boolean {
    const { process } = this
    if (process === null || this.#state === 'stopping') return false
    const asked = this.emitInput('stop-asked', this.simulation.log.cause, { grace })
    if (this.#state === 'running') this.#state = 'stopping'
    this.after(grace, asked, (cause) => {
      this.#finishStop(process, cause, true)
    })
    process.step(0 as Duration, asked, (cause) => {
      process.call(async () => {
        await process.stop()
        this.#finishStop(process, cause, false)
      })
    })
    return true
  }

  /** Ends the program without warning: its memory is gone at once, even in the middle of its own step. */
  crash(connections: 'reset' | 'silent', disk: CrashDisk): boolean {
    const { process } = this
    // Who crashes the node again at its `crash` finds it crashed, although its end is yet to come.
    if (process === null || this.#isCrashing) return false
    this.#isCrashing = true
    this.emitInput('crash', this.simulation.log.cause, { connections })
    this.#isCrashing = false
    if (!process.isAlive) return true
    this.#end(process, connections === 'reset' ? 'crash-reset' : 'crash-silent', 'down')
    this.#world.crashDisk(this, disk)
    return true
  }

  /** The program ended itself: with code 0 on purpose, otherwise by an error, of which `thrown` tells. */
  exit(code: number, thrown?: ThrownText): void {
    const { process } = this
    if (process === null) return
    const isStopping = this.#state === 'stopping'
    // What the exit brings about for peers and supervisors has it as its cause.
    const exited = this.emitInput('exit', this.simulation.log.cause, { code, ...thrown })
    // A trigger may have crashed this node at the `exit`.
    if (!process.isAlive) return
    this.#end(process, code === 0 ? 'exit' : 'fail', code === 0 && !isStopping ? 'finished' : 'down')
    if (this.#startsAfterStop) this.start()
    else this.#superviseAfter(process.incarnation, exited)
  }

  // A supervisor starts only what it saw exit: not an incarnation that came later and went for another reason.
  #superviseAfter(incarnation: number, exited: number): void {
    const wait = this.spec.restartAfterExit
    if (wait === undefined) return
    this.after(wait, exited, () => {
      if (this.#incarnation === incarnation) this.start()
    })
  }

  /** Stands still until `resume`: inputs and timers wait. False when it is down or paused already. */
  pause(): boolean {
    if (this.#state !== 'running') return false
    this.emitInput('pause', this.simulation.log.cause, {})
    this.#state = 'paused'
    this.isHindered = true
    return true
  }

  /** Goes on with what has waited. False when it is not paused. */
  resume(): boolean {
    if (this.#state !== 'paused') return false
    this.emitInput('resume', this.simulation.log.cause, {})
    this.#state = 'running'
    this.#wakeAt(this.departure)
    return true
  }

  /** Adds to how fast both clocks run without faults, in place of what was added before. */
  drift(ppm: number): void {
    this.clock.drift((this.spec.clockDriftPpm ?? 0) + ppm, this.simulation.now)
    this.process?.rearmTimers()
  }

  /** What a program left uncaught: ends its incarnation, unless that is over and the error is only its unwinding. */
  uncaught(error: unknown): void {
    if (TooManyEvents.is(error)) return this.#abandonStep()
    // An incarnation that ended in this step may have been followed by another, which has nothing to do with it.
    // Of an incarnation that is over, what it leaves uncaught is only its unwinding.
    if (this.process !== this.#stepping || this.process?.isAlive === false) return
    const thrown = describeThrown(error)
    // A getter of the error may have ended the incarnation.
    if (this.process === this.#stepping) this.exit(1, thrown)
  }

  /** The program runs something that goes on after this step. In a simulation its rejection is found by draining. */
  watch(running: Promise<void>): void {
    this.#world.watch?.(this, running)
  }

  // A program that calls without end within one step: from here on every call throws, and the run ends with this step.
  #abandonStep(): void {
    if (this.#stepping !== null) this.#stepping.isAlive = false
  }

  // ---- steps

  /** Marks this node as the one whose code runs now, to which uncaught errors belong. */
  beginStep(): void {
    this.#stepping = this.process
    this.simulation.onUncaught = this.#onUncaught
  }

  /** Charges CPU time: until it is over, inputs wait, and what is sent leaves only then. Returns the seq of the `cpu`. */
  charge(work: Duration): number {
    const { process } = this
    const charged = this.emit('cpu', { work })
    // A trigger may have crashed this node at the `cpu`.
    if (this.process !== process) return charged
    this.#busyUntil = (this.departure + Math.round(work * this.cpuFactor)) as Instant
    this.isHindered = true
    this.#wakeAt(this.#busyUntil)
    return charged
  }

  /** Lets an input from outside wait until the node can take it; it is dropped when too many wait. */
  defer<S, P>(action: Action<S, P>, subject: S, payload: P, extra: number, cause: number): void {
    const waiting = { action: action as Action<unknown, unknown>, subject, payload, extra, cause }
    if (this.#inbox.length >= (this.spec.inboxMax ?? 100_000))
      this.#world.dropInput(this, waiting, 'inbox-full')
    else this.#inbox.push(waiting)
  }

  /**
   * Lets what the node's own program has asked for wait (a timer, a disk result), which is never dropped: what the program
   * has under way bounds it.
   */
  deferOwn<S, P>(action: Action<S, P>, subject: S, payload: P, extra: number, cause: number): void {
    this.#inbox.push({ action: action as Action<unknown, unknown>, subject, payload, extra, cause })
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
    if (this.#state === 'paused') return
    const now = this.simulation.now
    if (this.#busyUntil > now) {
      this.#wakeAt(this.#busyUntil)
      return
    }
    this.isHindered = false
    const waiting = this.#inbox.shift()
    this.simulation.log.cause = waiting?.cause ?? 0
    waiting?.action(waiting.subject, waiting.payload, waiting.extra, waiting.cause)
    if (this.#inbox.length === 0) return
    this.isHindered = true
    this.#wakeAt(this.departure)
  }

  #finishStop(process: Process, cause: number, isForced: boolean): void {
    if (!process.isAlive) return
    this.emitInput('stop', cause, { isForced })
    this.#end(process, 'stop', 'down')
    if (this.#startsAfterStop) this.start()
  }

  #end(process: Process, how: EndOf, state: NodeState): void {
    this.process = null
    this.endedBy = how
    this.#state = state
    process.end(how)
    const lost = this.#inbox.takeAll()
    this.isHindered = false
    this.#busyUntil = 0 as Instant
    for (const input of lost) this.#world.dropInput(this, input, 'node-down')
  }

  #setVersion(version: string): void {
    if (!this.spec.programs.has(version)) {
      throw new RangeError(
        `${this.node}: got version "${version}", wanted one of ${[...this.spec.programs.keys()].join(', ')}`,
      )
    }
    this.#version = version
  }

  #program(): Program {
    const program = this.spec.programs.get(this.#version)
    if (program === undefined) throw new RangeError(`${this.node}: no program`)
    return program
  }
}

/** The node may be able to take what waits for it. */
export function wake(machine: Machine): void {
  machine.wake()
}

/** A device of the node acts. */
export function runDeviceAction(
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
