// One incarnation of a node's program: what it registered, and the gate through which every step of it passes. When it
// ends, everything it held goes with it; nothing that it started before can reach the world any more.

import { setMaxListeners } from 'node:events'

import type { Machine } from './machine.ts'
import type { ProcessPort, Scheduled } from './port.ts'
import type { Env, Message, MessageHandler, Program } from '../env.ts'
import type { PendingId } from '../kernel/index.ts'
import type { Duration, Instant } from '../time.ts'

/** How an incarnation ended: `exit` on purpose, `fail` by an uncaught error. */
export type EndOf = 'stop' | 'exit' | 'fail' | 'crash-reset' | 'crash-silent'

/** Thrown at a program that goes on after its incarnation has ended, to unwind it. Never reported as its error. */
export class IncarnationOver extends Error {
  constructor() {
    super('this incarnation of the program is over')
    this.name = 'IncarnationOver'
  }
}

/** A timer of a program. */
export interface ProcessTimer {
  readonly id: number
  readonly handler: () => void | Promise<void>
  /** Between firings; 0 for a timer that fires once. */
  readonly period: Duration
  /** When it is due by the node's monotonic clock. */
  due: Instant
  pending: PendingId
  /** The seq of the `timer-set` event. */
  setBy: number
}

/** One incarnation. */
export class Process implements ProcessPort {
  readonly machine: Machine
  readonly incarnation: number
  readonly version: string
  isAlive = true
  /** Whether the program's function has returned, or its promise resolved. */
  isFinished = false
  /** How many operations it has invoked that have not ended. */
  openOperations = 0
  readonly #handlers = new Map<string, MessageHandler<Message>>()
  /** The handler asked for last, by its kind: the next message is often of the same kind. */
  #lastKind = ''
  #lastHandler: MessageHandler<Message> | undefined
  #timers: Map<number, ProcessTimer> | null = null
  #endings: ((how: EndOf) => void)[] | null = null
  #stopActions: (() => void | Promise<void>)[] | null = null
  #abort: AbortController | null = null
  #stopReason: Error | null = null

  constructor(machine: Machine, incarnation: number, version: string) {
    this.machine = machine
    this.incarnation = incarnation
    this.version = version
  }

  check(): void {
    if (!this.isAlive) throw new IncarnationOver()
  }

  /** Handles messages of one kind; the last registration of a kind counts. */
  setHandler(kind: string, handler: MessageHandler<Message>): void {
    this.#handlers.set(kind, handler)
    this.#lastHandler = undefined
  }

