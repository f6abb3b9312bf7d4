// The Env of one incarnation in the simulation. Devices are made on first use: an idle node costs next to nothing.

import { inspect } from 'node:util'

import type { Process, ProcessTimer } from './process.ts'
import { wholeWait } from './whole-wait.ts'
import { type Data, type DataRecord, plainCopy } from '../data.ts'
import type {
  Clock,
  Cpu,
  Disk,
  Env,
  Invocation,
  Logger,
  Messages,
  Net,
  PendingOperation,
  Timer,
  Timers,
} from '../env.ts'
import type { LogLevel } from '../event.ts'
import type { RandomStream } from '../random.ts'
import { type Duration, type Instant, ns } from '../time.ts'

/** What the world provides for an Env. */
export interface EnvDevices {
  messages(process: Process): Messages
  net(process: Process): Net
  disk(process: Process): Disk
  /** Whether a buggify site takes the unlikely branch this time. */
  buggify(process: Process, site: string): boolean
  /** Whether a node makes its next call, which is of this function. */
  admits(process: Process, f: string): boolean
  /** A number for a new operation, unique in the simulation. */
  nextOperation(): number
}

/** The Env of an incarnation. */
export class SimEnv implements Env {
  readonly #process: Process
  readonly #devices: EnvDevices
  #clock: Clock | null = null
  #timers: Timers | null = null
  #cpu: Cpu | null = null
  #random: RandomStream | null = null
  #messages: Messages | null = null
  #net: Net | null = null
  #disk: Disk | null = null
  #log: Logger | null = null
  #renamed: Map<string, number> | null = null

  constructor(process: Process, devices: EnvDevices) {
    this.#process = process
    this.#devices = devices
  }

  get name(): string {
    return this.#process.machine.node
  }

  get parameters(): DataRecord {
    return this.#process.machine.spec.parameters
  }

  get incarnation(): number {
    return this.#process.incarnation
  }

