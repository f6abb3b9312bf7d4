import { expect, test } from 'vitest'
import { always, never } from './always.ts'
import { checkEvents } from './check-events.ts'
import { on, onProbe } from './event-test.ts'
import { lookedAt, verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

const balance = always(
  'balance never negative',
  onProbe('balance', (value) => Number(value) >= 0),
)

test('always holds while every event answers yes', async () => {
  const run = recording().probe('store-1', 'balance', 5).probe('store-1', 'balance', 0)
  expect(await verdictOf(balance, run)).toBe('holds')
})

test('always names the first event that answers no', async () => {
  const run = recording().probe('store-1', 'balance', 5).probe('store-2', 'balance', -1)
  const { violations } = await checkEvents([balance], run.events)
  expect(violations).toEqual([
    {
      invariant: 'balance never negative',
      message: 'probe balance -1 on store-2',
      at: 0,
      node: 'store-2',
      seq: 2,
      witnesses: [2],
    },
  ])
})

test('always takes events of any kind, and the words to say what is wrong', async () => {
  const invariant = always(
    'messages are small',
    on('send', ({ size }) => size <= 100),
    ({ node, size }) => `${node} sent ${size} bytes`,
  )
  const run = recording().add('send', 'store-1', { target: 'store-2', size: 101, message: {} })
  expect(await verdictOf(invariant, run)).toBe('violated: store-1 sent 101 bytes')
})

test('always counts only the events that concern it', async () => {
  const run = recording().probe('store-1', 'balance', 5).probe('store-1', 'other', -1).crash('store-1')
  expect(await lookedAt(balance, run)).toBe(1)
})

test('never holds while every event answers no, and fires on a yes', async () => {
  const invariant = never(
    'no crash of a client',
    on('crash', ({ node }) => node.startsWith('client')),
  )
  expect(await verdictOf(invariant, recording().crash('store-1'))).toBe('holds')
  expect(await verdictOf(invariant, recording().crash('client-1'))).toBe(
    'violated: crash connections "reset" on client-1',
  )
})

test('one invariant judges two runs without remembering the first', async () => {
  const bad = recording().probe('store-1', 'balance', -1)
  expect(await verdictOf(balance, bad)).toBe('violated: probe balance -1 on store-1')
  expect(await verdictOf(balance, recording().probe('store-1', 'balance', 1))).toBe('holds')
  expect(await verdictOf(balance, bad)).toBe('violated: probe balance -1 on store-1')
})
