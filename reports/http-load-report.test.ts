import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { httpLoadRecord, httpLoadReport } from './http-load-report.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import { paletteFor } from './palette.ts'

const plain = paletteFor({ isTTY: false }, {})

function load(durations: readonly number[]) {
  const latency = new LatencyHistogram()
  for (const duration of durations) latency.add(duration)
  return {
    seconds: 2,
    bytes: 3_000_000,
    latency,
    statuses: new Map([
      [200, 3],
      [503, 1],
    ]),
    failures: new Map([['timeout', 1]]),
  }
}

test('the report tells rates, outcomes, quantiles, and draws every doubling', () => {
  const lines = httpLoadReport(load([500_000, 900_000, 1_000_000, 4_500_000]), plain)
  expect(lines).toMatchInlineSnapshot(`
    [
      "4 requests in 2.00 s: 2.00 a second, 1.50 MB/s of bodies",
      "answers  3 × 200, 1 × 503, 1 × timeout",
      "latency  min 500 us, mean 1.73 ms, p50 901 us, p90 4.50 ms, p99 4.50 ms, p99.9 4.50 ms, max 4.50 ms",
      "  <   524 us  ████████████████████····················  1",
      "  <  1.05 ms  ████████████████████████████████████████  2",
      "  <  2.10 ms  ········································  0",
      "  <  4.19 ms  ········································  0",
      "  <  8.39 ms  ████████████████████····················  1",
    ]
  `)
})

test('nothing at all is told as nothing', () => {
  expect(httpLoadReport(load([]), plain)[2]).toContain('min 0 us, mean 0 us, p50 0 us')
  expect(httpLoadRecord(load([]))).toMatchObject({ requests: 0, perSecond: 0 })
})

test('quantiles are those of the sorted durations, to about three per cent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (durations, share) => {
        const sorted = durations.toSorted((a, b) => a - b)
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0
        const told = load(durations).latency.quantile(share)
        expect(told).toBeGreaterThanOrEqual(exact)
        expect(told).toBeLessThanOrEqual(exact * (1 + 1 / 32) + 1)
        const rows = load(durations).latency.rows()
        expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(durations.length)
      },
    ),
  )
})
