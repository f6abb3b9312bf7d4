import { expect, test } from 'vitest'
import { onProbe } from './event-test.ts'
import { reachable, sometimes, unreachable } from './sometimes.ts'
import { lookedAt, verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

const full = sometimes(
  'the queue is full',
  onProbe('length', (value) => value === 8),
)

test('sometimes is never violated by a run, and counts how often the run reached the point', async () => {
  const run = recording().probe('store-1', 'length', 7).probe('store-1', 'length', 8)
  expect(await verdictOf(full, run)).toBe('holds')
  expect(await lookedAt(full, run)).toBe(1)
  expect(await verdictOf(full, recording())).toBe('holds')
  expect(await lookedAt(full, recording().probe('store-1', 'length', 7))).toBe(0)
})

test('points say that they are points, properties do not', () => {
  expect(full.isPoint).toBe(true)
  expect(reachable('split').isPoint).toBe(true)
  expect(unreachable('split').isPoint).toBeUndefined()
})

test('reachable counts the probe of that name', async () => {
  const run = recording().probe('store-1', 'split', null).probe('store-1', 'merge', null)
  expect(await lookedAt(reachable('split'), run)).toBe(1)
  expect(await lookedAt(reachable('other'), run)).toBe(0)
})

test('unreachable fires on the probe of that name and on no other', async () => {
  const run = recording().probe('store-1', 'impossible', null)
  expect(await verdictOf(unreachable('impossible'), run)).toBe('violated: probe impossible null on store-1')
  expect(await verdictOf(unreachable('split'), run)).toBe('holds')
})
