// What one run of Lua code may use. Steps and bytes are counted alike on every machine, which time and real memory are not.

import { LuaBoundError } from './lua-error.ts'

/** Bounds of a run. */
export interface LuaBounds {
  /** Loop rounds, calls, what library functions look at, and what is looked at to find what is alive. Default 20 million. */
  readonly stepsMax?: number
  /**
   * Bytes of strings, tables and functions that are alive, by a bound from above: what was alive when it was last looked
   * through (a string counts each time it is referred to, unless that is more than was ever made) and all that was made
   * since. Default 256 MiB.
   */
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
  #lookAt: number

  constructor({ stepsMax = 20_000_000, memoryMax = 256 * 1024 * 1024 }: LuaBounds = {}) {
    this.#stepsMax = stepsMax
    this.#memoryMax = memoryMax
    this.#lookAt = memoryMax / 2
  }

  /** A run begins. */
  begin(): void {
    this.#steps = 0
    this.#memory = 0
    this.#lookAt = this.#memoryMax / 2
  }

  /** Bytes that are alive at most. */
  get memory(): number {
    return this.#memory
  }

  /** Whether it is time to look what is alive. */
  get isFull(): boolean {
    return this.#memory > this.#lookAt
  }

  /** No more than so many bytes are alive. The nearer they come to the bound, the sooner they are looked through again. */
  alive(bytes: number): void {
    this.#memory = Math.min(this.#memory, bytes)
    const left = this.#memoryMax - this.#memory
    const isNear = left < this.#memoryMax / 16
    this.#lookAt = isNear ? this.#memoryMax : Math.max(this.#memoryMax / 2, this.#memoryMax - left / 2)
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
