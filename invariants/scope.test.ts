import { expect, test } from 'vitest'
import { seconds } from '../sim/index.ts'
import { always } from './always.ts'
import { onProbe } from './event-test.ts'
import { eventually } from './eventually.ts'
import { operationsSucceed } from './operations-succeed.ts'
import { afterHeal, during, ofNodes } from './scope.ts'
import { verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

const calm = always(
  'calm',
  onProbe('calm', (value) => value === true),
)
const found = 'violated: probe calm false on store-1'

test('ofNodes looks at the nodes of a group, or those named, and at no others', async () => {
  const run = recording().probe('store-1', 'calm', false)
  expect(await verdictOf(ofNodes('client', calm), run)).toBe('holds')
  expect(await verdictOf(ofNodes(['store-2', 'client'], calm), run)).toBe('holds')
  expect(await verdictOf(ofNodes('store', calm), run)).toBe(found)
  expect(await verdictOf(ofNodes('store-1', calm), run)).toBe(found)
})

test('ofNodes refuses a name that nobody has, and names those that exist', async () => {
  await expect(verdictOf(ofNodes('stor', calm), recording())).rejects.toThrow(
    'invariants: got "stor", wanted a group or node of the scenario: store, client, store-1',
  )
})

test('during looks from the first instant to just before the second', async () => {
  const invariant = during(seconds(1), seconds(2), calm)
  const outside = recording().probe('store-1', 'calm', false).wait(seconds(2)).probe('store-1', 'calm', false)
  expect(await verdictOf(invariant, outside)).toBe('holds')
  expect(await verdictOf(invariant, recording().wait(seconds(1)).probe('store-1', 'calm', false))).toBe(found)
})

test('afterHeal looks at nothing before all faults ended', async () => {
  const run = recording().probe('store-1', 'calm', false).heal()
  expect(await verdictOf(afterHeal(calm), run)).toBe('holds')
  expect(await verdictOf(afterHeal(calm), run.probe('store-1', 'calm', false))).toBe(found)
})

test('what looks at the phases of a run still sees them through a scope', async () => {
  const invariant = ofNodes('client-1', eventually(operationsSucceed('client-1'), { within: seconds(1) }))
  expect(await verdictOf(invariant, recording().heal().operation('client-1', 'get'))).toBe('holds')
  expect(await verdictOf(invariant, recording().heal().wait(seconds(2)).operation('client-1', 'get'))).toBe(
    'violated: no operation of client-1 succeeded within 1s after all faults ended',
  )
})
