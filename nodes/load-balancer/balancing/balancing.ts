// What every way to choose a back-end has in common: it is shown those that may be chosen now, and names one.

/** A back-end that may be chosen. Whoever balances leaves out those that are down, ejected or draining. */
export interface Candidate {
  /** Tells back-ends apart; each is there once. */
  readonly name: string
  /** How much it counts beside the others: above 0, need not be whole. During a slow start it is less than later. */
  readonly weight: number
  /** How many requests or connections it has open. */
  readonly open: number
}

/** What a choice may depend on besides. */
export interface BalancedRequest {
  /** Requests with the same key should go to the same back-end: a session, a client's address, a path. */
  readonly key?: string
}

/** A way to choose. It remembers no more than a bounded amount for each candidate. */
export interface Balancing {
  /** One of the candidates; null when there is none. The same back-ends should come in the same order each time. */
  pick<C extends Candidate>(candidates: readonly C[], request?: BalancedRequest): C | null
  /** These are all back-ends that there are, with the weights that they were given: candidates are some of them. */
  follow?(all: readonly Pick<Candidate, 'name' | 'weight'>[]): void
  /** Who had the request with a key before, where that is remembered: it may be a candidate for this key though it is none for others. */
  stuckTo?(key: string): string | null
}

/** Below 0 when the first has less to do for its weight than the second, with one more request each. */
export function compareLoad(a: Candidate, b: Candidate): number {
  return (a.open + 1) * b.weight - (b.open + 1) * a.weight
}
