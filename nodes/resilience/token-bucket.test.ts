import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { TokenBucket } from './index.ts'
import { moments } from './testing/moments.ts'
import { at, type Instant, ms, ns, seconds } from '../../sim/index.ts'

test('gives its burst at once, then one token each interval', () => {
  const bucket = new TokenBucket({ every: ms(10), burst: 3 })
  expect([1, 2, 3, 4].map(() => bucket.take(at(ms(5))))).toEqual([true, true, true, false])
  expect(bucket.wait(at(ms(5)))).toBe(ms(10))
  expect([bucket.take(at(ms(14))), bucket.take(at(ms(15))), bucket.take(at(ms(15)))]).toEqual([
    false,
    true,
    false,
  ])
  expect(bucket.available(at(seconds(1)))).toBe(3)
})

test('lets callers wait in line when it is asked to, and no longer than they want', () => {
  const bucket = new TokenBucket({ every: ms(10), burst: 1 })
  const waits = [1, 2, 3, 4].map(() => bucket.reserve(at(ns(0)), ms(20)))
  expect(waits).toEqual([0, ms(10), ms(20), null])
})

test('refuses what no bucket could be, and more tokens than it holds', () => {
  expect(() => new TokenBucket({ every: ns(0), burst: 1 })).toThrow('every: got 0')
  expect(() => new TokenBucket({ every: ms(1), burst: 0.5 })).toThrow('burst: got 0.5')
  expect(() => new TokenBucket({ every: ms(1), burst: 2 }).take(at(ns(0)), 3)).toThrow('tokens: got 3')
})

const options = fc.record({
  every: fc.integer({ min: 1, max: 1000 }).map(ns),
  burst: fc.integer({ min: 1, max: 8 }),
})
const demand = fc.record({ tokens: fc.integer({ min: 1, max: 8 }), waitMax: fc.nat(2000).map(ns) })

test('never lets through more than burst + rate * t in any stretch of time, waits included', () => {
  fc.assert(
    fc.property(options, moments(demand, ns(8000)), ({ every, burst }, steps) => {
      const bucket = new TokenBucket({ every, burst })
      const taken: { at: number; tokens: number }[] = []
      for (const { now, step } of steps) {
        const tokens = Math.min(burst, step.tokens)
        const wait = bucket.reserve(now, step.waitMax, tokens)
        if (wait !== null) taken.push({ at: now + wait, tokens })
      }
      for (let from = 0; from < taken.length; from++) {
        let sum = 0
        for (let to = from; to < taken.length; to++) {
          sum += taken[to]?.tokens ?? 0
          const length = (taken[to]?.at ?? 0) - (taken[from]?.at ?? 0)
          expect(sum * every).toBeLessThanOrEqual(burst * every + length)
        }
      }
    }),
  )
})

test('gives as often as a bucket that is filled nanosecond by nanosecond', () => {
  fc.assert(
    fc.property(options, moments(fc.integer({ min: 1, max: 8 }), ns(8000)), ({ every, burst }, steps) => {
      const bucket = new TokenBucket({ every, burst })
      // In parts of a token, so that all of it is whole numbers.
      let level = burst * every
      let last = 0
      for (const { now, step } of steps) {
        const tokens = Math.min(burst, step)
        level = Math.min(burst * every, level + (now - last))
        last = now
        const isThere = level >= tokens * every
        expect(bucket.available(now)).toBe(Math.floor(level / every))
        expect(bucket.wait(now, tokens)).toBe(isThere ? 0 : tokens * every - level)
        expect(bucket.take(now, tokens)).toBe(isThere)
        if (isThere) level -= tokens * every
      }
    }),
  )
})

test('is exact after a hundred days', () => {
  const bucket = new TokenBucket({ every: ns(3), burst: 2 })
  const late = 8_640_000_000_000_001 as Instant
  expect([bucket.take(late), bucket.take(late), bucket.take(late), bucket.wait(late)]).toEqual([
    true,
    true,
    false,
    3,
  ])
})
