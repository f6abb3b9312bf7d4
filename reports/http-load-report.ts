// What `faultline http --repeat` tells in the end: how many were answered and how, how fast, and how long each took.

import { barText } from './bar-text.ts'
import type { LatencyHistogram } from './latency-histogram.ts'
import type { Palette } from './palette.ts'

/** What came of many requests. */
export interface HttpLoad {
  readonly seconds: number
  readonly bytes: number
  readonly latency: LatencyHistogram
  /** How many responses had each status. */
  readonly statuses: ReadonlyMap<number, number>
  /** How many requests had no response, by the kind of failure. */
  readonly failures: ReadonlyMap<string, number>
}

const quantiles = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
  ['p99.9', 0.999],
] as const

/** The lines for people. */
export function httpLoadReport(load: HttpLoad, palette: Palette): readonly string[] {
  const { latency, seconds, bytes } = load
  const outcomes = [...load.statuses, ...load.failures].map(([what, count]) => `${count} × ${what}`)
  const { min, mean, max } = latency.extent
  return [
    `${palette.bold(String(latency.count))} requests in ${seconds.toFixed(2)} s: ${palette.bold(rate(latency.count, seconds))} a second, ${rate(bytes / 1e6, seconds)} MB/s of bodies`,
    `answers  ${outcomes.join(', ')}`,
    `latency  min ${text(min)}, mean ${text(mean)}, ${quantiles.map(([name, share]) => `${name} ${text(latency.quantile(share))}`).join(', ')}, max ${text(max)}`,
    ...bars(latency),
  ]
}

/** The same for machines: durations in milliseconds. */
export function httpLoadRecord(load: HttpLoad): Readonly<Record<string, unknown>> {
  const { latency, seconds, bytes, statuses, failures } = load
  const { min, mean, max } = latency.extent
  return {
    requests: latency.count,
    seconds,
    perSecond: latency.count / Math.max(seconds, Number.EPSILON),
    bytes,
    statuses: new Map(statuses),
    failures: new Map(failures),
    latencyMs: {
      min: min / nsPerMs,
      mean: mean / nsPerMs,
      ...Object.fromEntries(quantiles.map(([name, share]) => [name, latency.quantile(share) / nsPerMs])),
      max: max / nsPerMs,
    },
  }
}

const nsPerMs = 1e6
const barWidth = 40

function bars(latency: LatencyHistogram): readonly string[] {
  const rows = latency.rows()
  const most = Math.max(1, ...rows.map(({ count }) => count))
  return rows.map(
    ({ below, count }) => `  < ${text(below).padStart(8)}  ${barText(count, most, barWidth)}  ${count}`,
  )
}

function rate(count: number, seconds: number): string {
  const perSecond = count / Math.max(seconds, Number.EPSILON)
  return perSecond >= 100 ? perSecond.toFixed(0) : perSecond.toFixed(2)
}

function text(ns: number): string {
  if (ns >= 1e9) return `${(ns / 1e9).toFixed(2)} s`
  return ns >= nsPerMs ? `${(ns / nsPerMs).toFixed(2)} ms` : `${(ns / 1e3).toFixed(0)} us`
}
