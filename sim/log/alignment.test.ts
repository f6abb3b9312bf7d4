import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { align } from './alignment.ts'

const labels = (text: string): Uint32Array => Uint32Array.from(text, (letter) => letter.charCodeAt(0))

/** The length of the longest common subsequence, by the textbook. */
function longestCommon(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0))
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      rows[i]![j] =
        a[i - 1] === b[j - 1] ? rows[i - 1]![j - 1]! + 1 : Math.max(rows[i - 1]![j]!, rows[i]![j - 1]!)
    }
  }
  return rows[a.length]![b.length]!
}

describe('an alignment', () => {
  test('finds what only one of two sequences has', () => {
    expect(align(labels('abcdef'), labels('abXcdf'))).toEqual([
      { startA: 2, endA: 2, startB: 2, endB: 3 },
      { startA: 4, endA: 5, startB: 5, endB: 5 },
    ])
  })

  test('is empty for equal sequences', () => {
    expect(align(labels('abc'), labels('abc'))).toEqual([])
    expect(align(labels(''), labels(''))).toEqual([])
  })

  test('leaves equal sequences when its stretches are cut out, and as long as they can be', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const hunks = align(labels(a), labels(b)) ?? []
        const keptA = Array.from(a).filter(
          (_, place) => !hunks.some(({ startA, endA }) => place >= startA && place < endA),
        )
        const keptB = Array.from(b).filter(
          (_, place) => !hunks.some(({ startB, endB }) => place >= startB && place < endB),
        )
        expect(keptA).toEqual(keptB)
        expect(keptA).toHaveLength(longestCommon(a, b))
      }),
      { numRuns: 500 },
    )
  })

  test('gives up in bounded time on sequences that have little in common', () => {
    const a = Uint32Array.from({ length: 20_000 }, (_, place) => place * 2)
    const b = Uint32Array.from({ length: 20_000 }, (_, place) => place * 2 + 1)
    expect(align(a, b)).toBe(null)
  })
})
