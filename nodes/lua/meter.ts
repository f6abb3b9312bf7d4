// What one run of Lua code may use. Steps and bytes are counted alike on every machine, which time and real memory are not.

import { LuaBoundError } from './lua-error.ts'

/** Bounds of a run. */
export interface LuaBounds {
  /** Loop rounds, calls, and what library functions look at. Default 20 million: some seconds. */
  readonly stepsMax?: number
  /** Bytes of all strings and tables that are made, also those that are not needed any more. Default 256 MiB. */
  readonly memoryMax?: number
}

/** The longest string, in bytes. */
export const stringMax: number = 64 * 1024 * 1024

/** Counts down. */
export class Meter {
  readonly #stepsMax: number
  readonly #memoryMax: number
  #steps = 0
  #memory = 0

  constructor({ stepsMax = 20_000_000, memoryMax = 256 * 1024 * 1024 }: LuaBounds = {}) {
    this.#stepsMax = stepsMax
    this.#memoryMax = memoryMax
  }

  /** A run begins. */
  begin(): void {
    this.#steps = 0
    this.#memory = 0
  }

  /** Work is done; throws a LuaBoundError where it is too much. */
  step(count = 1): void {
    this.#steps += count
    if (this.#steps > this.#stepsMax) throw new LuaBoundError('steps')
  }

  /** Memory is taken; throws a LuaBoundError where it is too much. */
  take(bytes: number): void {
    this.#memory += bytes
    if (this.#memory > this.#memoryMax) throw new LuaBoundError('memory')
  }

  /** A string of so many bytes is about to be made. */
  string(length: number): void {
    if (length > stringMax) throw new LuaBoundError('memory')
    this.take(length)
  }
}
