import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asin, cos, sin } from './trigonometry.ts'

const runs = { numRuns: 1000 }

test('sine and cosine agree with the engine to 16 digits', () => {
  fc.assert(
    fc.property(fc.double({ min: -7, max: 7, noNaN: true }), (angle) => {
      expect(Math.abs(sin(angle) - Math.sin(angle))).toBeLessThan(2.3e-16)
      expect(Math.abs(cos(angle) - Math.cos(angle))).toBeLessThan(2.3e-16)
    }),
    runs,
  )
  expect([sin(0), cos(0), sin(Math.PI / 2), cos(Math.PI)]).toEqual([0, 1, 1, -1])
})

test('arcsine agrees with the engine to 16 digits', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (value) => {
      expect(Math.abs(asin(value) - Math.asin(value))).toBeLessThanOrEqual(
        2.3e-16 * Math.max(Math.asin(value), 1e-300),
      )
    }),
    runs,
  )
  expect([asin(0), asin(1), asin(1.0000001), asin(0.5)]).toEqual([
    0,
    Math.PI / 2,
    Math.PI / 2,
    Math.asin(0.5),
  ])
})
