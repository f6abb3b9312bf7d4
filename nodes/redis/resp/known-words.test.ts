// Words that are known, and words that only look like them.

import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { KnownWords, knownWordMax } from './known-words.ts'

const words = new KnownWords()

function remember(word: string): void {
  const bytes = Buffer.from(word, 'latin1')
  words.remember(word, bytes, 0, bytes.length)
}

function found(word: string): string | undefined {
  const bytes = Buffer.from(`<${word}>`, 'latin1')
  return words.find(bytes, 1, bytes.length - 1)
}

test('a word that was remembered is found, until another one takes its place', () => {
  expect(found('key')).toBeUndefined()
  remember('key')
  expect(found('key')).toBe('key')
  // The same length, the same first byte and the same two last ones.
  remember('k:ey')
  remember('k_ey')
  expect(found('k:ey')).toBeUndefined()
  expect(found('k_ey')).toBe('k_ey')
})

test('what is found is what was asked for, of any bytes', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', '\0', '\u00ff', '\r'),
    minLength: 1,
    maxLength: knownWordMax,
  })
  fc.assert(
    fc.property(fc.array(word, { maxLength: 50 }), (many) => {
      for (const each of many) {
        expect([undefined, each]).toContain(found(each))
        remember(each)
        expect(found(each)).toBe(each)
      }
    }),
  )
})
