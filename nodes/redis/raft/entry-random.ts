// Randomness of a replicated command (SPOP): drawn from the entry's place in the log, so that all replicas draw the same.

/** Numbers that follow from an index: Marsaglia's xorshift32 ("Xorshift RNGs", 2003). */
export class EntryRandom {
  #state = 1

  /** Begins anew for an entry. */
  begin(index: number): void {
    // Neighbouring indexes begin far apart; 0 would stay 0.
    this.#state = Math.imul(index + 1, 0x9e37_79b1) | 1
  }

  /** A whole number from 0 to n - 1. */
  int(n: number): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return (x >>> 0) % n
  }
}
