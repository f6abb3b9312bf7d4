import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addLongDoubles, longDoubleText, parseLongDouble } from './long-double.ts'
import { doubleText, fixedText, humanText, parseDouble } from './number-text.ts'

test('doubles are written with 17 significant digits, as C writes %.17g', () => {
  const texts: [number, string][] = [
    [0, '0'],
    [-0, '-0'],
    [3, '3'],
    [1.1, '1.1000000000000001'],
    [0.1, '0.10000000000000001'],
    [1e17, '1e+17'],
    [1e16, '10000000000000000'],
    [123456789012345680, '1.2345678901234568e+17'],
    [1e-5, '1.0000000000000001e-05'],
    [0.0001, '0.0001'],
    [-1.5e300, '-1.5000000000000001e+300'],
    [5e-324, '4.9406564584124654e-324'],
    [3125000000000.03125, '3125000000000.0312'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
    [NaN, 'nan'],
  ]
  for (const [value, text] of texts) expect(doubleText(value)).toBe(text)
})

test('every double is read back from its text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      if (value !== 0 && Math.abs(value) < 2.3e-308) return
      expect(parseDouble(doubleText(value))).toBe(value)
    }),
  )
})

test('a fixed number of decimals rounds ties to even', () => {
  expect(fixedText(0.03125, 4)).toBe('0.0312')
  expect(fixedText(0.09375, 4)).toBe('0.0938')
  expect(fixedText(-1.5, 0)).toBe('-2')
  expect(fixedText(166274.15156960033, 4)).toBe('166274.1516')
  expect(humanText(13.361389338970184)).toBe('13.36138933897018433')
  expect(humanText(-0)).toBe('0')
  expect(humanText(1e22)).toBe('10000000000000000000000')
})

test('text is read as strtod reads it, whole and in range', () => {
  const numbers: [string, number | undefined][] = [
    ['1', 1],
    ['+.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['0x10', 16],
    ['-0x1.8p1', -3],
    ['0x1p-1074', 5e-324],
    ['0x1p1024', undefined],
    ['0x1p-1080', undefined],
    ['InFiNity', Infinity],
    ['-inf', -Infinity],
    ['0e999', 0],
    ['1e400', undefined],
    ['1e-400', undefined],
    ['', undefined],
    [' 1', undefined],
    ['1 ', undefined],
    ['1_0', undefined],
    ['nan', undefined],
    ['.', undefined],
    ['0x', undefined],
    ['e5', undefined],
  ]
  for (const [text, value] of numbers) expect(parseDouble(text), text).toBe(value)
})

function sumText(first: string, second: string): string | undefined {
  const [a, b] = [parseLongDouble(first), parseLongDouble(second)]
  if (a === undefined || b === undefined) return undefined
  const sum = addLongDoubles(a, b)
  return sum === undefined ? 'infinite' : longDoubleText(sum)
}

test('sums of long doubles end as those of 80-bit numbers do', () => {
  expect(sumText('10.50', '0.1')).toBe('10.6')
  expect(sumText('3.0', '1.000000000000000005')).toBe('4.00000000000000001')
  expect(sumText('0.1', '0.2')).toBe('0.3')
  expect(sumText('5.0e3', '2.0e2')).toBe('5200')
  expect(sumText('1e20', '0.1')).toBe('100000000000000000000')
  expect(sumText('1', '-1')).toBe('0')
  expect(sumText('-0', '-0')).toBe('0')
  expect(sumText('17179869184', '1.5')).toBe('17179869185.5')
  expect(sumText('1e4932', '1e4932')).toBe('infinite')
  expect(sumText('inf', '1')).toBe('infinite')
  expect(sumText('1e5000', '1')).toBeUndefined()
  expect(sumText('1e-5000', '1')).toBeUndefined()
  expect(sumText(' 1', '1')).toBeUndefined()
  expect(sumText('1e99999999999999999999', '1')).toBeUndefined()
  expect(sumText('0x10', '1')).toBe('17')
})

test('sums of decimals short enough to be exact are exact', () => {
  const cents = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 })
  fc.assert(
    fc.property(cents, cents, (first, second) => {
      const sum = BigInt(first + second)
      expect(Number(sumText(String(first / 4), String(second / 4)))).toBe(Number(sum) / 4)
    }),
  )
})
