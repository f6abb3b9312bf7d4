// Metrics, a point for each virtual second in which something happened: events by kind, and how long operations took.
// All are cumulative since the start of the run.

import type { Event, NodeId } from '../../../sim/index.ts'
import { attribute, type WallTime } from './json.ts'

/** opentelemetry.proto.metrics.v1.AggregationTemporality. */
const cumulative = 2
const interval = 1e9
/** Upper bounds of the buckets of durations, in milliseconds. */
const bounds: readonly number[] = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000]

interface Durations {
  readonly f: string
  readonly outcome: string
  readonly buckets: number[]
  count: number
  sum: number
}

/** What is counted at one node. */
interface Counts {
  readonly kinds: Map<string, number>
  readonly durations: Map<string, Durations>
}

/** A metric of a node as JSON. */
export type WrittenMetric = readonly [node: string, json: string]

/** Counts events, and gives out a point of each series at the end of each interval. */
export class Metrics {
  readonly #time: WallTime
  readonly #counts = new Map<NodeId, Counts>()
  readonly #invoked = new Map<number, number>()
  #next = interval

  constructor(time: WallTime) {
    this.#time = time
  }

  /** The points that are due before an event; then counts it. */
  of(event: Event): readonly WrittenMetric[] {
    const due = event.at >= this.#next ? this.points(this.#next) : []
    if (event.at >= this.#next) this.#next = (Math.floor(event.at / interval) + 1) * interval
    this.#count(event)
    return due
  }

  /** A point of every series. */
  points(at: number): readonly WrittenMetric[] {
    return [...this.#counts].flatMap(([node, { kinds, durations }]): WrittenMetric[] => [
      [node, this.#eventsMetric(kinds, at)],
      ...(durations.size === 0 ? [] : [[node, this.#durationsMetric(durations, at)] as const]),
    ])
  }

  #count(event: Event): void {
    const { node, kind } = event
    let counts = this.#counts.get(node)
    if (counts === undefined) this.#counts.set(node, (counts = { kinds: new Map(), durations: new Map() }))
    counts.kinds.set(kind, (counts.kinds.get(kind) ?? 0) + 1)
    if (event.kind !== 'operation') return
    if (event.phase === 'invoke') return void this.#invoked.set(event.id, event.at)
    const begun = this.#invoked.get(event.id)
    this.#invoked.delete(event.id)
    if (begun !== undefined) record(counts.durations, event.f, event.phase, (event.at - begun) / 1e6)
  }

  #eventsMetric(kinds: ReadonlyMap<string, number>, at: number): string {
    const points = [...kinds].map(
      ([kind, count]) =>
        `{"attributes":[${attribute('faultline.kind', kind)}],${this.#times(at)},"asInt":"${count}"}`,
    )
    return `{"name":"faultline.events","unit":"{event}","sum":{"aggregationTemporality":${cumulative},"isMonotonic":true,"dataPoints":[${points.join(',')}]}}`
  }

  #durationsMetric(durations: ReadonlyMap<string, Durations>, at: number): string {
    const points = [...durations.values()].map(({ f, outcome, buckets, count, sum }) => {
      const attributes = [attribute('faultline.f', f), attribute('faultline.outcome', outcome)]
      const counts = buckets.map((each) => `"${each}"`)
      return `{"attributes":[${attributes.join(',')}],${this.#times(at)},"count":"${count}","sum":${sum},"bucketCounts":[${counts.join(',')}],"explicitBounds":[${bounds.join(',')}]}`
    })
    return `{"name":"faultline.operation.duration","unit":"ms","histogram":{"aggregationTemporality":${cumulative},"dataPoints":[${points.join(',')}]}}`
  }

  #times(at: number): string {
    return `"startTimeUnixNano":"${this.#time.text(0)}","timeUnixNano":"${this.#time.text(at)}"`
  }
}

function record(durations: Map<string, Durations>, f: string, outcome: string, duration: number): void {
  const key = JSON.stringify([f, outcome])
  let series = durations.get(key)
  if (series === undefined) {
    series = { f, outcome, buckets: [...bounds.map(() => 0), 0], count: 0, sum: 0 }
    durations.set(key, series)
  }
  const found = bounds.findIndex((bound) => duration <= bound)
  const bucket = found < 0 ? bounds.length : found
  series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
  series.count++
  series.sum += duration
}
