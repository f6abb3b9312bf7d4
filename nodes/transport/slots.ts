// So many at once, and the others in a row that has an end: a counting semaphore with a bound on who waits, and for how long.

import { RequestError } from './request-error.ts'
import type { Duration, Env } from '../../sim/index.ts'

/** Slots that are taken and given back; who comes first gets one first. */
export class Slots {
  readonly #env: Env
  readonly #max: number
  readonly #waitingMax: number
  readonly #waiting = new Set<() => void>()
  #used = 0

  constructor(env: Env, max: number, waitingMax: number) {
    this.#env = env
    this.#max = max
    this.#waitingMax = waitingMax
  }

  /** How many are taken. */
  get used(): number {
    return this.#used
  }

  /** How many wait for one. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Takes one. Rejects with a RequestError: `overloaded` when too many wait already, `timeout` when none came free in time. */
  take(timeout: Duration, about: string): Promise<void> {
    if (this.#used < this.#max) {
      this.#used++
      return Promise.resolve()
    }
    if (this.#waiting.size >= this.#waitingMax)
      return Promise.reject(new RequestError('overloaded', false, about))
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        timer.cancel()
        resolve()
      }
      const timer = this.#env.timers.after(timeout, () => {
        this.#waiting.delete(turn)
        reject(new RequestError('timeout', false, about))
      })
      this.#waiting.add(turn)
    })
  }

  /** Gives one back: to who waits longest. */
  giveBack(): void {
    const next = this.#waiting.values().next().value
    if (next === undefined) {
      this.#used--
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
