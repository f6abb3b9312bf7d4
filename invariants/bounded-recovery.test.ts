import { expect, test } from 'vitest'
import { seconds } from '../sim/index.ts'
import { boundedRecovery } from './bounded-recovery.ts'
import { onProbe } from './event-test.ts'
import { verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

const recovery = boundedRecovery({ ready: onProbe('ready'), within: seconds(2) })

test('bounded recovery holds when a node that comes again is ready in time, or goes down before', async () => {
  const run = recording()
    .start('store-1')
    .start('store-2', 2)
    .start('store-3', 2)
    .wait(seconds(1))
    .probe('store-2', 'ready', null)
    .crash('store-3')
    .wait(seconds(5))
    .heal()
  expect(await verdictOf(recovery, run)).toBe('holds')
})

test('bounded recovery fires when a node that comes again is not ready in time', async () => {
  const run = recording()
    .start('store-2', 2)
    .start('store-3', 2)
    .wait(seconds(1))
    .probe('store-2', 'ready', null)
    .wait(seconds(2))
    .heal()
  expect(await verdictOf(recovery, run)).toBe(
    'violated: no response within 2s to start incarnation 2 version "1" on store-3',
  )
})
