// What clients saw over virtual time: operations a second, and percentiles of their latency.

import type { Series } from './document.ts'

/** A call that ended. */
export interface EndedCall {
  readonly from: number
  readonly to: number
  readonly isOk: boolean
}

const stretchesMax = 120
/** However few calls there were: fewer stretches would say little of when they ended. */
const stretchesMin = 10
/** Few calls are told apart by time rather than by how long they took, many need company to have percentiles. */
const stretchesOfFew = 30
const callsOfFew = 8
const callsOfMany = 25
const second = 1e9

/** The series of calls, in the order of their ends or not, of a run that lasted until `end`, or a part from `begin` on. */
export function seriesOf(calls: readonly EndedCall[], end: number, begin = 0): Series {
  const count = stretchCount(calls.length)
  const width = Math.max(1, end - begin) / count
  const latencies = Array.from({ length: count }, (): number[] => [])
  const failed = Array.from({ length: count }, () => 0)
  const ends = Array.from({ length: count }, () => ({ sum: 0, calls: 0 }))
  for (const { from, to, isOk } of calls) {
    const place = Math.min(count - 1, Math.max(0, Math.floor((to - begin) / width)))
    const those = ends[place]
    if (those !== undefined) ends[place] = { sum: those.sum + (to - begin), calls: those.calls + 1 }
    if (isOk) latencies[place]?.push(to - from)
    else failed[place] = (failed[place] ?? 0) + 1
  }
  for (const each of latencies) each.sort((a, b) => a - b)
  const perSecond = (calls: number): number => (calls * second) / width
  return {
    // Where its calls ended: a few may all lie at one end of a stretch, after what befell them.
    at: ends.map(({ sum, calls }, place) => begin + (calls === 0 ? (place + 0.5) * width : sum / calls)),
    rate: latencies.map((each) => perSecond(each.length)),
    failed: failed.map(perSecond),
    p50: latencies.map((each) => percentile(each, 0.5)),
    p95: latencies.map((each) => percentile(each, 0.95)),
    p99: latencies.map((each) => percentile(each, 0.99)),
  }
}

function stretchCount(calls: number): number {
  if (calls === 0) return 1
  const few = Math.min(stretchesOfFew, Math.ceil(calls / callsOfFew))
  return Math.max(stretchesMin, few, Math.min(stretchesMax, Math.ceil(calls / callsOfMany)))
}

/** The nearest rank of sorted values. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
