import { expect, test } from 'vitest'

import { Plateau } from './plateau.ts'
import { seedResult, type SeedResult } from './seed-result.ts'
import { run } from '../run.ts'
import failsSometimes from '../testing/fails-sometimes.ts'

const base = seedResult(await run(failsSometimes, { seed: 1 }))

function taken(length: number, ...features: readonly (readonly string[])[]): Plateau {
  const plateau = new Plateau(length)
  const results = features.map((features, place): SeedResult => ({ ...base, seed: place + 1, features }))
  for (const result of results) plateau.take(result)
  return plateau
}

test('a plateau is where nothing new came for so many seeds', () => {
  const plateau = taken(2, ['a'], ['a', 'b'], ['b'], ['a'], ['c'])
  expect([plateau.end, plateau.taken]).toEqual([4, 5])
  expect(plateau.coverage).toEqual({ features: 2, lastNew: 2, isPlateau: true })
})

test('there is none while something new comes often enough', () => {
  const plateau = taken(2, ['a'], ['a'], ['b'], [], ['c'])
  expect(plateau.end).toBeNull()
  expect(plateau.coverage).toEqual({ features: 3, lastNew: 5, isPlateau: false })
})

test('seeds that reach nothing at all are one as well', () => {
  expect(taken(3, [], [], []).coverage).toEqual({ features: 0, lastNew: null, isPlateau: true })
})

test('that a fault hit nodes without a state is nothing new', () => {
  const plateau = taken(2, ['fault pause'], ['fault pause', 'fault pause at - no state'], ['fault pause'])
  expect(plateau.coverage).toEqual({ features: 1, lastNew: 1, isPlateau: true })
})
