import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Bulkhead } from './index.ts'
import { moments } from './testing/moments.ts'
import { at, ms, ns } from '../../sim/index.ts'

test('lets some in, some wait, and refuses the others', () => {
  const bulkhead = new Bulkhead<string>({ concurrencyMax: 1, queueMax: 2, waitMax: ms(5) })
  expect(['a', 'b', 'c', 'd'].map((call) => bulkhead.arrive(at(ms(1)), call))).toEqual([
    'entered',
    'queued',
    'queued',
    'refused',
  ])
  expect(bulkhead.leave()).toBe('b')
  expect(bulkhead.expiresAt).toBe(ms(6))
  expect([bulkhead.expire(at(ns(5_999_999))), bulkhead.expire(at(ms(6)))]).toEqual([[], ['c']])
  expect([bulkhead.leave(), bulkhead.inside, bulkhead.expiresAt]).toEqual([null, 0, null])
  expect(() => bulkhead.leave()).toThrow('nobody inside')
})

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('arrive' as const) },
  { weight: 3, arbitrary: fc.constant('leave' as const) },
  fc.constantFrom('withdraw' as const, 'expire' as const),
)
const options = fc.record({
  concurrencyMax: fc.integer({ min: 1, max: 4 }),
  queueMax: fc.nat(4),
  waitMax: fc.nat(50).map(ns),
})

test('does as a list of calls does, and never has more inside or waiting than allowed', () => {
  fc.assert(
    fc.property(options, moments(step, ns(100)), ({ concurrencyMax, queueMax, waitMax }, steps) => {
      const bulkhead = new Bulkhead<number>({ concurrencyMax, queueMax, waitMax })
      let inside = 0
      let queue: { call: number; since: number }[] = []
      for (const [call, { now, step }] of steps.entries()) {
        if (step === 'arrive') {
          const wanted = inside < concurrencyMax ? 'entered' : queue.length < queueMax ? 'queued' : 'refused'
          expect(bulkhead.arrive(now, call)).toBe(wanted)
          if (wanted === 'entered') inside++
          if (wanted === 'queued') queue.push({ call, since: now })
        } else if (step === 'leave' && inside > 0) {
          const next = queue.shift()
          expect(bulkhead.leave()).toBe(next?.call ?? null)
          if (next === undefined) inside--
        } else if (step === 'withdraw') {
          const last = queue.pop()
          expect(bulkhead.withdraw(last?.call ?? -1)).toBe(last !== undefined)
        } else if (step === 'expire') {
          const late = queue.filter(({ since }) => since + waitMax <= now).map(({ call }) => call)
          queue = queue.filter(({ call }) => !late.includes(call))
          expect(bulkhead.expire(now)).toEqual(late)
        }
        expect([bulkhead.inside, bulkhead.waiting]).toEqual([inside, queue.length])
        expect(bulkhead.inside <= concurrencyMax && bulkhead.waiting <= queueMax).toBe(true)
      }
    }),
  )
})

test('refuses to be made of nothing', () => {
  expect(() => new Bulkhead({ concurrencyMax: 0 })).toThrow('concurrencyMax: got 0')
})
