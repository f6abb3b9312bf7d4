import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { AimdLimit, ConcurrencyLimiter, type ConcurrencyLimit, GradientLimit } from './index.ts'
import { moments } from './testing/moments.ts'
import { at, type Duration, ms, ns } from '../../sim/index.ts'

/** Calls a service that does `capacity` calls at once in `work` each; more of them take longer in proportion. */
function settle(
  limit: ConcurrencyLimit,
  { capacity, work, calls }: { capacity: number; work: Duration; calls: number },
): number {
  for (let count = 0; count < calls; count++) {
    const inFlight = limit.limit
    limit.sample({ took: ns(work * Math.max(1, inFlight / capacity)), inFlight, isDropped: false })
  }
  return limit.limit
}

describe('an adaptive limit', () => {
  test('finds about what a service can take, from below and from above, and keeps to it', () => {
    for (const initial of [1, 20, 300]) {
      const limit = new GradientLimit({ initial, measureEvery: 300 })
      expect(limit.limit).toBe(3)
      // Half as much again as it can do at once, and a queue of the square root of that.
      expect(settle(limit, { capacity: 40, work: ms(10), calls: 200 })).toBeCloseTo(68, -1)
      settle(limit, { capacity: 40, work: ms(10), calls: 140 })
      expect(limit.limit).toBe(3)
      expect(settle(limit, { capacity: 40, work: ms(10), calls: 200 })).toBeCloseTo(68, -1)
    }
    const aimd = new AimdLimit({ slowFrom: ms(20) })
    expect(settle(aimd, { capacity: 40, work: ms(10), calls: 20_000 })).toBeGreaterThan(60)
    expect(aimd.limit).toBeLessThanOrEqual(80)
  })

  test('shrinks when a service becomes slower, and when calls are dropped', () => {
    for (const make of [() => new GradientLimit(), () => new AimdLimit({ slowFrom: ms(30) })]) {
      const slowed = make()
      const before = settle(slowed, { capacity: 20, work: ms(10), calls: 500 })
      expect(settle(slowed, { capacity: 5, work: ms(10), calls: 50 })).toBeLessThan(before)
      for (let count = 0; count < 100; count++) slowed.sample({ took: ms(1), inFlight: 5, isDropped: true })
      expect(slowed.limit).toBe(1)
    }
  })

  test('does not grow while nobody makes use of it', () => {
    for (const limit of [new GradientLimit({ initial: 50 }), new AimdLimit({ initial: 50 })]) {
      for (let count = 0; count < 1000; count++)
        limit.sample({ took: ms(1), inFlight: count < 25 ? 1 : 10, isDropped: false })
      expect(limit.limit).toBe(50)
    }
  })

  test('measures calls without load only, and stays at few while all of them fail', () => {
    const limit = new GradientLimit({ initial: 50, measureOver: 2 })
    for (const [inFlight, isDropped] of [
      [9, false],
      [1, true],
      [3, false],
      [4, false],
    ] as const)
      limit.sample({ took: ms(1), inFlight, isDropped })
    expect(limit.limit).toBe(3)
    limit.sample({ took: ms(1), inFlight: 1, isDropped: false })
    expect(limit.limit).toBe(50)
  })

  test('stays within its bounds, whatever it is told', () => {
    const samples = fc.array(
      fc.record({ took: fc.nat(1e12).map(ns), inFlight: fc.nat(2000), isDropped: fc.boolean() }),
      { maxLength: 300 },
    )
    const bounds = fc.record({
      initial: fc.nat(300),
      min: fc.integer({ min: 1, max: 9 }),
      max: fc.integer({ min: 9, max: 300 }),
    })
    fc.assert(
      fc.property(samples, bounds, (all, { initial, min, max }) => {
        for (const limit of [new GradientLimit({ initial, min, max }), new AimdLimit({ initial, min, max })])
          for (const sample of all) {
            limit.sample(sample)
            expect(Number.isInteger(limit.limit) && limit.limit >= min && limit.limit <= max).toBe(true)
          }
      }),
    )
  })

  test('refuses bounds that are none', () => {
    expect(() => new GradientLimit({ min: 0 })).toThrow('min: got 0')
    expect(() => new GradientLimit({ tolerance: 0.9 })).toThrow('tolerance: got 0.9')
    expect(() => new AimdLimit({ min: 3, max: 2 })).toThrow('max: got 2')
    expect(() => new AimdLimit({ initial: Number.NaN })).toThrow('initial: got NaN')
    expect(() => new AimdLimit({ slowFrom: Number.NaN as Duration })).toThrow('slowFrom: got NaN')
  })
})

describe('a limiter', () => {
  test('lets a call in if and only if there is room, and never more than the limit then is', () => {
    const step = fc.record({
      isCall: fc.boolean(),
      outcome: fc.constantFrom('done' as const, 'dropped' as const, 'ignored' as const),
    })
    fc.assert(
      fc.property(moments(step, ms(50)), (steps) => {
        const limiter = new ConcurrencyLimiter(new GradientLimit({ initial: 4, max: 8 }))
        const open: { at: ReturnType<typeof at> }[] = []
        for (const { now, step } of steps) {
          const permit = step.isCall ? limiter.acquire(now) : null
          if (step.isCall) expect(permit !== null).toBe(open.length < limiter.limit)
          if (permit !== null) open.push(permit)
          const ended = step.isCall ? undefined : open.shift()
          if (ended !== undefined) limiter.release(ended, now, step.outcome)
          expect(limiter.inFlight).toBe(open.length)
          expect(open.length).toBeLessThanOrEqual(8)
        }
      }),
    )
  })

  test('refuses an end without a call', () => {
    expect(() =>
      new ConcurrencyLimiter(new AimdLimit()).release({ at: at(ns(0)) }, at(ns(1)), 'done'),
    ).toThrow('no open call')
  })
})
