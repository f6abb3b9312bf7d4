import { expect, test } from 'vitest'

import { labelPlaces } from './label-places.ts'

const room = { top: 10, bottom: 110, gap: 13 }

test('labels with room stand where their lines end', () => {
  expect(labelPlaces([20, 60, 100], room)).toEqual([20, 60, 100])
})

test('labels of lines that end in one place stand one below the other, the first line lowest', () => {
  expect(labelPlaces([50, 50, 50], room)).toEqual([76, 63, 50])
})

test('labels that would touch make room for each other, and stay inside', () => {
  expect(labelPlaces([108, 104, 100], room)).toEqual([110, 97, 84])
  expect(labelPlaces([0, 12], room)).toEqual([10, 23])
})

test('labels without room for all share what there is', () => {
  expect(labelPlaces([5, 5, 5], { top: 0, bottom: 10, gap: 13 })).toEqual([10, 5, 0])
  expect(labelPlaces([], room)).toEqual([])
})
