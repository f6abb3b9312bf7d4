import { expect, test } from 'vitest'

import { NodeClock } from './clock.ts'
import { type Instant, ms, ns, seconds } from '../time.ts'

const at = (count: number): Instant => seconds(count) as number as Instant

test('a clock without faults shows virtual time, and the wall clock its offset on top', () => {
  const clock = new NodeClock(ms(200), 0)
  expect(clock.monotonic(at(3))).toBe(seconds(3))
  expect(clock.wall(at(3))).toBe(seconds(3) + ms(200))
})

test('drift makes both clocks run fast, from when it begins, and never back', () => {
  const clock = new NodeClock(ns(0), 0)
  clock.drift(1000, at(10))
  expect(clock.monotonic(at(20))).toBe(seconds(20) + ms(10))
  clock.drift(-1000, at(20))
  expect(clock.monotonic(at(20))).toBe(seconds(20) + ms(10))
  expect(clock.monotonic(at(30))).toBe(seconds(30))
})

test('a step moves only the wall clock, in either direction, and correcting takes it back', () => {
  const clock = new NodeClock(ms(1), 0)
  clock.step(seconds(-5))
  expect(clock.wall(at(7))).toBe(seconds(2) + ms(1))
  expect(clock.monotonic(at(7))).toBe(seconds(7))
  clock.correct()
  expect(clock.wall(at(7))).toBe(seconds(7) + ms(1))
})

test('a slew moves the wall clock gradually and then stops; a second one builds on what the first has done', () => {
  const clock = new NodeClock(ns(0), 0)
  clock.slew(ms(1), 500, at(0))
  expect(clock.wall(at(1))).toBe(seconds(1) + 500_000)
  expect(clock.wall(at(100))).toBe(seconds(100) + ms(1))
  clock.slew(ms(-2), 1000, at(100))
  expect(clock.wall(at(101))).toBe(seconds(101))
  expect(clock.wall(at(200))).toBe(seconds(200) - ms(1))
})

test('a timer of a slow clock takes longer in virtual time', () => {
  expect(new NodeClock(ns(0), -500_000).toVirtual(ms(10))).toBe(ms(20))
  expect(() => new NodeClock(ns(0), -1_000_000)).toThrow('ppm')
})
