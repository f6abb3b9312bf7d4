import fc from 'fast-check'
import { expect, test } from 'vitest'
import { areaOf, distance, encode, geoHash, geoHashText, placeOf, rangeOf } from './geo-hash.ts'
import { cellsOf, distanceWithin, type Shape } from './geo-search.ts'
import { fixedText, humanText } from './number-text.ts'

// Degrees of six digits: what is smaller than a cell's rounding may fall into the next one, here and in Redis.
const place = fc.record({
  longitude: fc.integer({ min: -180_000_000, max: 179_999_000 }).map((n) => n / 1e6),
  latitude: fc.integer({ min: -85_050_000, max: 85_050_000 }).map((n) => n / 1e6),
})
const palermo = { longitude: 13.361389, latitude: 38.115556 }
const catania = { longitude: 15.087269, latitude: 37.502669 }

test('the places of the Redis manual have its numbers, texts and distance', () => {
  expect([geoHash(palermo), geoHash(catania)]).toEqual([3479099956230698, 3479447370796909])
  const [first, second] = [placeOf(geoHash(palermo)), placeOf(geoHash(catania))]
  expect([geoHashText(first), geoHashText(second)]).toEqual(['sqc8b49rny0', 'sqdtr74hyu0'])
  expect(humanText(first.longitude)).toBe('13.36138933897018433')
  expect(fixedText(distance(first, second), 4)).toBe('166274.1516')
})

test('a place lies in its cell, of every size', () => {
  fc.assert(
    fc.property(place, fc.integer({ min: 1, max: 26 }), (where, step) => {
      const cell = encode(where, step)
      const area = areaOf(cell)
      expect(area.west <= where.longitude && where.longitude <= area.east).toBe(true)
      expect(area.south <= where.latitude && where.latitude <= area.north).toBe(true)
      const [from, to] = rangeOf(cell)
      expect(geoHash(where)).toBeGreaterThanOrEqual(from)
      expect(geoHash(where)).toBeLessThan(to)
      expect(distance(where, placeOf(geoHash(where)))).toBeLessThan(1)
    }),
  )
})

test('distances are those of the haversine formula', () => {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180
  fc.assert(
    fc.property(place, place, (a, b) => {
      const u = Math.sin(radians(b.latitude - a.latitude) / 2)
      const v = Math.sin(radians(b.longitude - a.longitude) / 2)
      const root = Math.sqrt(u * u + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * v * v)
      expect(distance(a, b)).toBeCloseTo(2 * 6372797.560856 * Math.asin(Math.min(1, root)), 1)
    }),
  )
})

test('whatever lies in a shape lies in one of its cells', () => {
  const size = fc.double({ min: 1, max: 3_000_000, noNaN: true })
  const inland = fc.record({
    longitude: fc.double({ min: -120, max: 120, noNaN: true }),
    latitude: fc.double({ min: -50, max: 50, noNaN: true }),
  })
  const shape: fc.Arbitrary<Shape> = fc.oneof(
    fc.record({ kind: fc.constant('circle' as const), centre: inland, radius: size }),
    fc.record({ kind: fc.constant('box' as const), centre: inland, width: size, height: size }),
  )
  const offset = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(shape, offset, offset, (within, east, north) => {
      const reach =
        (within.kind === 'circle' ? within.radius : Math.max(within.width, within.height)) / 60_000
      const { longitude, latitude } = within.centre
      const near = placeOf(
        geoHash({
          longitude: longitude + east * Math.min(reach, 50),
          latitude: latitude + north * Math.min(reach, 30),
        }),
      )
      if (distanceWithin(within, near) === undefined) return
      const hash = geoHash(near)
      const cells = cellsOf(within).map(rangeOf)
      expect(cells.some(([from, to]) => hash >= from && hash < to)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
