import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { minimise } from './minimise.ts'

/** Answers as a failure would that needs all of some items, and counts what it was asked. */
function needing(needed: readonly number[]) {
  const asked = { count: 0 }
  const firstFailing = async (variants: readonly (readonly number[])[]): Promise<number> => {
    const found = variants.findIndex((variant) => needed.every((item) => variant.includes(item)))
    asked.count += found < 0 ? variants.length : found + 1
    return found
  }
  return { asked, firstFailing }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, item) => item)

test('leaves exactly what the failure needs, in its order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 80 }),
      fc.array(fc.nat({ max: 79 }), { maxLength: 6 }),
      async (count, drawn) => {
        const needed = [...new Set(drawn)].filter((item) => item < count).sort((a, b) => a - b)
        const { firstFailing } = needing(needed)
        expect(await minimise(upTo(count), firstFailing)).toEqual(needed)
      },
    ),
  )
})

test('asks about a hundred times for three items of 150', async () => {
  const { asked, firstFailing } = needing([17, 80, 133])
  expect(await minimise(upTo(150), firstFailing)).toEqual([17, 80, 133])
  expect(asked.count).toBeLessThan(130)
})

test('a failure that needs nothing is left with nothing, and one that needs all with all', async () => {
  expect(await minimise(upTo(9), needing([]).firstFailing)).toEqual([])
  expect(await minimise(upTo(9), needing(upTo(9)).firstFailing)).toEqual(upTo(9))
})

test('keeps the whole list when nobody answers any more', async () => {
  expect(await minimise(upTo(9), async () => -1)).toEqual(upTo(9))
})
