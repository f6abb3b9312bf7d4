// LATENCY: the slowest moments of each second, by what was going on.

/** One second's worst. */
export interface LatencySample {
  /** Seconds since 1970. */
  readonly at: number
  /** Milliseconds. */
  readonly took: number
}

const samplesMax = 160

/** What took long, by event. */
export class LatencyMonitor {
  readonly #events = new Map<string, { samples: LatencySample[]; max: number }>()

  /** Remembers that something took so many milliseconds at a second. */
  add(event: string, at: number, took: number): void {
    const known = this.#events.get(event) ?? { samples: [], max: 0 }
    this.#events.set(event, known)
    known.max = Math.max(known.max, took)
    const last = known.samples.at(-1)
    if (last?.at === at) known.samples.pop()
    known.samples.push({ at, took: last?.at === at ? Math.max(last.took, took) : took })
    if (known.samples.length > samplesMax) known.samples.shift()
  }

  /** The worst of an event since it was last reset, in milliseconds. */
  worst(event: string): number {
    return this.#events.get(event)?.max ?? 0
  }

  history(event: string): readonly LatencySample[] {
    return this.#events.get(event)?.samples ?? []
  }

  /** The last sample of each event, and its worst ever. */
  latest(): readonly { readonly event: string; readonly last: LatencySample; readonly max: number }[] {
    return [...this.#events].flatMap(([event, { samples, max }]) => {
      const last = samples.at(-1)
      return last === undefined ? [] : [{ event, last, max }]
    })
  }

  /** Forgets events, all where none is named; returns how many. */
  reset(events: readonly string[]): number {
    const named = events.length === 0 ? [...this.#events.keys()] : events
    return named.filter((event) => this.#events.delete(event)).length
  }
}
