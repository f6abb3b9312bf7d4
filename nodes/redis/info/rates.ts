// How much of something happens in a second now: the mean of the last samples, as redis-server tells it.

const samplesMax = 16

/** What is measured: counts that only grow. */
export type Readings = readonly number[]

/** The rates of several counts, sampled together. */
export class Rates {
  /** One list of rates for each sample, the oldest first. */
  #samples: (readonly number[])[] = []
  #last: { readonly at: number; readonly readings: Readings } | null = null

  /** Takes a sample; `at` in nanoseconds. */
  sample(at: number, readings: Readings): void {
    const last = this.#last
    this.#last = { at, readings }
    if (last === null || at <= last.at) return
    const seconds = (at - last.at) / 1_000_000_000
    this.#samples.push(
      readings.map((reading, of) => Math.floor((reading - (last.readings[of] ?? 0)) / seconds)),
    )
    if (this.#samples.length > samplesMax) this.#samples.shift()
  }

  /** How much a second, as a whole number; the place is that among the readings. */
  of(place: number): number {
    // Until there are as many samples as count, those that lack are taken to have been 0.
    return Math.floor(this.#samples.reduce((sum, rates) => sum + (rates[place] ?? 0), 0) / samplesMax)
  }

  /** The counts begin at 0 again. */
  reset(): void {
    this.#samples = []
    this.#last = null
  }
}
