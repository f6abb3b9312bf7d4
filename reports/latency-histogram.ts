// How long many things took, in memory that does not grow with them: buckets a thirty-second of their value wide.

/** Counts durations in nanoseconds; what it tells of them is exact to about three per cent. */
export class LatencyHistogram {
  readonly #buckets = new Map<number, number>()
  #count = 0
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = 0

  get count(): number {
    return this.#count
  }

  /** The least, the greatest and the mean, exactly; 0 where nothing was counted. */
  get extent(): { readonly min: number; readonly mean: number; readonly max: number } {
    return this.#count === 0
      ? { min: 0, mean: 0, max: 0 }
      : { min: this.#min, mean: this.#sum / this.#count, max: this.#max }
  }

  add(duration: number): void {
    const bucket = bucketOf(duration)
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
    this.#count++
    this.#sum += duration
    this.#min = Math.min(this.#min, duration)
    this.#max = Math.max(this.#max, duration)
  }

  /** What a share (0 to 1) of all took no longer than. */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    for (const [bucket, count] of this.#sorted()) {
      seen += count
      if (seen >= wanted) return Math.min(this.#max, endOf(bucket))
    }
    return this.#max
  }

  /** How many fell into each doubling of duration that any fell into, and those between: `below` is its end. */
  rows(): readonly { readonly below: number; readonly count: number }[] {
    const counts = new Map<number, number>()
    for (const [bucket, count] of this.#sorted()) {
      const doubling = Math.floor(bucket / subBuckets)
      counts.set(doubling, (counts.get(doubling) ?? 0) + count)
    }
    const doublings = [...counts.keys()]
    const first = doublings[0] ?? 0
    return Array.from({ length: (doublings.at(-1) ?? -1) - first + 1 }, (_, index) => ({
      below: endOf((first + index + 1) * subBuckets - 1),
      count: counts.get(first + index) ?? 0,
    }))
  }

  #sorted(): readonly (readonly [bucket: number, count: number])[] {
    return [...this.#buckets].sort(([a], [b]) => a - b)
  }
}

const subBuckets = 32

/** Durations below 32 have buckets of their own; each doubling after that is cut into 32. */
function bucketOf(duration: number): number {
  const whole = Math.max(0, Math.floor(duration))
  let doubling = 0
  let scaled = whole
  while (scaled >= 2 * subBuckets) {
    scaled = Math.floor(scaled / 2)
    doubling++
  }
  return scaled < subBuckets ? scaled : (doubling + 1) * subBuckets + scaled - subBuckets
}

/** The first duration beyond a bucket. */
function endOf(bucket: number): number {
  if (bucket < subBuckets) return bucket + 1
  let end = subBuckets + (bucket % subBuckets) + 1
  for (let doubling = Math.floor(bucket / subBuckets) - 1; doubling > 0; doubling--) end *= 2
  return end
}
