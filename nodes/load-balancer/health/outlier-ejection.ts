// Leaves out back-ends that answer worse than they should, told by the traffic itself (passive health checks), for longer each
// time; and never so many that the others would drown. As Envoy's outlier detection does.

import { after, type Duration, type Instant, minutes, seconds } from '../../../sim/index.ts'

/** When a back-end is ejected, and for how long. */
export interface OutlierEjectionOptions {
  /** So many failures one after the other (default 5). */
  readonly failuresMax?: number
  /** Or this share of at least `requestsMin` requests of an interval (defaults 0.85 and 50). */
  readonly failureRate?: number
  readonly requestsMin?: number
  /** How long an interval is (default 10 s). */
  readonly interval?: Duration
  /** How long it is out the first time (default 30 s), twice that the second, three times the third, but at most `max` (300 s). */
  readonly ejectedFor?: { readonly base: Duration; readonly max: Duration }
  /**
   * At most this share of all back-ends is out at a time (default 0.5); one may be, if there is more than one. Where that many are,
   * one that fails again and again takes the place of one that has been out less often, which is in again.
   */
  readonly ejectedShareMax?: number
}

/** What is known of one back-end. */
interface Judged {
  inRow: number
  requests: number
  failures: number
  intervalEnd: Instant
  /** Rises with each ejection, and falls by one for each `base` that it was in without failing. */
  times: number
  /** Until when it is out; in the past when it is in. */
  until: Instant
}

/** Which back-ends are out. It knows those that it was told of. */
export class OutlierEjection {
  readonly #options: Required<OutlierEjectionOptions>
  #records = new Map<string, Judged>()

  constructor(options: OutlierEjectionOptions = {}) {
    this.#options = {
      failuresMax: 5,
      failureRate: 0.85,
      requestsMin: 50,
      interval: seconds(10),
      ejectedFor: { base: seconds(30), max: minutes(5) },
      ejectedShareMax: 0.5,
      ...options,
    }
    const { failuresMax, failureRate, ejectedFor, ejectedShareMax } = this.#options
    if (!(failuresMax >= 1)) throw new RangeError(`failuresMax: got ${failuresMax}, wanted at least 1`)
    if (!(failureRate > 0 && failureRate <= 1))
      throw new RangeError(`failureRate: got ${failureRate}, wanted above 0 and at most 1`)
    if (!(ejectedFor.base >= 1 && ejectedFor.max >= ejectedFor.base))
      throw new RangeError(
        `ejectedFor: got ${ejectedFor.base} to ${ejectedFor.max}, wanted at least 1 ns, in order`,
      )
    if (!(ejectedShareMax >= 0 && ejectedShareMax <= 1))
      throw new RangeError(`ejectedShareMax: got ${ejectedShareMax}, wanted 0 to 1`)
  }

  /** These are the back-ends: others are forgotten, new ones are in. */
  follow(names: readonly string[]): void {
    this.#records = new Map(names.map((name) => [name, this.#records.get(name) ?? fresh()]))
  }

  /** Whether a back-end is out. */
  isEjected(now: Instant, name: string): boolean {
    return now < (this.#records.get(name)?.until ?? 0)
  }

  /** How many are out. */
  ejected(now: Instant): number {
    let count = 0
    for (const { until } of this.#records.values()) if (now < until) count++
    return count
  }

  /** A request to a back-end has ended. Whether the back-end is ejected by that. What is out is not judged. */
  record(now: Instant, name: string, isFailure: boolean): boolean {
    const record = this.#records.get(name)
    if (record === undefined || now < record.until) return false
    if (now >= record.intervalEnd) {
      record.requests = record.failures = 0
      record.intervalEnd = after(now, this.#options.interval)
    }
    record.requests++
    record.failures += Number(isFailure)
    record.inRow = isFailure ? record.inRow + 1 : 0
    if (!isFailure || !this.#isOutlier(record)) return false
    const times = this.#timesWith(now, record)
    if (!this.#makeRoom(now, times)) return false
    this.#eject(now, record, times)
    return true
  }

  #isOutlier({ inRow, requests, failures }: Judged): boolean {
    const { failuresMax, failureRate, requestsMin } = this.#options
    return inRow >= failuresMax || (requests >= requestsMin && failures >= requests * failureRate)
  }

  /** Whether one that would be out for that many times may be; what loses its place to it is in. */
  #makeRoom(now: Instant, times: number): boolean {
    if (this.ejected(now) < this.#most) return true
    let least: Judged | null = null
    for (const record of this.#records.values())
      if (now < record.until && record.times < (least?.times ?? times)) least = record
    if (least === null) return false
    least.until = now
    return true
  }

  get #most(): number {
    const { ejectedShareMax } = this.#options
    const count = this.#records.size
    const share = Math.floor(count * ejectedShareMax)
    return ejectedShareMax > 0 && count > 1 ? Math.max(1, share) : share
  }

  /** How often it has been out, with this time: what was long ago is forgiven. */
  #timesWith(now: Instant, { times, until }: Judged): number {
    const forgiven = times === 0 ? 0 : Math.floor((now - until) / this.#options.ejectedFor.base)
    return Math.max(0, times - forgiven) + 1
  }

  #eject(now: Instant, record: Judged, times: number): void {
    const { base, max } = this.#options.ejectedFor
    record.times = times
    record.until = after(now, Math.min(max, base * record.times) as Duration)
    record.inRow = record.requests = record.failures = 0
  }
}

function fresh(): Judged {
  const never = 0 as Instant
  return { inRow: 0, requests: 0, failures: 0, intervalEnd: never, times: 0, until: never }
}
