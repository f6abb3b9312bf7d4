// Who was with a back-end stays with it.

import type { BalancedRequest, Balancing, Candidate } from './balancing.ts'

/**
 * Remembers for the last `sessionsMax` keys (default 100,000) where they were sent, and sends them there for as long as that back-end
 * is a candidate; new ones, those that were forgotten, and those without a key go where another way of balancing says.
 */
export class Sticky implements Balancing {
  readonly #others: Balancing
  readonly #sessionsMax: number
  /** The name of the back-end for each key, the key that was used longest ago first. */
  readonly #sessions = new Map<string, string>()

  constructor(others: Balancing, sessionsMax = 100_000) {
    if (!Number.isSafeInteger(sessionsMax) || sessionsMax < 1)
      throw new RangeError(`sessionsMax: got ${sessionsMax}, wanted a whole number of at least 1`)
    this.#others = others
    this.#sessionsMax = sessionsMax
  }

  /** How many keys it remembers. */
  get sessions(): number {
    return this.#sessions.size
  }

  follow(all: readonly Pick<Candidate, 'name' | 'weight'>[]): void {
    this.#others.follow?.(all)
  }

  stuckTo(key: string): string | null {
    return this.#sessions.get(key) ?? null
  }

  pick<C extends Candidate>(candidates: readonly C[], request: BalancedRequest = {}): C | null {
    const { key } = request
    if (key === undefined) return this.#others.pick(candidates, request)
    const known = this.#sessions.get(key)
    const stays = known === undefined ? undefined : candidates.find(({ name }) => name === known)
    const picked = stays ?? this.#others.pick(candidates, request)
    if (picked !== null) this.#remember(key, picked.name)
    return picked
  }

  #remember(key: string, name: string): void {
    this.#sessions.delete(key)
    this.#sessions.set(key, name)
    if (this.#sessions.size <= this.#sessionsMax) return
    for (const [oldest] of this.#sessions) {
      this.#sessions.delete(oldest)
      return
    }
  }
}
