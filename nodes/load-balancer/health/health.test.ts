import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { HealthCheck, OutlierEjection, type OutlierEjectionOptions, startingWeight } from '../index.ts'
import { moments } from '../../resilience/testing/moments.ts'
import { after, at, ms, ns, seconds } from '../../../sim/index.ts'

describe('a slow start', () => {
  test('rises from its share to the whole weight, and never falls', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.array(fc.nat(3e9)), (weight, times) => {
        const upSince = at(ms(500))
        let last = 0
        for (const up of times.toSorted((a, b) => a - b)) {
          const now = after(upSince, ns(up))
          const got = startingWeight(weight, { upSince, now }, { window: seconds(2) })
          expect(got >= last && got >= weight * 0.1 && got <= weight).toBe(true)
          if (up >= seconds(2)) expect(got).toBe(weight)
          last = got
        }
      }),
    )
    const half = { upSince: at(ms(0)), now: at(ms(500)) }
    expect(startingWeight(8, half, { window: seconds(1) })).toBe(4)
    expect(startingWeight(8, half, { window: ns(0) })).toBe(8)
    expect(() => startingWeight(1, half, { window: ns(1), shareMin: 0 })).toThrow('shareMin: got 0')
  })
})

describe('a health check', () => {
  test('turns around if and only if so many results in a row say so', () => {
    const counts = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(
        counts,
        counts,
        fc.boolean(),
        moments(fc.boolean(), seconds(1)),
        (rise, fall, startsUp, steps) => {
          const check = new HealthCheck(at(ns(0)), { rise, fall, startsUp })
          let [isUp, since, results] = [startsUp, 0, [] as boolean[]]
          for (const { now, step } of steps) {
            results.push(step)
            const needed = isUp ? fall : rise
            const turns =
              results.length >= needed && results.slice(-needed).every((result) => result !== isUp)
            expect(check.checked(now, step)).toBe(turns)
            if (turns) [isUp, since, results] = [!isUp, now, []]
            expect([check.isUp, check.since]).toEqual([isUp, since])
          }
        },
      ),
    )
  })

  test('refuses counts that are none', () => {
    expect(() => new HealthCheck(at(ns(0)), { rise: 0 })).toThrow('rise: got 0')
  })
})

describe('outlier ejection', () => {
  const options: OutlierEjectionOptions = {
    failuresMax: 3,
    failureRate: 0.5,
    requestsMin: 10,
    interval: seconds(1),
    ejectedFor: { base: seconds(1), max: ms(2500) },
    ejectedShareMax: 0.5,
  }
  const made = (...names: readonly string[]): OutlierEjection => {
    const ejection = new OutlierEjection(options)
    ejection.follow(names)
    return ejection
  }
  const fail = (ejection: OutlierEjection, name: string, fromMs: number): readonly boolean[] =>
    [0, 1, 2].map((more) => ejection.record(at(ms(fromMs + more)), name, true))

  test('takes out what fails so often in a row, and lets it in again', () => {
    const ejection = made('a', 'b')
    expect(fail(ejection, 'a', 0)).toEqual([false, false, true])
    expect([ejection.isEjected(at(ms(1001)), 'a'), ejection.isEjected(at(ms(1002)), 'a')]).toEqual([
      true,
      false,
    ])
  })

  test('takes out what fails too often among enough requests', () => {
    const ejection = made('a', 'b')
    const results = Array.from({ length: 10 }, (_, count) =>
      ejection.record(at(ms(count)), 'a', count % 2 === 1),
    )
    expect(results.indexOf(true)).toBe(9)
  })

  test('takes out for longer each time, and forgets after good times', () => {
    const ejection = made('a', 'b')
    const lengths: number[] = []
    let now = 0
    for (const pause of [0, 0, 0, 2000, 9000]) {
      now += pause
      fail(ejection, 'a', now)
      let length = 0
      while (ejection.isEjected(at(ms(now + 2 + length)), 'a')) length += 100
      lengths.push(length)
      now += 2 + length
    }
    expect(lengths).toEqual([1000, 2000, 2500, 2000, 1000])
  })

  test('never takes out more than its share, nor the only one', () => {
    const ejection = made('a', 'b', 'c')
    expect([fail(ejection, 'a', 0)[2], fail(ejection, 'b', 10)[2], ejection.ejected(at(ms(20)))]).toEqual([
      true,
      false,
      1,
    ])
    expect(fail(made('a'), 'a', 0)).toEqual([false, false, false])
  })

  test('lets one in again that was out once for one that fails a second time', () => {
    const ejection = made('a', 'b', 'c')
    fail(ejection, 'a', 0)
    expect(fail(ejection, 'b', 1010)[2]).toBe(true)
    // It has been out before, though not for as long as it was in: that is not forgiven yet.
    expect(fail(ejection, 'a', 1020)[2]).toBe(true)
    expect(['a', 'b'].map((name) => ejection.isEjected(at(ms(1030)), name))).toEqual([true, false])
    expect([
      fail(ejection, 'c', 1040)[2],
      fail(ejection, 'b', 1050)[2],
      ejection.ejected(at(ms(1060))),
    ]).toEqual([false, false, 1])
  })

  test('forgets back-ends that are gone, and knows only those that it was told of', () => {
    const ejection = made('a', 'b')
    fail(ejection, 'a', 0)
    ejection.follow(['b', 'c'])
    ejection.follow(['a', 'b'])
    expect([ejection.isEjected(at(ms(3)), 'a'), ejection.record(at(ms(3)), 'z', true)]).toEqual([
      false,
      false,
    ])
  })

  test('whatever happens, ejects only after enough failures, within its share, and for no longer than the greatest', () => {
    const step = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), isFailure: fc.boolean() })
    fc.assert(
      fc.property(moments(step, ms(800), { minLength: 50, maxLength: 300 }), (steps) => {
        const ejection = made('a', 'b', 'c', 'd')
        const sinceIn = new Map<string, boolean[]>()
        for (const { now, step } of steps) {
          const { name, isFailure } = step
          const wasOut = ejection.isEjected(now, name)
          const results = wasOut ? [] : [...(sinceIn.get(name) ?? []), isFailure]
          const isEjected = ejection.record(now, name, isFailure)
          const isInRow = results.length >= 3 && results.slice(-3).every(Boolean)
          if (isEjected) expect(isInRow || results.length >= 10).toBe(true)
          // Three in a row are always enough, but for the share.
          if (isInRow && isFailure) expect(isEjected || ejection.ejected(now) === 2).toBe(true)
          sinceIn.set(name, isEjected ? [] : results)
          expect(ejection.ejected(now)).toBeLessThanOrEqual(2)
          if (isEjected) expect(ejection.isEjected(after(now, ms(2500)), name)).toBe(false)
        }
      }),
    )
  })

  test('refuses options that are none', () => {
    expect(() => new OutlierEjection({ failuresMax: 0 })).toThrow('failuresMax: got 0')
    expect(() => new OutlierEjection({ failureRate: 2 })).toThrow('failureRate: got 2')
    expect(() => new OutlierEjection({ ejectedShareMax: -1 })).toThrow('ejectedShareMax: got -1')
    expect(() => new OutlierEjection({ ejectedFor: { base: seconds(2), max: seconds(1) } })).toThrow(
      'ejectedFor: got',
    )
  })
})
