import fc from 'fast-check'
import seedrandom from 'seedrandom'
import { expect, test } from 'vitest'

import { RandomStreams, randomStream } from './random.ts'

test('the first draws of seed 42 never change', () => {
  const draw = randomStream(42, 'pinned')
  expect([
    draw.float(),
    draw.int(1, 6),
    draw.int(0, 2 ** 50),
    draw.boolean(0.5),
    draw.exponential(1),
    draw.normal(0, 1),
    draw.logNormal(1, 0.5),
  ]).toMatchInlineSnapshot(`
    [
      0.3396754739806056,
      4,
      232496014155895,
      true,
      0.16242739415575425,
      -2.173232344297305,
      1.1494983538260153,
    ]
  `)
  expect(draw.shuffle(['a', 'b', 'c', 'd', 'e']).join('')).toMatchInlineSnapshot(`"ebdca"`)
  expect([
    draw.pick(['x', 'y', 'z']),
    draw.weightedPick([
      [1, 'rare'],
      [9, 'usual'],
    ]),
    draw.empirical([1, 2, 10]),
  ]).toMatchInlineSnapshot(`
    [
      "z",
      "usual",
      7.601880561560392,
    ]
  `)
  expect([...draw.bytes(4)]).toMatchInlineSnapshot(`
    [
      142,
      119,
      253,
      173,
    ]
  `)
})

test('the draws are those of the generator of seedrandom, however many streams draw in turn', () => {
  const streams = new RandomStreams(7)
  const names = Array.from({ length: 200 }, (_, index) => `stream/${index}`)
  const theirs = names.map((name) => seedrandom.alea(`7/${name}`))
  for (let turn = 0; turn < 50; turn++)
    expect(names.map((name) => streams.stream(name).float())).toEqual(theirs.map((draw) => draw()))
})

test('a stream depends on its seed and its name, and on no other stream', () => {
  const alone = new RandomStreams(7).stream('node/a')
  const first = [alone.float(), alone.float()]
  const streams = new RandomStreams(7)
  streams.stream('node/b').float()
  const together = streams.stream('node/a')
  streams.stream('node/b').float()
  expect([together.float(), together.float()]).toEqual(first)
  expect(randomStream(8, 'node/a').float()).not.toBe(first[0])
  expect(streams.stream('node/a')).toBe(together)
})

test('whole numbers stay within their bounds and reach both', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: -50, max: 50 }), fc.nat(5), (seed, min, span) => {
      const draw = randomStream(seed, 'int')
      const seen = new Set(Array.from({ length: 300 }, () => draw.int(min, min + span)))
      expect(Math.min(...seen)).toBe(min)
      expect(Math.max(...seen)).toBe(min + span)
    }),
    { numRuns: 50 },
  )
})

test('a ratio of 0 never comes true and a ratio of 1 always does', () => {
  const draw = randomStream(1, 'ratio')
  const of = (ratio: number): number =>
    Array.from({ length: 1000 }, () => draw.boolean(ratio)).filter(Boolean).length
  expect([of(0), of(1)]).toEqual([0, 1000])
  expect(Math.abs(of(0.3) - 300)).toBeLessThan(60)
})

test('the distributions have the mean and spread that they are asked for', () => {
  const draw = randomStream(3, 'moments')
  const mean = (next: () => number): number =>
    Array.from({ length: 50_000 }, next).reduce((sum, x) => sum + x, 0) / 50_000
  expect(mean(() => draw.exponential(5))).toBeCloseTo(5, 0)
  expect(mean(() => draw.normal(10, 2))).toBeCloseTo(10, 1)
  expect(mean(() => (draw.normal(0, 2) / 2) ** 2)).toBeCloseTo(1, 1)
  expect(mean(() => (draw.logNormal(8, 0.5) > 8 ? 1 : 0))).toBeCloseTo(0.5, 1)
})

test('an item without weight is never picked', () => {
  const draw = randomStream(4, 'weights')
  const picks = new Set(
    Array.from({ length: 500 }, () =>
      draw.weightedPick([
        [0, 'never'],
        [1, 'a'],
        [3, 'b'],
        [0, 'never either'],
      ]),
    ),
  )
  expect([...picks].sort()).toEqual(['a', 'b'])
  expect(() => draw.weightedPick([[0, 'x']])).toThrow('positive weight')
  expect(() => draw.pick([])).toThrow('at least one')
  expect(() => draw.int(2, 1)).toThrow('in order')
})

test('a seed that is no whole number is refused', () => {
  expect(() => new RandomStreams(1.5)).toThrow('whole number')
  expect(() => new RandomStreams(-1)).toThrow('whole number')
})
