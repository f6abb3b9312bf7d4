// How long calls of one command took: counts in steps that double, as LATENCY HISTOGRAM shows them.

const firstStep = 10
const lastStep = 30
const durationMax = 1_000_000_000

/** Durations of calls, of which those over a second count as one second. */
export class DurationHistogram {
  /** By step; only those that have calls are there, since most commands of a server are never called. */
  readonly #counts: number[] = []
  calls = 0

  /** Counts a call that took so many nanoseconds. */
  add(took: number): void {
    const at = stepOf(Math.min(Math.max(Math.trunc(took), 1), durationMax)) - firstStep
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.calls += 1
  }

  /** A bound of what so many percent of the calls took, in nanoseconds: the upper end of their step. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((this.calls * percent) / 100))
    let sum = 0
    for (const [at, count = 0] of this.#counts.entries()) {
      sum += count
      if (sum >= wanted) return boundOf(at + firstStep)
    }
    return 0
  }

  /** For each step that has calls: its upper bound in whole microseconds, and how many calls took no longer. */
  cumulative(): readonly (readonly [bound: number, calls: number])[] {
    const rows: (readonly [number, number])[] = []
    let sum = 0
    for (const [at, count = 0] of this.#counts.entries()) {
      if (count === 0) continue
      sum += count
      rows.push([Math.floor(boundOf(at + firstStep) / 1000), sum])
    }
    return rows
  }
}

/** A step ends at a power of two and what Redis, which keeps two digits, cannot tell from it: a part in 128. */
function boundOf(step: number): number {
  const power = 1 << step
  return step === lastStep ? power - 1 : power + (power >> 7) - 1
}

function stepOf(nanoseconds: number): number {
  const step = Math.max(firstStep, 31 - Math.clz32(nanoseconds))
  return nanoseconds <= boundOf(step) ? step : step + 1
}
