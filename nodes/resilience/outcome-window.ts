// What became of the last calls: so many of them, or those of so much time.

import { demandDuration, demandWhole } from './bounds.ts'
import { RollingCounts } from './rolling-counts.ts'
import type { Duration, Instant } from '../../sim/index.ts'

/** Which calls are looked at. */
export type WindowSpec =
  /** The last so many calls. */
  | { readonly kind: 'count'; readonly calls: number }
  /** The calls that ended within so long, in ten slots. */
  | { readonly kind: 'time'; readonly length: Duration }

/** How many calls, and how many of them failed or were slow. */
export interface Outcomes {
  readonly calls: number
  readonly failures: number
  readonly slow: number
}

/** Remembers outcomes. */
export interface OutcomeWindow {
  record(now: Instant, call: { readonly isFailure: boolean; readonly isSlow: boolean }): void
  outcomes(now: Instant): Outcomes
  clear(): void
}

/** An empty window. Throws a RangeError for one that is none. */
export function outcomeWindow(spec: WindowSpec): OutcomeWindow {
  demandWindow(spec)
  return spec.kind === 'count' ? new CountWindow(spec.calls) : new TimeWindow(spec.length)
}

/** Throws a RangeError for a window that is none. */
export function demandWindow(spec: WindowSpec): void {
  switch (spec.kind) {
    case 'count':
      return demandWhole('window.calls', spec.calls, { min: 1, max: callsMax })
    case 'time':
      return demandDuration('window.length', spec.length)
    default:
      throw new RangeError(
        `window.kind: got ${String((spec as { kind: unknown }).kind)}, wanted count or time`,
      )
  }
}

const callsMax = 1_000_000
const [failureBit, slowBit] = [1, 2]

class CountWindow implements OutcomeWindow {
  readonly #ring: Uint8Array
  #next = 0
  #calls = 0
  #failures = 0
  #slow = 0

  constructor(calls: number) {
    this.#ring = new Uint8Array(calls)
  }

  record(
    _now: Instant,
    { isFailure, isSlow }: { readonly isFailure: boolean; readonly isSlow: boolean },
  ): void {
    if (this.#calls === this.#ring.length) this.#count(this.#ring[this.#next] ?? 0, -1)
    const bits = (isFailure ? failureBit : 0) | (isSlow ? slowBit : 0)
    this.#ring[this.#next] = bits
    this.#next = (this.#next + 1) % this.#ring.length
    this.#count(bits, 1)
  }

  outcomes(): Outcomes {
    return { calls: this.#calls, failures: this.#failures, slow: this.#slow }
  }

  clear(): void {
    this.#next = this.#calls = this.#failures = this.#slow = 0
  }

  #count(bits: number, by: 1 | -1): void {
    this.#calls += by
    if ((bits & failureBit) !== 0) this.#failures += by
    if ((bits & slowBit) !== 0) this.#slow += by
  }
}

const slots = 10
const [callColumn, failureColumn, slowColumn] = [0, 1, 2]

class TimeWindow implements OutcomeWindow {
  readonly #counts: RollingCounts

  constructor(length: Duration) {
    demandDuration('window.length', length)
    this.#counts = new RollingCounts({ columns: 3, window: length, slots })
  }

  record(
    now: Instant,
    { isFailure, isSlow }: { readonly isFailure: boolean; readonly isSlow: boolean },
  ): void {
    this.#counts.add(now, callColumn)
    if (isFailure) this.#counts.add(now, failureColumn)
    if (isSlow) this.#counts.add(now, slowColumn)
  }

  outcomes(now: Instant): Outcomes {
    return {
      calls: this.#counts.total(now, callColumn),
      failures: this.#counts.total(now, failureColumn),
      slow: this.#counts.total(now, slowColumn),
    }
  }

  clear(): void {
    this.#counts.clear()
  }
}
