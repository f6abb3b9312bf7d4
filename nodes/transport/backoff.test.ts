import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Backoff } from './index.ts'
import { type Duration, ms, randomStream, seconds } from '../../sim/index.ts'

test('waits grow up to their bound, never fall below half of it, and begin anew after a success', () => {
  const whole = fc.integer({ min: 1, max: 1_000_000_000 })
  fc.assert(
    fc.property(fc.nat(), whole, whole, fc.double({ min: 1, max: 10, noNaN: true }), (seed, a, b, factor) => {
      const [first, max] = [Math.min(a, b) as Duration, Math.max(a, b) as Duration]
      const backoff = new Backoff(randomStream(seed, 'waits'), { first, factor, max })
      let bound = first as number
      for (let i = 0; i < 20; i++) {
        const wait = backoff.next()
        expect(wait).toBeGreaterThanOrEqual(bound / 2)
        expect(wait).toBeLessThanOrEqual(bound)
        bound = Math.min(max, Math.ceil(bound * factor))
      }
      backoff.reset()
      expect(backoff.next()).toBeLessThanOrEqual(first)
    }),
  )
})

test('two who failed at once do not come back at once', () => {
  const waits = (name: string) => {
    const backoff = new Backoff(randomStream(1, name), { first: seconds(1) })
    return [backoff.next(), backoff.next()]
  }
  expect(waits('a')).not.toEqual(waits('b'))
  expect(waits('a')).toEqual(waits('a'))
})

test('settings that make no sense are refused', () => {
  const make = (settings: object) => () => new Backoff(randomStream(1, 'a'), settings)
  expect(make({ first: 0 })).toThrow('first: got 0')
  expect(make({ first: seconds(2), max: ms(1) })).toThrow(RangeError)
  expect(make({ factor: 0.5 })).toThrow('factor: got 0.5')
})