  get random(): RandomStream {
    return (this.#random ??= this.#process.machine.stream(`node/${this.name}`))
  }

  randomFor(purpose: string): RandomStream {
    return this.#process.machine.stream(`node/${this.name}/${purpose}`)
  }

  get messages(): Messages {
    return (this.#messages ??= this.#devices.messages(this.#process))
  }

  get net(): Net {
    return (this.#net ??= this.#devices.net(this.#process))
  }

  get disk(): Disk {
    return (this.#disk ??= this.#devices.disk(this.#process))
  }

  get signal(): AbortSignal {
    return this.#process.signal
  }

  get clock(): Clock {
    return (this.#clock ??= new ProcessClock(this.#process))
  }

  get timers(): Timers {
    return (this.#timers ??= new ProcessTimers(this.#process))
  }

  get cpu(): Cpu {
    return (this.#cpu ??= new ProcessCpu(this.#process))
  }

  get log(): Logger {
    return (this.#log ??= logger(this.#process))
  }

  sleep(wait: Duration, signal?: AbortSignal): Promise<void> {
    const process = this.#process
    process.check()
    const due = wholeWait('sleep', wait)
    if (signal?.aborted === true) return Promise.reject(reasonOf(signal))
    return new Promise((resolve, reject) => {
      // Taken back when the timer fires: the signal may live as long as the program, and see any number of sleeps.
      const wake = (): void => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const timer = process.setTimer(due, ns(0), wake)
      process.check()
      const abort = (): void => {
        process.cancelTimer(timer)
        if (signal !== undefined) reject(reasonOf(signal))
      }
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  probe(name: string, value: Data): void {
    this.#process.check()
    this.#process.machine.emit('probe', { name, value: plainCopy(value, `probe ${name}`) })
    this.#process.check()
  }

  buggify(site: string): boolean {
    this.#process.check()
    if (!this.#devices.buggify(this.#process, site)) return false
    this.#process.machine.emit('buggify', { site })
    this.#process.check()
    return true
  }

  admits(f: string): boolean {
    this.#process.check()
    return this.#devices.admits(this.#process, f)
  }

  invoke(invocation: Invocation): PendingOperation {
    this.#process.check()
    const base = invocation.process ?? this.name
    const { f } = invocation
    const key = plainCopy(invocation.key ?? null, `key of operation ${f}`)
    const operation = { process: this.#processName(base), f, key }
    const id = this.#devices.nextOperation()
    const invoked = this.#process.machine.emit('operation', {
      phase: 'invoke',
      id,
      ...operation,
      value: plainCopy(invocation.value ?? null, `value of operation ${f}`),
    })
    const process = this.#process
    process.check()
    let isOpen = true
    process.openOperations++
    const end = (phase: 'ok' | 'fail' | 'info', value: Data, error?: string): void => {
      this.#process.check()
      if (!isOpen) throw new Error(`operation ${id} (${operation.f}, seq ${invoked}) has ended already`)
      isOpen = false
      process.openOperations--
      if (phase === 'info') this.#rename(base)
      this.#process.machine.emit('operation', {
        phase,
        id,
        ...operation,
        value: plainCopy(value, `value of operation ${f}`),
        ...(error === undefined ? {} : { error }),
      })
      this.#process.check()
    }
    return {
      ok: (value = null) => {
        end('ok', value)
      },
      fail: (error, value = null) => {
        end('fail', value, error)
      },
      info: (error) => {
        end('info', null, error)
      },
    }
  }

  spawn(task: () => Promise<void>): void {
    this.#process.check()
    demandFunction('spawn', task)
    this.#process.call(task)
  }

  onStop(action: () => void | Promise<void>): void {
    this.#process.check()
    demandFunction('onStop', action)
    this.#process.addStopAction(action)
  }

  exit(code = 0): never {
    this.#process.check()
    if (!Number.isInteger(code) || code < 0 || code > 255)
      throw new RangeError(`exit: got ${inspect(code)}, wanted a code from 0 to 255`)
    this.#process.machine.exit(code)
    this.#process.check()
    throw new Error('unreachable: the incarnation is over')
  }

  // A process with an operation that may still take effect cannot call again under the same name.
  #processName(base: string): string {
    const times = this.#renamed?.get(base) ?? 0
    const incarnation = this.incarnation === 1 ? '' : `~${this.incarnation}`
    return `${base}${incarnation}${times === 0 ? '' : `/${times}`}`
  }

  #rename(base: string): void {
    this.#renamed ??= new Map()
    this.#renamed.set(base, (this.#renamed.get(base) ?? 0) + 1)
  }
}

class ProcessClock implements Clock {
  readonly #process: Process

  constructor(process: Process) {
    this.#process = process
  }

  wall(): Instant {
    const { clock, simulation } = this.#process.machine
    return clock.wall(simulation.now)
  }

  monotonic(): Instant {
    const { clock, simulation } = this.#process.machine
    return clock.monotonic(simulation.now)
  }
}

class ProcessTimers implements Timers {
  readonly #process: Process

  constructor(process: Process) {
    this.#process = process
  }

  after(wait: Duration, handler: () => void | Promise<void>): Timer {
    return this.#set(wholeWait('timers.after', wait), ns(0), handler)
  }

  every(period: Duration, handler: () => void | Promise<void>): Timer {
    const whole = wholeWait('timers.every', period)
    if (whole < 1) throw new RangeError(`timers.every: got ${period}, wanted at least 1 nanosecond`)
    return this.#set(whole, whole, handler)
  }

  #set(wait: Duration, period: Duration, handler: () => void | Promise<void>): Timer {
    const process = this.#process
    process.check()
    demandFunction('timers', handler)
    const timer = process.setTimer(wait, period, handler)
    process.check()
    return new TimerHandle(process, timer)
  }
}

class TimerHandle implements Timer {
  readonly #process: Process
  readonly #timer: ProcessTimer

  constructor(process: Process, timer: ProcessTimer) {
    this.#process = process
    this.#timer = timer
  }

  cancel(): void {
    this.#process.cancelTimer(this.#timer)
    this.#process.check()
  }
}

class ProcessCpu implements Cpu {
  readonly #process: Process

  constructor(process: Process) {
    this.#process = process
  }

  charge(work: Duration): void {
    this.#charge('cpu.charge', work)
  }

  work(work: Duration): Promise<void> {
    const charged = this.#charge('cpu.work', work)
    const process = this.#process
    const { machine } = process
    const wait = (machine.departure - machine.simulation.now) as Duration
    return new Promise((resolve) => {
      process.step(wait, charged, (cause) => {
        machine.emitInput('cpu-done', cause, {})
        if (process.isAlive) resolve()
      })
    })
  }

  #charge(place: string, work: Duration): number {
    this.#process.check()
    const charged = this.#process.machine.charge(wholeWait(place, work))
    this.#process.check()
    return charged
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

/** Characters of a stack that are logged. */
const stackMax = 4096

function logger(process: Process): Logger {
  const at =
    (level: LogLevel) =>
    (text: string, fields: DataRecord = {}): void => {
      process.check()
      const { stack, ...digested } = fields
      const isStack = typeof stack === 'string'
      process.machine.emit('log', {
        level,
        text,
        fields: plainCopy(isStack ? digested : fields, `log ${text}`),
        ...(isStack ? { stack: stack.slice(0, stackMax) } : {}),
      })
      process.check()
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function demandFunction(place: string, got: unknown): void {
  if (typeof got !== 'function') throw new TypeError(`${place}: got ${inspect(got)}, wanted a function`)
}
