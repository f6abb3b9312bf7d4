import { expect, test } from 'vitest'

import {
  formatDuration,
  formatInstant,
  type Instant,
  minutes,
  ms,
  ns,
  perSecond,
  scale,
  seconds,
  us,
} from './time.ts'

test('durations are whole nanoseconds, rounded to the nearest', () => {
  expect([ns(1.4), us(1.5), ms(0.25), seconds(2), minutes(1)]).toEqual([1, 1500, 250_000, 2e9, 6e10])
  expect(Object.is(ns(-0.2), 0)).toBe(true)
  expect(perSecond(100)).toBe(10_000_000)
  expect(scale(ms(1), 1.5)).toBe(1_500_000)
})

test('a duration that a double cannot hold exactly is refused', () => {
  expect(() => seconds(1e8)).toThrow('104 days')
  expect(() => ns(Number.NaN)).toThrow('out of range')
})

test('instants and durations are readable', () => {
  expect(formatInstant(12_345_678_901 as Instant)).toBe('12.345678901s')
  expect(formatInstant(-5 as Instant)).toBe('-0.000000005s')
  expect([
    formatDuration(ms(250)),
    formatDuration(seconds(1.5)),
    formatDuration(us(90)),
    formatDuration(ns(7)),
  ]).toEqual(['250ms', '1.5s', '90us', '7ns'])
})
