// Distributions of durations as plain data, and their sampling by one draw each: a quantile table for the body, exact
// arithmetic for the tail, so that a heavy tail stays heavy and a draw costs a few nanoseconds.

import { exponentialQuantile, logNormalQuantile, normalQuantile } from '../quantile.ts'
import { interpolate, type RandomStream } from '../random.ts'
import type { Duration } from '../time.ts'

/** How a duration is drawn. Negative results count as 0. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: Duration }
  | { readonly kind: 'uniform'; readonly min: Duration; readonly max: Duration }
  | { readonly kind: 'normal'; readonly mean: Duration; readonly deviation: Duration }
  | { readonly kind: 'log-normal'; readonly median: Duration; readonly sigma: number }
  | { readonly kind: 'exponential'; readonly mean: Duration }
  /** With `tailRatio` from the tail, otherwise from the body. */
  | {
      readonly kind: 'bimodal'
      readonly body: Distribution
      readonly tail: Distribution
      readonly tailRatio: number
    }
  /** Measured values in ascending order, interpolated. */
  | { readonly kind: 'empirical'; readonly sorted: readonly Duration[] }

/** Draws durations: whole nanoseconds, at least 0; exactly one number of the stream a draw. */
export interface Sampler {
  draw(random: RandomStream): Duration
}

const bins = 1024

/** Prepares the sampling of a distribution. */
export function sampler(distribution: Distribution): Sampler {
  if (distribution.kind === 'constant') {
    const value = Math.max(0, Math.round(distribution.value)) as Duration
    return { draw: (random) => (random.float(), value) }
  }
  return new TableSampler(distribution)
}

/** The value below which a draw falls with probability `u` in [0, 1), in nanoseconds. */
export function quantile(distribution: Distribution, u: number): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value
    case 'uniform':
      return distribution.min + (distribution.max - distribution.min) * u
    case 'normal':
      return distribution.mean + distribution.deviation * normalQuantile(u)
    case 'log-normal':
      return distribution.median * logNormalQuantile(u, distribution.sigma)
    case 'exponential':
      return distribution.mean * exponentialQuantile(u)
    case 'bimodal': {
      // The tail takes the upper end of the unit interval, so a draw from it still uses one number.
      const edge = 1 - distribution.tailRatio
      return u < edge
        ? quantile(distribution.body, u / edge)
        : quantile(distribution.tail, (u - edge) / distribution.tailRatio)
    }
    case 'empirical':
      return interpolate(distribution.sorted, u)
  }
}

class TableSampler implements Sampler {
  readonly #distribution: Distribution
  readonly #table = new Float64Array(bins + 1)

  constructor(distribution: Distribution) {
    this.#distribution = distribution
    for (let bin = 0; bin < bins; bin++) this.#table[bin] = quantile(distribution, bin / bins)
  }

  draw(random: RandomStream): Duration {
    const u = random.float()
    const place = u * bins
    const bin = place | 0
    const low = this.#table[bin] as number
    // In the first and last bins, and where the quantiles jump, a straight line would be wrong.
    if (bin === 0 || bin >= bins - 8) return whole(quantile(this.#distribution, u))
    const high = this.#table[bin + 1] as number
    if (high > low * 1.5) return whole(quantile(this.#distribution, u))
    return whole(low + (high - low) * (place - bin))
  }
}

function whole(value: number): Duration {
  return (value <= 0 ? 0 : Math.floor(value)) as Duration
}
