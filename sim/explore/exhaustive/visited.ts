// The states that were reached, each with what sleeps there: the steps that need not be taken because every state to which
// they lead is reached in another order of the same steps (Godefroid, Partial-Order Methods for the Verification of
// Concurrent Systems, 1996, chapter 5, with state matching).
//
// When a state is reached again and fewer steps sleep, those that slept before and sleep no more are taken now, and only
// they. Whatever the order of the search, then, every state is reached: let v be steps that lead from a state to another,
// none of which could come first and sleeps. Of those that could come first, take the ones that were taken at the latest
// visit at which any was, and of these the first. What sleeps behind it is independent of it; were that among those that
// could come first, it would have been taken before it in the same visit, or still have slept then and been taken at a
// later one. So nothing that could come first behind it sleeps there, and v is one step shorter.

/** What to do in a state. */
export type Arrival =
  /** Take every step that does not sleep. */
  | { readonly kind: 'new' }
  /** Take these, which slept before. */
  | { readonly kind: 'known'; readonly woken: ReadonlySet<number>; readonly asleep: ReadonlySet<number> }

const none: ReadonlySet<number> = new Set()
const nothingWoken: Arrival = { kind: 'known', woken: none, asleep: none }

/** The states that were reached. */
export class Visited {
  readonly #asleep = new Map<string, ReadonlySet<number>>()

  /** How many distinct states were reached. */
  get size(): number {
    return this.#asleep.size
  }

  /** Arrives in a state with what sleeps there on this path. */
  arrive(state: string, asleep: ReadonlySet<number>): Arrival {
    const before = this.#asleep.get(state)
    if (before === undefined) {
      this.#asleep.set(state, asleep.size === 0 ? none : asleep)
      return { kind: 'new' }
    }
    if (before.size === 0) return nothingWoken
    const woken = new Set([...before].filter((id) => !asleep.has(id)))
    if (woken.size === 0) return nothingWoken
    const still = new Set([...before].filter((id) => asleep.has(id)))
    this.#asleep.set(state, still)
    return { kind: 'known', woken, asleep: still }
  }
}
