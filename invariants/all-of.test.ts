import { expect, test } from 'vitest'
import { seconds } from '../sim/index.ts'
import { allOf } from './all-of.ts'
import { always } from './always.ts'
import { on, onProbe } from './event-test.ts'
import { eventually } from './eventually.ts'
import { happens } from './goal.ts'
import { lookedAt, verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

const bank = allOf(
  'the bank is sound',
  always(
    'never negative',
    onProbe('balance', (value) => Number(value) >= 0),
  ),
  always(
    'no client crashes',
    on('crash', ({ node }) => !node.startsWith('client')),
  ),
  eventually(happens('an audit', onProbe('audit')), { within: seconds(1) }),
)

test('a group holds when all of its parts do', async () => {
  const run = recording()
    .probe('store-1', 'balance', 1)
    .crash('store-1')
    .heal()
    .probe('store-1', 'audit', null)
  expect(await verdictOf(bank, run)).toBe('holds')
  expect(await lookedAt(bank, run)).toBe(3)
  expect(bank.unit).toBe('probes balance, events of kind crash, probes audit')
})

test('a group fires under its own name and says which part', async () => {
  const run = recording().probe('store-1', 'balance', -1)
  expect(await verdictOf(bank, run)).toBe('violated: never negative: probe balance -1 on store-1')
  expect(await verdictOf(bank, recording().crash('client-1'))).toBe(
    'violated: no client crashes: crash connections "reset" on client-1',
  )
})

test('a part that cannot be decided hides no violation of another', async () => {
  const early = allOf('both', eventually(happens('an audit', onProbe('audit')), { within: seconds(1) }), bank)
  expect(await verdictOf(early, recording().crash('store-1'))).toBe(
    'undecided: eventually an audit: the run ended before all faults did',
  )
  expect(await verdictOf(early, recording().probe('store-1', 'balance', -1))).toBe(
    'violated: the bank is sound: never negative: probe balance -1 on store-1',
  )
})
