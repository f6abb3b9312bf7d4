// The Env of a program on a real machine: the one of the simulation over real devices, with the machine's own clock and CPU.

import { realNow } from './real-time.ts'
import type { Clock, Cpu } from '../env.ts'
import { type EnvDevices, type Process, SimEnv } from '../node/index.ts'
import type { Instant } from '../time.ts'

const nsInMs = 1_000_000

/** `env` on a real machine. */
export class RealEnv extends SimEnv {
  readonly #clock: Clock
  readonly #cpu: Cpu

  constructor(process: Process, devices: EnvDevices) {
    super(process, devices)
    this.#clock = new RealClock(process)
    this.#cpu = new RealCpu(process)
  }

  override get clock(): Clock {
    return this.#clock
  }

  override get cpu(): Cpu {
    return this.#cpu
  }
}

class RealClock implements Clock {
  readonly #process: Process

  constructor(process: Process) {
    this.#process = process
  }

  /** A double holds it to about 200 nanoseconds. */
  wall(): Instant {
    this.#process.check()
    return Math.round((performance.timeOrigin + performance.now()) * nsInMs) as Instant
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
