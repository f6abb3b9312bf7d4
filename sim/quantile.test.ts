import { expect, test } from 'vitest'

import { exp, exponentialQuantile, ln, logNormalQuantile, normalQuantile } from './quantile.ts'

test('values are pinned to the last bit, so that no engine can differ unnoticed', () => {
  expect([ln(2), ln(10), ln(1e-9), ln(123456.789)]).toMatchInlineSnapshot(`
    [
      0.6931471805599453,
      2.3025850929940455,
      -20.72326583694641,
      11.723646487185881,
    ]
  `)
  expect([exp(1), exp(-20), exp(0.5), exp(300)]).toMatchInlineSnapshot(`
    [
      2.7182818284590455,
      2.0611536224385595e-9,
      1.6487212707001282,
      1.942426395241234e+130,
    ]
  `)
  expect([0.001, 0.025, 0.3, 0.5, 0.9, 0.999999].map(normalQuantile)).toMatchInlineSnapshot(`
    [
      -3.0902319494250925,
      -1.9599641740135174,
      -0.524400526441498,
      0,
      1.2815515076081543,
      4.753424741535036,
    ]
  `)
  expect([exponentialQuantile(0.5), logNormalQuantile(0.9, 0.4)]).toMatchInlineSnapshot(`
    [
      0.6931471805599453,
      1.669660985361493,
    ]
  `)
})

test('logarithm and exponential agree with the mathematical ones', () => {
  for (let x = 0.001; x < 1e6; x *= 1.37)
    expect(Math.abs(ln(x) - Math.log(x))).toBeLessThan(1e-14 * Math.max(1, Math.abs(Math.log(x))))
  for (let x = -30; x < 30; x += 0.37) expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-14)
})

test('the normal quantile is symmetric, increasing, and right where tables are', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5)
  expect(normalQuantile(0.1)).toBeCloseTo(-normalQuantile(0.9), 12)
  let before = -Infinity
  for (let u = 0; u < 1; u += 0.001) {
    const value = normalQuantile(u)
    expect(value).toBeGreaterThan(before)
    before = value
  }
})
