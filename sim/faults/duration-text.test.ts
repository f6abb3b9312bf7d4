import { expect, test } from 'vitest'

import { parseDuration } from './duration-text.ts'

test.each<readonly [unknown, number | undefined]>([
  [1_500, 1_500],
  ['250ms', 250_000_000],
  ['1.5s', 1_500_000_000],
  ['-90us', -90_000],
  ['90µs', 90_000],
  ['0.123456789s', 123_456_789],
  ['4.35s', 4_350_000_000],
  ['7ns', 7],
  ['-0s', 0],
  ['0.5ns', undefined],
  ['1.0000005ms', undefined],
  ['1m', undefined],
  ['1 s', undefined],
  ['', undefined],
  ['1e3s', undefined],
  ['99999999s', undefined],
  [1.5, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [null, undefined],
])('%j reads as %j', (raw, duration) => {
  expect(parseDuration(raw)).toBe(duration)
})
