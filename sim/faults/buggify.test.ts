import { describe, expect, test } from 'vitest'

import { Buggify, type BuggifyRatios } from './buggify.ts'
import { RandomStreams } from '../random.ts'

function buggify(seed: number, ratios?: BuggifyRatios): Buggify {
  const streams = new RandomStreams(seed)
  return new Buggify((name) => streams.stream(name), ratios)
}

function passes(points: Buggify, node: string, site: string, count: number): string {
  return Array.from({ length: count }, () => (points.takes(node, site) ? '1' : '0')).join('')
}

describe('a buggify site', () => {
  test('is on in about a quarter of the runs, and then takes its branch in about a quarter of the passes', () => {
    const tallies = Array.from({ length: 400 }, (_, seed) => {
      const points = buggify(seed)
      passes(points, 'a', 'slow-flush', 100)
      return points.tallies()[0] ?? { isOn: false, taken: 0 }
    })
    const on = tallies.filter(({ isOn }) => isOn)
    expect(on.length).toBeGreaterThan(70)
    expect(on.length).toBeLessThan(130)
    const taken = on.reduce((sum, each) => sum + each.taken, 0) / on.length
    expect(taken).toBeGreaterThan(20)
    expect(taken).toBeLessThan(30)
    expect(tallies.filter(({ isOn }) => !isOn).every((each) => each.taken === 0)).toBe(true)
  })

  test('takes the same branches whatever other sites and nodes do', () => {
    const alone = passes(buggify(3, { sites: 1 }), 'a', 'x', 50)
    const busy = buggify(3, { sites: 1 })
    const mixed = Array.from({ length: 50 }, () => {
      passes(busy, 'b', 'x', 2)
      passes(busy, 'a', 'y', 1)
      return passes(busy, 'a', 'x', 1)
    })
    expect(mixed.join('')).toBe(alone)
    expect(alone).toContain('1')
  })

  test('takes no branch once the run heals, and says how often it was passed', () => {
    const points = buggify(1, { sites: 1, passes: 1 })
    expect(passes(points, 'a', 'x', 3)).toBe('111')
    points.stop()
    expect(passes(points, 'a', 'x', 2)).toBe('00')
    expect(points.tallies()).toEqual([{ site: 'x', isOn: true, passes: 5, taken: 3 }])
  })
})
