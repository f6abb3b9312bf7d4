// The same key to the same back-end, as long as that has not far more to do than the others.

import type { BalancedRequest, Balancing, Candidate } from './balancing.ts'
import { HashRing, type RingMember } from './hash-ring.ts'

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
 * ring that may be chosen and has room, so that one who asks again without the first goes on along the ring. Requests without a key
 * count as those with an empty one. The ring is made for those that `follow` names, and anew when a candidate is none of them, or has
 * another weight: give it the weights as configured, not those of a slow start.
 */
export class ConsistentHashing implements Balancing {
  readonly #loadFactor: number
  readonly #pointsPerWeight: number
  #members: readonly RingMember[] = []
  #places: ReadonlyMap<string, number> = new Map()
  #ring: HashRing | null = null
  #rings = 0
  /** The candidate at each place of the ring; null where that one may not be chosen. */
  readonly #shown: (Candidate | null)[] = []

  constructor({ loadFactor = 1.25, pointsPerWeight = 100 }: ConsistentHashingOptions = {}) {
    if (!(loadFactor > 1)) throw new RangeError(`loadFactor: got ${loadFactor}, wanted above 1`)
    if (!(pointsPerWeight >= 1 && pointsPerWeight <= pointsMax))
      throw new RangeError(`pointsPerWeight: got ${pointsPerWeight}, wanted 1 to ${pointsMax}`)
    this.#loadFactor = loadFactor
    this.#pointsPerWeight = pointsPerWeight
  }

  /** How many rings it has made: one costs as much as very many picks. */
  get rings(): number {
    return this.#rings
  }

  follow(all: readonly RingMember[]): void {
    this.#members = all.map(({ name, weight }) => ({ name, weight }))
    this.#places = new Map(all.map(({ name }, place) => [name, place]))
    this.#ring = null
  }

  pick<C extends Candidate>(candidates: readonly C[], { key = '' }: BalancedRequest = {}): C | null {
    if (candidates.length === 0) return null
    const shown = this.#shownOf(candidates)
    this.#ring ??= this.#madeRing()
    let [open, weights] = [1, 0]
    for (const candidate of candidates) {
      open += candidate.open
      weights += candidate.weight
    }
    for (const place of this.#ring.owners(key)) {
      const candidate = shown[place]
      if (candidate === undefined || candidate === null) continue
      // Some candidate has at most its share of the others' requests: there is always one with room.
      if (candidate.open < Math.ceil((this.#loadFactor * open * candidate.weight) / weights)) return candidate
    }
    return null
  }

  #madeRing(): HashRing {
    this.#rings++
    return new HashRing(this.#members, this.#pointsPerWeight)
  }

  /** The candidates by their places on the ring: on another one where any has no place. */
  #shownOf<C extends Candidate>(candidates: readonly C[]): readonly (C | null)[] {
    const shown = this.#shown as (C | null)[]
    if (!this.#show(candidates, shown)) {
      this.follow(candidates)
      this.#show(candidates, shown)
    }
    return shown
  }

  #show<C extends Candidate>(candidates: readonly C[], shown: (C | null)[]): boolean {
    shown.length = this.#members.length
    shown.fill(null)
    for (const candidate of candidates) {
      const place = this.#places.get(candidate.name)
      if (place === undefined || this.#members[place]?.weight !== candidate.weight) return false
      shown[place] = candidate
    }
    return true
  }
}
