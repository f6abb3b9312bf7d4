import fc from 'fast-check'
import { expect, test } from 'vitest'

import { LineSplitter } from './line-splitter.ts'

/** The lines that are whole, as text, and how it stands after them. */
function taken(splitter: LineSplitter): readonly string[] {
  const found: string[] = []
  for (;;) {
    const next = splitter.next()
    if (next.kind !== 'line') return [...found, next.kind]
    found.push(Buffer.from(next.bytes).toString('latin1'))
  }
}

test('lines are those of the whole text, in whatever pieces it came', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '\n') }), fc.array(fc.nat(5)), (text, sizes) => {
      const splitter = new LineSplitter(1000)
      const found: string[] = []
      let at = 0
      for (const size of [...sizes, text.length]) {
        splitter.put(Buffer.from(text.slice(at, at + size)))
        at += size
        found.push(...taken(splitter).slice(0, -1))
      }
      const wanted = text.split('\n')
      expect(splitter.length).toBe(wanted.pop()?.length)
      expect(found).toEqual(wanted)
    }),
  )
})

test('a line may be as long as the bound, and not longer, whether its end has come or not', () => {
  const splitter = new LineSplitter(3)
  splitter.put(Buffer.from('abc'))
  expect(splitter.next()).toEqual({ kind: 'unfinished' })
  splitter.put(Buffer.from('\nabcd'))
  expect(taken(splitter)).toEqual(['abc', 'unfinished'])
  splitter.put(Buffer.from('e'))
  expect(splitter.next()).toEqual({ kind: 'too-long', length: 4 })
  splitter.put(Buffer.from('\n'))
  expect(splitter.next()).toEqual({ kind: 'too-long', length: 5 })
})

test('a long line that comes a byte at a time is looked through once', () => {
  const splitter = new LineSplitter(200_000)
  const byte = Buffer.from('x')
  let looks = 0
  const indexOf = Buffer.prototype.indexOf
  byte.indexOf = (...words: Parameters<typeof indexOf>) => {
    looks++
    return indexOf.apply(byte, words)
  }
  for (let count = 0; count < 2000; count++) {
    splitter.put(byte)
    splitter.next()
  }
  splitter.put(Buffer.from('\n'))
  expect(splitter.next()).toMatchObject({ kind: 'line', bytes: { length: 2000 } })
  expect(looks).toBeLessThan(3 * 2000)
})
