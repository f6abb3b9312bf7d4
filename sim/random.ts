// Named random streams: each consumer draws from its own stream, keyed by the seed and a name, so that an extra draw
// in one place changes nothing anywhere else. All draws are plain IEEE arithmetic and give the same on every engine.

import seedrandom from 'seedrandom'

import { exponentialQuantile, logNormalQuantile, normalQuantile } from './quantile.ts'

/** The seed of a simulation: a whole number from 0 to 2^53 - 1. */
export type Seed = number

/** A stream of randomness. Every draw but `shuffle`, `bytes` and `int` over wide ranges takes exactly one number. */
export interface RandomStream {
  /** A number in [0, 1) with 32 bits. */
  float(): number
  /** A whole number from `min` to `max`, both included; the range spans at most 2^53. */
  int(min: number, max: number): number
  /** True with the given ratio: 0 never, 1 always. */
  boolean(ratio: number): boolean
  /** One of the items, all equally likely. Throws when there is none. */
  pick<T>(items: readonly T[]): T
  /** One of the items, with a likelihood in proportion to its weight (at least 0, one above 0). */
  weightedPick<T>(items: readonly (readonly [weight: number, item: T])[]): T
  /** A new array with the items in random order. */
  shuffle<T>(items: readonly T[]): T[]
  /** Exponentially distributed with the given mean. */
  exponential(mean: number): number
  /** Normally distributed. */
  normal(mean: number, deviation: number): number
  /** Log-normally distributed: `median` times e to a normal with deviation `sigma`. */
  logNormal(median: number, sigma: number): number
  /** A draw from measured values, given in ascending order, interpolating between neighbours. */
  empirical(sorted: readonly number[]): number
  /** Random bytes. */
  bytes(length: number): Uint8Array
}

/** The streams of one simulation, made on first use. */
export class RandomStreams {
  readonly seed: Seed
  readonly #streams = new Map<string, AleaStream>()
  readonly #states = new States()
  #key: string

  constructor(seed: Seed) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`seed: got ${seed}, wanted a whole number from 0 to 2^53 - 1`)
    this.seed = seed
    this.#key = `${seed}`
  }

  /** Lets every stream go on as another one; each number gives others. What was drawn before is not touched. */
  fork(number: number): void {
    this.#key = `${this.seed}/fork/${number}`
    for (const [name, stream] of this.#streams) stream.restart(`${this.#key}/${name}`)
  }

  /** The stream of a name, always the same one. */
  stream(name: string): RandomStream {
    let stream = this.#streams.get(name)
    if (stream === undefined) {
      stream = new AleaStream(`${this.#key}/${name}`, this.#states)
      this.#streams.set(name, stream)
    }
    return stream
  }
}

/** A fresh stream, at its start, for a seed and a name. */
export function randomStream(seed: Seed, name: string): RandomStream {
  return new AleaStream(`${seed}/${name}`, new States(1))
}

const stateWords = 4

/**
 * Where generators keep their state: a few numbers each, those of many streams beside each other. A run has thousands of
 * streams, and a draw that finds its state in one place of memory instead of five takes half the time.
 */
class States {
  readonly #streamsMax: number
  #chunk: Float64Array | null = null
  #used = 0

  constructor(streamsMax = 64) {
    this.#streamsMax = streamsMax
  }

  /** Room for one more state: an array, and the place in it at which the state begins. */
  take(): { readonly chunk: Float64Array; readonly place: number } {
    if (this.#chunk === null || this.#used === this.#streamsMax) {
      this.#chunk = new Float64Array(this.#streamsMax * stateWords)
      this.#used = 0
    }
    return { chunk: this.#chunk, place: this.#used++ * stateWords }
  }
}

/** Baagøe's Alea: seedrandom makes its state from the key; the steps are the same as there. */
class AleaStream implements RandomStream {
  readonly #chunk: Float64Array
  readonly #place: number

  constructor(key: string, states: States) {
    const { chunk, place } = states.take()
    this.#chunk = chunk
    this.#place = place
    this.restart(key)
  }

  /** Begins as the stream of a key. */
  restart(key: string): void {
    const { s0, s1, s2, c } = seedrandom.alea(key, { state: true }).state()
    this.#chunk.set([s0, s1, s2, c], this.#place)
  }

  float(): number {
    const chunk = this.#chunk
    const place = this.#place
    const t = 2_091_639 * (chunk[place] as number) + (chunk[place + 3] as number) * 2.3283064365386963e-10
    const carry = t | 0
    const next = t - carry
    chunk[place] = chunk[place + 1] as number
    chunk[place + 1] = chunk[place + 2] as number
    chunk[place + 2] = next
    chunk[place + 3] = carry
    return next
  }

  int(min: number, max: number): number {
    const span = max - min + 1
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || span < 1)
      throw new RangeError(`int: got ${min}..${max}, wanted whole numbers in order`)
    if (span <= 0x1_0000_0000) return min + Math.floor(this.float() * span)
    return (
      min +
      Math.floor((this.float() + Math.floor(this.float() * 0x20_0000) / 0x1_0000_0000 / 0x20_0000) * span)
    )
  }

  boolean(ratio: number): boolean {
    return this.float() < ratio
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('pick: got no items, wanted at least one')
    return items[Math.floor(this.float() * items.length)] as T
  }

  weightedPick<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let total = 0
    for (const [weight] of items) total += weight
    if (!(total > 0)) throw new RangeError('weightedPick: got no positive weight, wanted at least one')
    let rest = this.float() * total
    for (const [weight, item] of items) {
      if (rest < weight) return item
      rest -= weight
    }
    return lastPositive(items)
  }

  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items]
    for (let last = result.length - 1; last > 0; last--) {
      const other = Math.floor(this.float() * (last + 1))
      const item = result[last] as T
      result[last] = result[other] as T
      result[other] = item
    }
    return result
  }

  exponential(mean: number): number {
    return mean * exponentialQuantile(this.float())
  }

  normal(mean: number, deviation: number): number {
    return mean + deviation * normalQuantile(this.float())
  }

  logNormal(median: number, sigma: number): number {
    return median * logNormalQuantile(this.float(), sigma)
  }

  empirical(sorted: readonly number[]): number {
    return interpolate(sorted, this.float())
  }

  bytes(length: number): Uint8Array {
    const result = new Uint8Array(length)
    for (let index = 0; index < length; index++) result[index] = Math.floor(this.float() * 256)
    return result
  }
}

/** The value at a quantile (0 to 1) of measured values in ascending order. */
export function interpolate(sorted: readonly number[], quantile: number): number {
  if (sorted.length === 0) throw new RangeError('empirical: got no values, wanted at least one')
  const place = quantile * (sorted.length - 1)
  const index = Math.floor(place)
  const low = sorted[index] as number
  const high = sorted[index + 1] ?? low
  return low + (high - low) * (place - index)
}

// Rounding can leave `rest` a hair above the last weight; the last item that can be drawn is the answer then.
function lastPositive<T>(items: readonly (readonly [weight: number, item: T])[]): T {
  for (let index = items.length - 1; index >= 0; index--) {
    const [weight, item] = items[index] as readonly [number, T]
    if (weight > 0) return item
  }
  throw new RangeError('weightedPick: got no positive weight, wanted at least one')
}
