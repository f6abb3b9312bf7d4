// One worker and its queue: requests are done one after the other, in the order in which they came.

import { between, type Duration, type Env, type Instant } from '../../sim/index.ts'

/** What a worker does with a request that comes out of the queue, in which it stood for `delay`. */
export type Work = (delay: Duration) => Promise<void>

interface Queued {
  readonly since: Instant
  readonly work: Work
  readonly done: (error: unknown) => void
}

/** A queue with one worker. */
export class WorkQueue {
  readonly #env: Env
  readonly #lengthMax: number
  readonly #queue: Queued[] = []
  #isWorking = false
  #emptied: () => void = () => undefined

  constructor(env: Env, lengthMax = 100_000) {
    this.#env = env
    this.#lengthMax = lengthMax
  }

  /** Calls `action` whenever the queue is empty. */
  onEmptied(action: () => void): void {
    this.#emptied = action
  }

  /** Resolves when the work is done, or rejects as it does; rejects at once when the queue is full. */
  async do(work: Work): Promise<void> {
    if (this.#queue.length >= this.#lengthMax) throw new Error('the queue is full')
    return new Promise((resolve, reject) => {
      const done = (error: unknown): void => (error === null ? resolve() : reject(error))
      this.#queue.push({ since: this.#env.clock.monotonic(), work, done })
      if (!this.#isWorking) this.#env.spawn(async () => this.#run())
    })
  }

  async #run(): Promise<void> {
    this.#isWorking = true
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { since, work, done } = next
      try {
        await work(between(since, this.#env.clock.monotonic()))
        done(null)
      } catch (error) {
        done(error)
      }
    }
    this.#emptied()
    this.#isWorking = false
  }
}
