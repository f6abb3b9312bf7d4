import { expect, test } from 'vitest'
import { seconds } from '../sim/index.ts'
import { on } from './event-test.ts'
import { eventually } from './eventually.ts'
import { happens } from './goal.ts'
import { lookedAt, verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

const restart = happens('a restart', on('start'))
const within10 = eventually(restart, { within: seconds(10) })

test('eventually holds when the goal is reached within the bound after the faults ended', async () => {
  const run = recording().heal().wait(seconds(10)).start('store-1')
  expect(await verdictOf(within10, run)).toBe('holds')
  expect(await lookedAt(within10, run)).toBe(1)
})

test('what happened before the faults ended does not count', async () => {
  const run = recording().start('store-1').wait(seconds(5)).heal().wait(seconds(11)).crash('store-1')
  expect(await verdictOf(within10, run.heal())).toBe(
    'violated: not once: a restart within 10s after all faults ended',
  )
})

test('eventually fires online at the first event behind the bound, even if that would be the goal', async () => {
  const run = recording().heal().wait(seconds(10.5)).start('store-1')
  expect(await verdictOf(within10, run)).toBe(
    'violated: not once: a restart within 10s after all faults ended',
  )
})

test('eventually is undecided when the run ends before the bound', async () => {
  const run = recording().heal().wait(seconds(9)).add('phase', '', { phase: 'end' })
  expect(await verdictOf(within10, run)).toBe(
    'undecided: the run ended before the bound of 10s after all faults ended',
  )
  expect(await lookedAt(within10, run)).toBe(0)
})

test('eventually is undecided when the run ends before the faults do', async () => {
  const run = recording().start('store-1').wait(seconds(60)).start('store-1')
  expect(await verdictOf(within10, run)).toBe('undecided: the run ended before all faults did')
})

test('eventually counts from the start where told so', async () => {
  const invariant = eventually(restart, { within: seconds(1), from: 'start' })
  expect(await verdictOf(invariant, recording().wait(seconds(1)).start('store-1'))).toBe('holds')
  expect(await verdictOf(invariant, recording().wait(seconds(2)).start('store-1'))).toBe(
    'violated: not once: a restart within 1s after the start',
  )
})
