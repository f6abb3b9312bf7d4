import { expect, test } from 'vitest'

import { type Distribution, quantile, sampler } from './distribution.ts'
import { lan, networkProfiles } from './profile.ts'
import { randomStream } from '../random.ts'
import { ms, us } from '../time.ts'

const distributions: readonly Distribution[] = [
  { kind: 'constant', value: ms(1) },
  { kind: 'uniform', min: us(100), max: us(900) },
  { kind: 'normal', mean: ms(1), deviation: us(200) },
  { kind: 'log-normal', median: us(400), sigma: 0.4 },
  { kind: 'exponential', mean: ms(1) },
  lan().latency,
  { kind: 'empirical', sorted: [us(10), us(20), us(40), us(400)] },
]

function draws(distribution: Distribution, count: number): number[] {
  const random = randomStream(42, `test/${distribution.kind}`)
  const prepared = sampler(distribution)
  return Array.from({ length: count }, () => prepared.draw(random))
}

test('the first draws of seed 42 are the same on every engine', () => {
  const pinned = distributions.map((each) => `${each.kind}: ${draws(each, 5).join(' ')}`)
  expect(pinned).toMatchInlineSnapshot(`
    [
      "constant: 1000000 1000000 1000000 1000000 1000000",
      "uniform: 615226 785182 388058 793854 865650",
      "normal: 1306810 1325299 934607 764148 1254885",
      "log-normal: 308580 185488 460220 376204 547365",
      "exponential: 362775 1365937 169479 1165966 758781",
      "bimodal: 487220 282326 322583 12818851 563875",
      "empirical: 32670 69552 36546 37522 32005",
    ]
  `)
})

test.each(distributions.filter(({ kind }) => kind !== 'bimodal'))(
  'draws of $kind fall as its quantiles say',
  (distribution) => {
    const sorted = draws(distribution, 100_000).sort((a, b) => a - b)
    for (const u of [0.05, 0.25, 0.5, 0.75, 0.9, 0.97, 0.999]) {
      const wanted = quantile(distribution, u)
      // Compared by rank, which is fair to flat and to steep places alike.
      const below = sorted.filter((value) => value < wanted).length / sorted.length
      const upTo = sorted.filter((value) => value <= wanted + 1).length / sorted.length
      expect(below).toBeLessThan(u + 0.006)
      expect(upTo).toBeGreaterThan(u - 0.006)
    }
  },
)

test.each(distributions)(
  'a draw of $kind is whole, at least 0, and takes exactly one number',
  (distribution) => {
    const [random, twin] = [randomStream(7, 'twin'), randomStream(7, 'twin')]
    const prepared = sampler(distribution)
    for (let count = 0; count < 1000; count++) {
      const drawn = prepared.draw(random)
      expect(Number.isSafeInteger(drawn) && drawn >= 0).toBe(true)
      twin.float()
    }
    expect(random.float()).toBe(twin.float())
  },
)

test('a bimodal draw comes from its tail as often as it says, otherwise from its body', () => {
  const body: Distribution = { kind: 'uniform', min: us(100), max: us(200) }
  const tail: Distribution = { kind: 'uniform', min: us(1000), max: us(2000) }
  const drawn = draws({ kind: 'bimodal', body, tail, tailRatio: 0.05 }, 100_000)
  const inBody = drawn.filter((value) => value >= us(100) && value < us(200))
  const inTail = drawn.filter((value) => value >= us(1000) && value < us(2000))
  expect(inBody.length + inTail.length).toBe(drawn.length)
  expect(inTail.length / drawn.length).toBeCloseTo(0.05, 2)
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  expect(mean(inBody) / us(150)).toBeCloseTo(1, 2)
  expect(mean(inTail) / us(1500)).toBeCloseTo(1, 1)
})

test('the table agrees with exact quantiles to a thousandth', () => {
  for (const distribution of distributions) {
    const prepared = sampler(distribution)
    const wrong: number[] = []
    for (let u = 0.0005; u < 1; u += 0.000317) {
      const drawn = prepared.draw({ ...randomStream(1, 'unused'), float: () => u })
      const exact = quantile(distribution, u)
      if (!(Math.abs(drawn - exact) < exact * 0.001 + 2)) wrong.push(u)
    }
    expect(wrong).toEqual([])
  }
})

test('a normal that reaches below 0 is cut off there', () => {
  const drawn = draws({ kind: 'normal', mean: us(1), deviation: us(10) }, 10_000)
  const zeros = drawn.filter((value) => value === 0).length
  expect(zeros / drawn.length).toBeCloseTo(0.46, 1)
})

test('by default about one message in twenty is an order of magnitude late', () => {
  const drawn = draws(lan().latency, 100_000).sort((a, b) => a - b)
  const median = drawn[50_000] ?? 0
  const late = drawn.filter((value) => value > median * 10).length / drawn.length
  expect(median).toBeGreaterThan(us(350))
  expect(median).toBeLessThan(us(500))
  expect(late).toBeGreaterThan(0.02)
  expect(late).toBeLessThan(0.06)
  expect(drawn.at(-1)).toBeGreaterThan(median * 100)
})

test('the presets differ by orders of magnitude, and perfect does not vary at all', () => {
  const medians = [...networkProfiles].map(([name, make]) => {
    const profile = make()
    const total = profile.latencyMin + quantile(profile.latency, 0.5)
    return `${name} ${(total / 1_000_000).toFixed(1)} ms`
  })
  expect(medians).toEqual([
    'lan 0.5 ms',
    'wan 43.3 ms',
    'perfect 1.0 ms',
    'slow 258.1 ms',
    'uniform 0.6 ms',
    'calm 0.5 ms',
    'jittery 0.6 ms',
  ])
  const perfect = networkProfiles.get('perfect')?.()
  expect(perfect?.latency).toEqual({ kind: 'constant', value: 0 })
})
