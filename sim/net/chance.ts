// Something that befalls a ratio of what a link carries, drawn from a stream of its own. The stream is named after the
// link and, for a fault, the instant at which the fault began: dropping one fault from a plan leaves the draws of every
// other as they were, and the same fault draws the same again.

import type { FaultOrigin } from '../faults/index.ts'
import { type RandomStream, randomStream, type Seed } from '../random.ts'
import type { Duration } from '../time.ts'

/** How likely something is, and on whose behalf. */
export interface ChanceSpec {
  readonly ratio: number
  /** By how much at most a reordered packet is late. */
  readonly window: Duration
  /** The fault behind it; null when the profile is. */
  readonly origin: FaultOrigin | null
  readonly seed: Seed
  /** The name of its stream. */
  readonly stream: string
}

/** Something that befalls a ratio of what a link carries. Each question takes the same draws whatever the answer. */
export class Chance {
  readonly origin: FaultOrigin | null
  readonly #spec: ChanceSpec
  #random: RandomStream | null = null

  constructor(spec: ChanceSpec) {
    this.#spec = spec
    this.origin = spec.origin
  }

  /** The stream, at its start when first asked for: a fault on all links costs nothing on those that nobody uses. */
  get random(): RandomStream {
    return (this.#random ??= randomStream(this.#spec.seed, this.#spec.stream))
  }

  /** The name of the stream. */
  get stream(): string {
    return this.#spec.stream
  }

  /** Whether it befalls this packet. One draw. */
  strikes(): boolean {
    return this.random.boolean(this.#spec.ratio)
  }

  /** How late this packet is: 0, or 1 ns up to the window. One draw. */
  lateness(): number {
    const { ratio, window } = this.#spec
    const u = this.random.float()
    // Given that u is below the ratio, u / ratio is uniform: one number serves for both questions.
    return u < ratio ? 1 + Math.floor((u / ratio) * (window - 1)) : 0
  }
}

/** The first of several that befalls a packet, each asked; null when none does. */
export function struckBy(chances: readonly Chance[]): Chance | null {
  let first: Chance | null = null
  for (const chance of chances) if (chance.strikes()) first ??= chance
  return first
}
