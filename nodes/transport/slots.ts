// A bulkhead that is waited at: so many at once, and the others in a row that has an end, for as long as each of them likes.

import { RequestError } from './request-error.ts'
import type { Duration, Env } from '../../sim/index.ts'
import { Bulkhead } from '../resilience/index.ts'

/** Slots that are taken and given back; who comes first gets one first. */
export class Slots {
  readonly #env: Env
  readonly #bulkhead: Bulkhead<() => void>

  /** Throws a RangeError unless `max` is a whole number above 0 and `waitingMax` one that may be 0. */
  constructor(env: Env, max: number, waitingMax: number) {
    this.#env = env
    this.#bulkhead = new Bulkhead({ concurrencyMax: max, queueMax: waitingMax })
  }

  /** How many are taken. */
  get used(): number {
    return this.#bulkhead.inside
  }

  /** How many wait for one. */
  get waiting(): number {
    return this.#bulkhead.waiting
  }

  /**
   * Takes one. Rejects with a RequestError: `overloaded` when too many wait already, `timeout` when none came free in time. Who has to
   * wait is told how to give that up: then it rejects with `withdrawn`, and the place in the row is free.
   */
  take(timeout: Duration, about: string, onWaiting?: (withdraw: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        timer.cancel()
        resolve()
      }
      const entry = this.#bulkhead.arrive(this.#env.clock.monotonic(), turn)
      if (entry === 'entered') return resolve()
      if (entry === 'refused') return reject(new RequestError('overloaded', false, about))
      const giveUp = (why: 'timeout' | 'withdrawn'): void => {
        if (!this.#bulkhead.withdraw(turn)) return
        timer.cancel()
        reject(new RequestError(why, false, about))
      }
      const timer = this.#env.timers.after(timeout, () => {
        giveUp('timeout')
      })
      onWaiting?.(() => {
        giveUp('withdrawn')
      })
      return undefined
    })
  }

  /** Takes one where one is free; whether that was so. */
  takeFree(): boolean {
    if (!this.#bulkhead.hasRoom) return false
    this.#bulkhead.arrive(this.#env.clock.monotonic(), () => undefined)
    return true
  }

  /** Gives one back: to who waits longest. */
  giveBack(): void {
    this.#bulkhead.leave()?.()
  }
}
