// Who has least to do gets the next one.

import { type Balancing, type Candidate, compareLoad } from './balancing.ts'

/** The candidate with the fewest open requests for its weight; among equals one after the other, as in HAProxy. */
export class LeastConnections implements Balancing {
  #last = ''

  pick<C extends Candidate>(candidates: readonly C[]): C | null {
    const start = candidates.findIndex(({ name }) => name === this.#last) + 1
    let best: C | null = null
    for (let step = 0; step < candidates.length; step++) {
      const candidate = candidates[(start + step) % candidates.length]
      if (candidate !== undefined && (best === null || compareLoad(candidate, best) < 0)) best = candidate
    }
    if (best !== null) this.#last = best.name
    return best
  }
}
