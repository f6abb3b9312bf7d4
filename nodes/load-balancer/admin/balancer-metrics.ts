// What a balancer counts of all it does, beside what it counts of each back-end.

import { Histogram } from './histogram.ts'
import type { SocketServer } from '../../transport/index.ts'

/** How a request or connection ended: of HTTP by the class of its status, or why there was none. */
export type Ending =
  | '2xx'
  | '3xx'
  | '4xx'
  | '5xx'
  | 'done'
  | 'tunnel'
  | 'no-backend'
  | 'bad-gateway'
  | 'timeout'
  | 'client-gone'
  | 'idle'
  | 'client-broke'
  | 'backend-broke'

/** Counts of one balancer. */
export class BalancerMetrics {
  readonly #endings = new Map<Ending, number>()
  readonly durations: Histogram = new Histogram()
  /** Where clients come in, once it listens. */
  front: Pick<SocketServer, 'sessions' | 'accepted' | 'refused'> | null = null
  retries = 0
  /** Retries that the budget did not allow. */
  retriesRefused = 0
  reloads = 0
  reloadsFailed = 0

  /** A request or connection has ended after so many nanoseconds. */
  ended(ending: Ending, took: number): void {
    this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1)
    this.durations.add(took)
  }

  /** How many have ended each way. */
  get endings(): ReadonlyMap<Ending, number> {
    return this.#endings
  }
}

/** The class of a status. */
export function endingOf(status: number): '2xx' | '3xx' | '4xx' | '5xx' {
  return status < 300 ? '2xx' : status < 400 ? '3xx' : status < 500 ? '4xx' : '5xx'
}
