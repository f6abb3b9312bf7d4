import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { bothUnreached, placeOf, type Unreached, unreachedSize } from './index.ts'
import { ProgramSource } from './program-source.ts'
import { placeNumber, type PlaceRange } from './unreached.ts'

const rangesOf = (bits: readonly boolean[]): readonly PlaceRange[] => {
  const ranges: [number, number][] = []
  bits.forEach((bit, at) => {
    const last = ranges.at(-1)
    if (bit && last?.[1] === at) last[1]++
    else if (bit) ranges.push([at, at + 1])
  })
  return ranges
}

describe('what two runs did not reach', () => {
  test('is what neither reached, place by place', () => {
    const bits = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        const both = bothUnreached([['f', rangesOf(a)]], [['f', rangesOf(b)]])
        expect(both).toEqual([['f', rangesOf(a.map((bit, at) => bit && b[at] === true))]])
        expect(unreachedSize(both)).toBe(a.filter((bit, at) => bit && b[at] === true).length)
      }),
    )
  })

  test('holds files that only one of them had', () => {
    const a: Unreached = [['b', [[1, 2]]]]
    const b: Unreached = [['a', [[3, 5]]]]
    expect(bothUnreached(a, b)).toEqual([
      ['a', [[3, 5]]],
      ['b', [[1, 2]]],
    ])
  })
})

describe('places', () => {
  test('are numbers and back', () => {
    const place = { line: 12, column: 7 }
    expect(placeOf(placeNumber(place))).toEqual(place)
  })

  test('are lines and columns of the text, and ranges without words of code are none', () => {
    const source = new ProgramSource('f.ts', 'let a = 1\nif (a) {\n  b()\n}\n')
    const at = source.text.indexOf('{')
    const [range, ...more] = source.rangesOf([[at, source.text.length]])
    expect(more).toEqual([])
    expect(range?.map((number) => placeOf(number))).toEqual([
      { line: 3, column: 2 },
      { line: 4, column: 1 },
    ])
    expect(source.rangesOf([[source.text.indexOf('}'), source.text.length]])).toEqual([])
  })
})
