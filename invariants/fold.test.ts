import { expect, test } from 'vitest'
import type { Invariant } from '../sim/index.ts'
import { fold } from './fold.ts'
import { lookedAt, verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

const tokens: Invariant = fold({
  name: 'tokens never go back',
  kinds: ['probe'],
  initial: () => ({ highest: 0 }),
  on: (state, { name, value }) => {
    if (name !== 'token') return null
    if (Number(value) < state.highest) return `token ${Number(value)} after ${state.highest}`
    state.highest = Number(value)
    return null
  },
})

const evenCrashes: Invariant = fold({
  name: 'crashes come in pairs',
  kinds: ['crash'],
  initial: (world) => ({ crashes: 0, nodes: world.nodes.length }),
  on: (state) => {
    state.crashes++
    return null
  },
  end: ({ crashes, nodes }) => (crashes % 2 === 0 ? null : `${crashes} crashes of ${nodes} nodes`),
  looked: ({ crashes }) => crashes,
})

test('a fold carries its state from event to event', async () => {
  const run = recording().probe('store-1', 'token', 3).probe('store-2', 'token', 4)
  expect(await verdictOf(tokens, run)).toBe('holds')
  expect(await verdictOf(tokens, run.probe('store-1', 'token', 2))).toBe('violated: token 2 after 4')
})

test('a fold begins anew for every run', async () => {
  expect(await verdictOf(tokens, recording().probe('store-1', 'token', 9))).toBe('holds')
  expect(await verdictOf(tokens, recording().probe('store-1', 'token', 1))).toBe('holds')
})

test('a fold judges the run as a whole at its end', async () => {
  expect(await verdictOf(evenCrashes, recording().crash('store-1').crash('store-2'))).toBe('holds')
  expect(await verdictOf(evenCrashes, recording().crash('store-1'))).toBe('violated: 1 crashes of 5 nodes')
})

test('a fold counts its events unless it says what it looked at', async () => {
  expect(await lookedAt(tokens, recording().probe('store-1', 'other', 1).crash('store-1'))).toBe(1)
  expect(await lookedAt(evenCrashes, recording().crash('store-1').crash('store-1'))).toBe(2)
})

test('a fold may leave it undecided', async () => {
  const invariant = fold({
    name: 'needs a start',
    kinds: ['start'],
    initial: () => null,
    on: () => null,
    end: () => ({ kind: 'undecided', message: 'nothing started' }),
  })
  expect(await verdictOf(invariant, recording())).toBe('undecided: nothing started')
})
