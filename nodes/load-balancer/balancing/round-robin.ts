// One after the other.

import type { Balancing, Candidate } from './balancing.ts'

/** Each candidate once before any of them again, whatever they weigh. */
export class RoundRobin implements Balancing {
  #next = 0

  pick<C extends Candidate>(candidates: readonly C[]): C | null {
    const place = this.#next < candidates.length ? this.#next : 0
    this.#next = place + 1
    return candidates[place] ?? null
  }
}