  /** What handles messages of a kind; undefined when nothing does. */
  handlerOf(kind: string): MessageHandler<Message> | undefined {
    if (kind === this.#lastKind && this.#lastHandler !== undefined) return this.#lastHandler
    this.#lastKind = kind
    this.#lastHandler = this.#handlers.get(kind)
    return this.#lastHandler
  }

  onEnd(action: (how: EndOf) => void): void {
    ;(this.#endings ??= []).push(action)
  }

  /** Aborted when the program is asked to stop. Made on first use: few programs look at it. */
  get signal(): AbortSignal {
    if (this.#abort === null) {
      this.#abort = new AbortController()
      // A program may wait for as much at once as it likes: Node's warning of a leak would be a false one.
      setMaxListeners(0, this.#abort.signal)
      if (this.#stopReason !== null) this.#abort.abort(this.#stopReason)
    }
    return this.#abort.signal
  }

  /** The actions to run when asked to stop, in the order in which they were registered. */
  addStopAction(action: () => void | Promise<void>): void {
    ;(this.#stopActions ??= []).push(action)
  }

  /** Asks the program to stop: aborts its signal and runs its stop actions, the last registered first. */
  async stop(): Promise<void> {
    this.#stopReason = new Error('the program was asked to stop')
    this.#abort?.abort(this.#stopReason)
    for (const action of (this.#stopActions ?? []).reverse()) await action()
  }

  step(delay: Duration, cause: number, action: (cause: number) => void): Scheduled {
    const simulation = this.machine.simulation
    const at = (simulation.now + delay) as Instant
    const pending = simulation.schedule(at, runProcessStep, this, action, 0, cause)
    return {
      cancel: () => {
        simulation.cancel(pending)
      },
    }
  }

  /** Runs the program itself. */
  run(program: Program, env: Env): void {
    const finish = (): void => {
      this.isFinished = true
    }
    this.call(() => {
      const running = program(env)
      if (running !== undefined) return running.then(finish)
      return finish()
    })
  }

  /** Runs the program's code within the current step; its uncaught errors end the incarnation. */
  call(code: () => void | Promise<void>): void {
    try {
      const running = code()
      if (running !== undefined) this.machine.watch(running)
    } catch (error) {
      this.machine.uncaught(error)
    }
  }

  /** Ends the incarnation: from here on nothing of the program happens. */
  end(how: EndOf): void {
    this.isAlive = false
    for (const timer of this.#timers?.values() ?? []) this.machine.simulation.cancel(timer.pending)
    this.#timers = null
    this.#handlers.clear()
    this.#lastHandler = undefined
    const endings = this.#endings ?? []
    this.#endings = null
    for (const ending of endings) ending(how)
  }

  /** Sets a timer over the node's monotonic clock. */
  setTimer(wait: Duration, period: Duration, handler: () => void | Promise<void>): ProcessTimer {
    const { machine } = this
    const id = machine.nextTimer++
    const due = (machine.clock.monotonic(machine.simulation.now) + wait) as Instant
    const timer: ProcessTimer = { id, handler, period, due, pending: 0, setBy: 0 }
    ;(this.#timers ??= new Map()).set(id, timer)
    this.#arm(timer, wait)
    return timer
  }

  /** Forgets a timer; harmless when it has fired. */
  cancelTimer(timer: ProcessTimer): void {
    if (this.#timers === null || !this.#timers.delete(timer.id)) return
    this.machine.simulation.cancel(timer.pending)
    this.machine.emit('timer-cancel', { timer: timer.id })
  }

  /** Schedules every timer again after the clock's rate has changed. */
  rearmTimers(): void {
    const { machine } = this
    const local = machine.clock.monotonic(machine.simulation.now)
    for (const timer of this.#timers?.values() ?? []) {
      // One that is due waits in the inbox of a paused or busy node: set again it would fire twice.
      if (timer.due <= local) continue
      machine.simulation.cancel(timer.pending)
      this.#arm(timer, (timer.due - local) as Duration)
    }
  }

  /** Takes a timer that is due; null when it was cancelled meanwhile. */
  takeDue(timer: ProcessTimer): ProcessTimer | null {
    if (this.#timers === null || !this.#timers.has(timer.id)) return null
    if (timer.period === 0) this.#timers.delete(timer.id)
    return timer
  }

  /** Sets a periodic timer for its next turn. */
  again(timer: ProcessTimer): void {
    timer.due = (timer.due + timer.period) as Instant
    const local = this.machine.clock.monotonic(this.machine.simulation.now)
    this.#arm(timer, Math.max(0, timer.due - local) as Duration)
  }

  #arm(timer: ProcessTimer, wait: Duration): void {
    const { machine } = this
    const due = (machine.simulation.now + machine.clock.toVirtual(wait)) as Instant
    timer.setBy = machine.emit('timer-set', { timer: timer.id, due })
    timer.pending = machine.simulation.schedule(due, fireTimer, this, timer, 0, timer.setBy)
  }
}

/** A timer of the process is due. */
export function fireTimer(process: Process, timer: ProcessTimer, extra: number, cause: number): void {
  const { machine } = process
  if (!process.isAlive) return
  if (machine.isHindered) {
    machine.deferOwn(fireTimer, process, timer, extra, cause)
    return
  }
  if (process.takeDue(timer) === null) return
  machine.beginStep()
  machine.emitInput('timer-fire', cause, { timer: timer.id })
  // A trigger may have crashed this node at the `timer-fire`, or at the `timer-set` of the next turn.
  if (process.isAlive && timer.period > 0) process.again(timer)
  if (process.isAlive) process.call(timer.handler)
}

/** The incarnation takes a step, unless it is over. */
export function runProcessStep(
  process: Process,
  action: (cause: number) => void,
  extra: number,
  cause: number,
): void {
  const { machine } = process
  if (!process.isAlive) return
  if (machine.isHindered) {
    machine.deferOwn(runProcessStep, process, action, extra, cause)
    return
  }
  machine.beginStep()
  action(cause)
}
