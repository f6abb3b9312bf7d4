import { expect, test } from 'vitest'

import { type ListSearch, searchStart, smallerLists } from './list-search.ts'

/** Halves towards 1. */
const halved = (item: number): readonly number[] => (item > 1 ? [Math.floor(item / 2)] : [])

/** Searches as fast-check does: takes the first list that fails, and goes on from its state. */
function search(
  items: readonly number[],
  fails: (items: readonly number[]) => boolean,
  simpler: (item: number) => readonly number[] = () => [],
): { readonly left: readonly number[]; readonly runs: number } {
  let left = items
  let state: ListSearch = searchStart
  let runs = 0
  for (;;) {
    let taken = false
    for (const step of smallerLists(left, state, simpler)) {
      runs++
      if (!fails(step.items)) continue
      left = step.items
      state = step.next
      taken = true
      break
    }
    if (!taken) return { left, runs }
  }
}

function subset(bits: number, length: number): readonly number[] {
  return Array.from({ length }, (_, place) => place).filter((place) => (bits >> place) & 1)
}

test('leaves exactly what is needed, of every part of every short list', () => {
  for (let length = 0; length <= 8; length++)
    for (let bits = 0; bits < 1 << length; bits++) {
      const needed = subset(bits, length)
      const items = subset((1 << length) - 1, length)
      const { left } = search(items, (list) => needed.every((item) => list.includes(item)))
      expect(left).toEqual(needed)
    }
})

test('leaves no item that can be spared alone, whatever fails', () => {
  const items = subset(0xff, 8)
  for (let odd = 1; odd < 200; odd++) {
    const fails = (list: readonly number[]): boolean =>
      list.length > 1 &&
      (list.reduce((hash, item) => hash * 31 + item + odd, odd) % 7 < 4 || list.length === 8)
    const { left } = search(items, fails)
    for (const item of left) expect(fails(left.filter((other) => other !== item))).toBe(false)
  }
})

test('makes what is left as simple as it can be', () => {
  const { left } = search([100, 90, 80], (list) => list.some((item) => item >= 20), halved)
  expect(left).toEqual([20])
})

test('says that nothing at all fails after one run', () => {
  expect(search([1, 2, 3], () => true)).toEqual({ left: [], runs: 1 })
})
