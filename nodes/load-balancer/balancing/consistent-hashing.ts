// The same key to the same back-end, as long as that has not far more to do than the others.

import type { BalancedRequest, Balancing, Candidate } from './balancing.ts'
import { HashRing } from './hash-ring.ts'

/** How even it must be. */
export interface ConsistentHashingOptions {
  /**
   * No back-end gets a request while it has more than so many times its share of all open ones (default 1.25; Infinity for
   * no bound). Less moves more keys away from where they belong.
   */
  readonly loadFactor?: number
  /** Points on the ring for a weight of 1 (default 100): more points, more even. */
  readonly pointsPerWeight?: number
}

const pointsMax = 10_000

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2018): a key goes to the first back-end on the
 * ring that has room. Requests without a key count as those with an empty one. The ring is made anew when names or weights
 * change: give it the weights as configured, not those of a slow start.
 */
export class ConsistentHashing implements Balancing {
  readonly #loadFactor: number
  readonly #pointsPerWeight: number
  #made: readonly Candidate[] = []
  #ring: HashRing = new HashRing([], 1)

  constructor({ loadFactor = 1.25, pointsPerWeight = 100 }: ConsistentHashingOptions = {}) {
    if (!(loadFactor > 1)) throw new RangeError(`loadFactor: got ${loadFactor}, wanted above 1`)
    if (!(pointsPerWeight >= 1 && pointsPerWeight <= pointsMax))
      throw new RangeError(`pointsPerWeight: got ${pointsPerWeight}, wanted 1 to ${pointsMax}`)
    this.#loadFactor = loadFactor
    this.#pointsPerWeight = pointsPerWeight
  }

  pick<C extends Candidate>(candidates: readonly C[], { key = '' }: BalancedRequest = {}): C | null {
    this.#follow(candidates)
    let [open, weights] = [1, 0]
    for (const candidate of candidates) {
      open += candidate.open
      weights += candidate.weight
    }
    for (const place of this.#ring.owners(key)) {
      const candidate = candidates[place]
      if (candidate === undefined) continue
      // Some candidate has at most its share of the others' requests: there is always one with room.
      if (candidate.open < Math.ceil((this.#loadFactor * open * candidate.weight) / weights)) return candidate
    }
    return null
  }

  #follow(candidates: readonly Candidate[]): void {
    const isSame =
      candidates.length === this.#made.length &&
      candidates.every(
        ({ name, weight }, place) => name === this.#made[place]?.name && weight === this.#made[place]?.weight,
      )
    if (isSame) return
    this.#made = candidates.map(({ name, weight }) => ({ name, weight, open: 0 }))
    this.#ring = new HashRing(candidates, this.#pointsPerWeight)
  }
}
