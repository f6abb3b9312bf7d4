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
  /** The value at a place in [0, 1) of the distribution. */
  at(u: number): Duration
}

const bins = 1024

/** Samplers have no state but their table, which takes as long to make as thousands of draws: runs share them. */
const samplers = new WeakMap<Distribution, Sampler>()

/** Prepares the sampling of a distribution, which must not be changed afterwards. */
export function sampler(distribution: Distribution): Sampler {
  let known = samplers.get(distribution)
  if (known === undefined) {
    known = createSampler(distribution)
    samplers.set(distribution, known)
  }
  return known
}

function createSampler(distribution: Distribution): Sampler {
  if (distribution.kind === 'constant') {
    const value = Math.max(0, Math.round(distribution.value)) as Duration
    return { draw: (random) => (random.float(), value), at: () => value }
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
  readonly #start = new Float64Array(bins)
  /** How much the value grows over each bin; NaN where a straight line would be off by more than a thousandth. */
  readonly #rise = new Float64Array(bins)

  constructor(distribution: Distribution) {
    this.#distribution = distribution
    for (let bin = 0; bin < bins; bin++) {
      this.#start[bin] = quantile(distribution, bin / bins)
      this.#rise[bin] = riseOf(distribution, bin)
    }
  }

  draw(random: RandomStream): Duration {
    return this.at(random.float())
  }

  at(u: number): Duration {
    const place = u * bins
    const bin = place | 0
    const value = (this.#start[bin] as number) + (this.#rise[bin] as number) * (place - bin)
    return whole(Number.isNaN(value) ? quantile(this.#distribution, u) : value)
  }
}

function riseOf(distribution: Distribution, bin: number): number {
  if (bin === 0 || bin === bins - 1) return Number.NaN
  const start = quantile(distribution, bin / bins)
  const rise = quantile(distribution, (bin + 1 - 1e-9) / bins) - start
  for (const part of [0.25, 0.5, 0.75]) {
    const exact = quantile(distribution, (bin + part) / bins)
    if (!(Math.abs(start + rise * part - exact) <= Math.abs(exact) * 0.001)) return Number.NaN
  }
  return rise
}

function whole(value: number): Duration {
  return (value <= 0 ? 0 : Math.floor(value)) as Duration
}
