import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesGlob } from './glob.ts'

test('patterns match as Redis matches them', () => {
  const cases: [pattern: string, text: string, isMatch: boolean][] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['h?llo', 'hello', true],
    ['h?llo', 'hllo', false],
    ['h*llo', 'heeeello', true],
    ['h[ae]llo', 'hallo', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hallo', true],
    ['h[^e]llo', 'hello', false],
    ['h[a-c]llo', 'hbllo', true],
    ['h[c-a]llo', 'hbllo', true],
    ['[a-]', '-', false],
    ['[a-]', '_', true],
    ['[a-\xff]', 'b', false],
    ['[abc', 'c', true],
    ['[]', 'a', false],
    ['[^]', 'a', true],
    ['[', 'a', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\', '\\', true],
    ['[\\]]', ']', true],
    ['*a*b', 'xxaxxb', true],
    ['*a*b', 'xxaxx', false],
    ['a**', 'a', true],
  ]
  for (const [pattern, text, isMatch] of cases)
    expect(matchesGlob(pattern, text), `${pattern} ${text}`).toBe(isMatch)
  expect(matchesGlob('MAX*', 'maxmemory', true)).toBe(true)
})

test('stars and question marks match as a regular expression does', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 12 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 })
  fc.assert(
    fc.property(pattern, text, (glob, bytes) => {
      const source = glob.replaceAll('*', '[ab]*').replaceAll('?', '.')
      expect(matchesGlob(glob, bytes)).toBe(new RegExp(`^${source}$`).test(bytes))
    }),
  )
})

test('a hostile pattern ends in time', () => {
  expect(matchesGlob('a*'.repeat(2000), 'a'.repeat(20_000) + 'b', false)).toBe(true)
  expect(matchesGlob(`${'a*'.repeat(2000)}c`, 'a'.repeat(20_000), false)).toBe(false)
})
