// How likely a failure still is from points along its run: the run is continued from each with fresh randomness, and with
// only those faults that have begun by then. With the faults to come it would fail from before its cause on.

import { isOfMessage, sendNames } from './delivery-names.ts'
import { type ForkedRun, forks } from './forks.ts'
import type { TaskRunner } from './pool.ts'
import { type FailureSignature, hasEscaped, isSameFailure, signatureOf } from './shrink/index.ts'
import { stepEnds } from './step-ends.ts'
import type { Event } from '../event.ts'
import type { Variation } from '../variation.ts'

/** How often a failure came about again from a point on. */
export interface ForkPoint {
  /** The last event of the step from which on all is new. */
  readonly at: number
  readonly runs: number
  /** How many of the runs came far enough to tell. Fewer than all: others ended early, or failed in another way. */
  readonly decided: number
  readonly failures: number
}

/** What is continued. */
export interface FailureCurveOptions {
  readonly base: ForkedRun
  /** The events of that run. */
  readonly events: readonly Event[]
  readonly signature: FailureSignature
  /** How often it is continued from each point. */
  readonly runs: number
}

/** The curve of one failure; each point is measured once. */
export class FailureCurve {
  /** The last event of each step of the run: the points there are. */
  readonly ends: readonly number[]
  readonly #runners: readonly TaskRunner[]
  readonly #options: FailureCurveOptions
  readonly #points = new Map<number, ForkPoint>()

  constructor(runners: readonly TaskRunner[], options: FailureCurveOptions) {
    this.#runners = runners
    this.#options = options
    this.ends = stepEnds(options.events)
  }

  /** At most so many points, evenly from the first step to the one of an event, which is the last point. */
  async spread(last: number, count: number): Promise<readonly ForkPoint[]> {
    const lastPlace = this.ends.findIndex((end) => end >= last)
    const places = Array.from({ length: count }, (_, place) =>
      Math.round(lastPlace * (place + 1 === count ? 1 : place / (count - 1))),
    )
    const curve: ForkPoint[] = []
    for (const place of new Set(places)) curve.push(await this.at(place))
    return curve
  }

  /** The point at the end of a step, by the step's place. */
  async at(place: number): Promise<ForkPoint> {
    const known = this.#points.get(place)
    if (known !== undefined) return known
    const end = this.ends[place]
    if (end === undefined) throw new RangeError(`step ${place}: wanted one from 0 to ${this.ends.length - 1}`)
    const point = await this.#measure(end)
    this.#points.set(place, point)
    return point
  }

  async #measure(at: number): Promise<ForkPoint> {
    const { base, events, signature, runs } = this.#options
    const results = await forks(this.#runners, soFar(base, events.slice(0, at)), { at, count: runs })
    const failures = results.filter((result) => isSameFailure(signature, signatureOf(result))).length
    const escaped = results.filter((result) => hasEscaped(signature, result)).length
    return { at, runs, decided: failures + escaped, failures }
  }
}

/** The share of the runs that failed, of those that tell; null where none does. */
export function shareOf({ failures, decided }: ForkPoint): number | null {
  return decided === 0 ? null : failures / decided
}

/** The run with what befell it by the last of these events: the faults that have begun, the messages sent that are late. */
function soFar({ seed, plan, variation }: ForkedRun, events: readonly Event[]): ForkedRun {
  const begins = events.filter((event) => event.kind === 'fault-begin')
  const begun = new Set(begins.map(({ index }) => index))
  return {
    seed,
    plan: plan.filter((_, index) => begun.has(index)),
    variation: { ...variation, ...lateSoFar(variation.late, events) },
  }
}

function lateSoFar(late: readonly string[] | undefined, events: readonly Event[]): Partial<Variation> {
  if (late === undefined) return {}
  const sent = new Set(sendNames(events).values())
  return { late: late.filter((delivery) => sent.has(delivery) || !isOfMessage(delivery)) }
}
