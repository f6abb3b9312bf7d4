import { expect, test } from 'vitest'

import { SeriesFold } from './series-fold.ts'
import { type EventSketch, eventsFrom } from '../testing/run-from.ts'

const second = 1e9

/** What a run of these events shows that ended then. */
function seen(sketches: readonly EventSketch[], end: number): ReturnType<SeriesFold['series']> {
  const fold = new SeriesFold()
  for (const event of eventsFrom(sketches)) fold.take(event as Parameters<SeriesFold['take']>[0])
  return fold.series(end)
}

const begin = (at: number, index: number, fault: object): EventSketch => ({
  kind: 'fault-begin',
  at,
  index,
  fault,
})
const end = (at: number, index: number): EventSketch => ({ kind: 'fault-end', at, index })

test('calls are counted by how they ended, those that never ended are not', () => {
  const call = (at: number, id: number, phase: string): EventSketch => ({
    kind: 'operation',
    node: 'client-1',
    at,
    id,
    phase,
  })
  const { series } = seen(
    [
      call(100, 1, 'invoke'),
      call(200, 2, 'invoke'),
      call(400, 1, 'ok'),
      call(700, 2, 'fail'),
      call(800, 3, 'invoke'),
      call(900, 9, 'ok'),
    ],
    3 * second,
  )
  const [first, next, ...rest] = series.at
  expect([first, next, rest.length]).toEqual([550, 0.45 * second, 8])
  expect([series.rate, series.failed].map((rates) => rates.slice(0, 2))).toEqual([
    [3.33, 0],
    [3.33, 0],
  ])
  for (const percentile of [series.p50, series.p95, series.p99])
    expect(percentile.slice(0, 2)).toEqual([300, null])
})

test('faults are bands from begin to end, or to the end of the run', () => {
  const { bands } = seen(
    [begin(100, 0, { kind: 'crash' }), begin(200, 1, { kind: 'loss' }), end(300, 0)],
    900,
  )
  expect(bands).toEqual([
    { label: 'crash', from: 100, to: 300 },
    { label: 'loss', from: 200, to: 900 },
  ])
})

test('a clock that was stepped is wrong until all is healed, and rot is over when it has happened', () => {
  const { bands } = seen(
    [
      begin(100, 0, { kind: 'clock-step' }),
      end(100, 0),
      begin(200, 1, { kind: 'bit-rot' }),
      { kind: 'phase', at: 500, phase: 'healed' },
    ],
    900,
  )
  expect(bands).toEqual([
    { label: 'clock-step', from: 100, to: 500 },
    { label: 'bit-rot', from: 200, to: 200 },
  ])
})

test('of very many faults those of a kind that lie close together are one band', () => {
  const many = Array.from({ length: 2000 }, (_, place) => [
    begin(place * 1000, place, { kind: place % 2 === 0 ? 'crash' : 'pause' }),
    end(place * 1000 + 400, place),
  ]).flat()
  const { bands } = seen(many, 2_000_000)
  expect(bands.length).toBeLessThanOrEqual(300)
  expect(new Set(bands.map(({ label }) => label))).toEqual(new Set(['crash', 'pause']))
  expect(Math.max(...bands.map(({ to }) => to))).toBe(1999 * 1000 + 400)
})
