import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ControlledDelay, PriorityShedder } from './index.ts'
import { moments } from './testing/moments.ts'
import { at, ms, randomStream } from '../../sim/index.ts'

describe('controlled delay', () => {
  test('lets a burst be, and sheds what is late once the queue never got short', () => {
    const control = new ControlledDelay({ target: ms(5), interval: ms(100) })
    const burst = [0, 30, 60, 90].map((time) => control.admits(at(ms(time)), ms(80 - time / 2)))
    expect([burst, control.isOverloaded]).toEqual([[true, true, true, true], false])
    expect([control.admits(at(ms(100)), ms(30)), control.isOverloaded]).toEqual([false, true])
    expect([control.admits(at(ms(110)), ms(10)), control.admits(at(ms(120)), ms(11))]).toEqual([true, false])
    control.emptied()
    expect([control.admits(at(ms(201)), ms(90)), control.isOverloaded]).toEqual([true, false])
  })

  test('forgets what was when nothing came for long', () => {
    const control = new ControlledDelay({ target: ms(5), interval: ms(100) })
    control.admits(at(ms(0)), ms(50))
    expect(control.admits(at(ms(300)), ms(50))).toBe(true)
  })

  test('never sheds what waited no longer than twice the target, nor anything while some wait little', () => {
    const step = fc.integer({ min: 0, max: 40 }).map(ms)
    fc.assert(
      fc.property(moments(step, ms(150)), fc.boolean(), (steps, isCalm) => {
        const control = new ControlledDelay({ target: ms(5), interval: ms(100) })
        for (const { now, step } of steps) {
          // In calm times somebody comes out of the queue at once, between any two.
          if (isCalm) control.admits(now, ms(1))
          const isAdmitted = control.admits(now, step)
          const mayBeShed = step > ms(10) && !isCalm
          expect(isAdmitted || mayBeShed).toBe(true)
        }
      }),
    )
  })

  test('is overloaded if and only if the interval before had no delay within the target', () => {
    const step = fc.integer({ min: 1, max: 9 }).map(ms)
    fc.assert(
      fc.property(moments(step, ms(150)), (steps) => {
        const control = new ControlledDelay({ target: ms(5), interval: ms(100) })
        let [begun, delays, isOverloaded] = [-1e12, [] as number[], false]
        for (const { now, step } of steps) {
          control.admits(now, step)
          if (now < begun + ms(100)) delays.push(step)
          else {
            isOverloaded = now < begun + ms(200) && delays.every((delay) => delay > ms(5))
            begun = now
            delays = [step]
          }
          expect(control.isOverloaded).toBe(isOverloaded)
        }
      }),
    )
  })
})

describe('shedding by priority', () => {
  /** Requests of random priority, in a queue that takes `capacity` of them each window. */
  function admittedAfter(
    shedder: PriorityShedder,
    { windows, capacity }: { windows: number; capacity: number },
  ): number {
    const random = randomStream(7, 'priorities')
    for (let window = 0; window < windows; window++) {
      let admitted = 0
      for (let request = 0; request < 100; request++)
        if (shedder.admits(at(ms(window * 100 + request)), random.int(0, 9))) admitted++
      for (let served = 0; served < admitted; served++) shedder.dequeued(admitted > capacity ? ms(50) : ms(1))
    }
    return shedder.admitted
  }

  test('admits fewer priorities until the queue is short, and all of them again when it stays so', () => {
    const shedder = new PriorityShedder({ priorities: 10 })
    const admitted = admittedAfter(shedder, { windows: 60, capacity: 50 })
    expect(admitted).toBeGreaterThanOrEqual(3)
    expect(admitted).toBeLessThanOrEqual(5)
    for (let window = 100; window < 120; window++) shedder.admits(at(ms(window * 100)), 9)
    expect(shedder.admitted).toBe(9)
  })

  test('refuses if and only if a priority is beyond the admitted one, which moves within bounds; the first always gets in', () => {
    const step = fc.record({
      priority: fc.integer({ min: -1, max: 6 }),
      delay: fc.integer({ min: 0, max: 60 }).map(ms),
    })
    fc.assert(
      fc.property(moments(step, ms(300), { maxLength: 300 }), (steps) => {
        const shedder = new PriorityShedder({ priorities: 5, requestsMax: 10 })
        for (const { now, step } of steps) {
          const isAdmitted = shedder.admits(now, step.priority)
          expect(isAdmitted).toBe(Math.min(4, Math.max(0, step.priority)) <= shedder.admitted)
          expect(shedder.admitted >= 0 && shedder.admitted <= 4).toBe(true)
          if (isAdmitted) shedder.dequeued(step.delay)
          if (step.priority <= 0) expect(isAdmitted).toBe(true)
        }
      }),
    )
  })

  test('moves by the share that it is told to, of what was admitted or of what came', () => {
    const shedder = new PriorityShedder({ priorities: 10, decrease: 0.25, increase: 0.1 })
    const admitted: number[] = []
    for (const [window, delay] of [50, 50, 1, 1].entries()) {
      // Ten requests of each priority, those admitted wait.
      for (let request = 0; request < 100; request++)
        if (shedder.admits(at(ms(window * 100)), request % 10)) shedder.dequeued(ms(delay))
      admitted.push(shedder.admitted)
    }
    shedder.admits(at(ms(400)), 0)
    // A quarter of 100 is three priorities, a quarter of 70 two; a tenth of 100 is one.
    expect([...admitted, shedder.admitted]).toEqual([9, 6, 4, 5, 6])
  })

  test('refuses to have no priorities', () => {
    expect(() => new PriorityShedder({ priorities: 0 })).toThrow('priorities: got 0')
  })
})
