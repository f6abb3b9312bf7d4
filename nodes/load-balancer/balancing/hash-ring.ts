// Back-ends on a ring: a key belongs to the first point at or after its own. A back-end that leaves gives its keys to its
// neighbours, and no other key moves (Karger et al., 1997).

import { keyHash } from './key-hash.ts'

/** Who has points on a ring: each name is there once. */
export interface RingMember {
  readonly name: string
  readonly weight: number
}

/** A ring of back-ends, for as long as their names and weights stay the same. Those that may not be chosen are passed by. */
export class HashRing {
  readonly #points: Uint32Array
  /** The place among the members of each point. */
  readonly #owners: Uint32Array

  /** So many points for each member of weight 1, in proportion to weights, and at least one. */
  constructor(members: readonly RingMember[], pointsPerWeight: number) {
    const points = members.flatMap(({ name, weight }, owner) =>
      Array.from({ length: Math.max(1, Math.round(weight * pointsPerWeight)) }, (_, place) => ({
        hash: keyHash(`${name}#${place}`),
        name,
        owner,
      })),
    )
    // Of two points at the same place that of the lesser name comes first, whatever the order of members.
    points.sort((a, b) => a.hash - b.hash || (a.name < b.name ? -1 : 1))
    this.#points = Uint32Array.from(points, ({ hash }) => hash)
    this.#owners = Uint32Array.from(points, ({ owner }) => owner)
  }

  /** The places of members in the order in which a key falls to them; each perhaps many times. */
  *owners(key: string): Generator<number, void, undefined> {
    const count = this.#points.length
    const start = this.#find(keyHash(key))
    for (let step = 0; step < count; step++) yield this.#owners[(start + step) % count] ?? 0
  }

  /** The first point at or after a hash. */
  #find(hash: number): number {
    let [low, high] = [0, this.#points.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#points[middle] ?? 0) < hash) low = middle + 1
      else high = middle
    }
    return low
  }
}
