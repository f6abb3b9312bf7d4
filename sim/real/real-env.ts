// The Env of a program on a real machine: the one of the simulation over real devices, with the machine's own clock and CPU.

import { realNow } from './real-time.ts'
import type { Clock, Cpu, Timer, Timers } from '../env.ts'
import { type EnvDevices, type Process, SimEnv } from '../node/index.ts'
import type { Duration, Instant } from '../time.ts'

const nsInMs = 1_000_000
/** When the process began, by the wall clock. */
const wallOrigin = Math.round(performance.timeOrigin * nsInMs)

/** `env` on a real machine. */
export class RealEnv extends SimEnv {
  readonly #clock: Clock
  readonly #cpu: Cpu
  readonly #process: Process
  readonly #timers: Timers

  constructor(process: Process, devices: EnvDevices) {
    super(process, devices)
    this.#process = process
    this.#timers = new RealTimers(process, super.timers)
    this.#clock = new RealClock(process)
    this.#cpu = new RealCpu(process)
  }

  override get clock(): Clock {
    return this.#clock
  }

  override get cpu(): Cpu {
    return this.#cpu
  }

  override get timers(): Timers {
    return this.#timers
  }

  override sleep(wait: Duration, signal?: AbortSignal): Promise<void> {
    catchUp(this.#process)
    return super.sleep(wait, signal)
  }
}

/** Waits count from now on, and not from when the step began. */
class RealTimers implements Timers {
  readonly #process: Process
  readonly #timers: Timers

  constructor(process: Process, timers: Timers) {
    this.#process = process
    this.#timers = timers
  }

  after(wait: Duration, handler: () => void | Promise<void>): Timer {
    catchUp(this.#process)
    return this.#timers.after(wait, handler)
  }

  every(period: Duration, handler: () => void | Promise<void>): Timer {
    catchUp(this.#process)
    return this.#timers.every(period, handler)
  }
}

function catchUp(process: Process): void {
  process.machine.simulation.log.now = realNow()
}

class RealClock implements Clock {
  readonly #process: Process

  constructor(process: Process) {
    this.#process = process
  }

  /** A double holds it to about 200 nanoseconds. */
  wall(): Instant {
    this.#process.check()
    return (wallOrigin + realNow()) as Instant
  }

  monotonic(): Instant {
    this.#process.check()
    return realNow()
  }
}

/** Work takes as long as it takes. */
class RealCpu implements Cpu {
  readonly #process: Process

  constructor(process: Process) {
    this.#process = process
  }

  charge(): void {
    this.#process.check()
  }

  work(): Promise<void> {
    this.#process.check()
    return Promise.resolve()
  }
}
