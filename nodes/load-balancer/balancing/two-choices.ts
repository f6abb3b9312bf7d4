// Of two at random the one that has less to do. Nearly as even as asking all, and when several balancers, or one that hears
// late, take the least loaded, they all take the same: two choices do not make a herd.

import { type Balancing, type Candidate, compareLoad } from './balancing.ts'
import type { RandomStream } from '../../../sim/index.ts'

/** Power of two choices (Mitzenmacher, 2001). Two draws for each pick, whatever the candidates. */
export class TwoChoices implements Balancing {
  readonly #random: RandomStream

  constructor(random: RandomStream) {
    this.#random = random
  }

  pick<C extends Candidate>(candidates: readonly C[]): C | null {
    const count = candidates.length
    const first = Math.floor(this.#random.float() * count)
    // Another one: those after the first, around the end.
    const second = (first + 1 + Math.floor(this.#random.float() * (count - 1))) % count
    const [a, b] = [candidates[first], candidates[second]]
    if (a === undefined || b === undefined) return null
    return compareLoad(b, a) < 0 ? b : a
  }
}
