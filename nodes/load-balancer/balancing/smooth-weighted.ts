// In proportion to weights, and evenly: with weights 5, 1, 1 the order is a a b a c a a, not a a a a a b c.

import type { Balancing, Candidate } from './balancing.ts'

/**
 * Smooth weighted round robin, as in nginx: each pick gives every candidate its weight as credit, takes the one with the
 * most, and has it pay for all. Whole weights come out exactly in every round of as many picks as their sum. A candidate that is
 * away loses its credit, so that it does not come back with a debt or a claim.
 */
export class SmoothWeighted implements Balancing {
  #credits = new Map<string, number>()
  /** Those before, whose memory is used again. */
  #spent = new Map<string, number>()

  pick<C extends Candidate>(candidates: readonly C[]): C | null {
    const credits = this.#spent
    credits.clear()
    let best: C | null = null
    let bestCredit = Number.NEGATIVE_INFINITY
    let total = 0
    for (const candidate of candidates) {
      const credit = (this.#credits.get(candidate.name) ?? 0) + candidate.weight
      credits.set(candidate.name, credit)
      total += candidate.weight
      if (credit > bestCredit) {
        best = candidate
        bestCredit = credit
      }
    }
    if (best !== null) credits.set(best.name, bestCredit - total)
    this.#spent = this.#credits
    this.#credits = credits
    return best
  }
}
