import { expect, test } from 'vitest'
import { ms, seconds } from '../sim/index.ts'
import { on, onProbe } from './event-test.ts'
import { leadsTo } from './leads-to.ts'
import { lookedAt, verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

const answered = leadsTo('requests are answered', {
  trigger: onProbe('request'),
  response: onProbe('response'),
  within: ms(100),
  key: (event) => (event.kind === 'probe' ? JSON.stringify(event.value) : event.node),
})

test('leadsTo holds when each trigger has its response in time', async () => {
  const run = recording()
    .probe('store-1', 'request', 'a')
    .probe('store-1', 'request', 'b')
    .wait(ms(100))
    .probe('store-2', 'response', 'b')
    .probe('store-2', 'response', 'a')
    .wait(seconds(1))
    .probe('store-1', 'request', 'c')
  expect(await verdictOf(answered, run)).toBe('holds')
  expect(await lookedAt(answered, run)).toBe(2)
})

test('leadsTo fires on the oldest trigger without a response', async () => {
  const run = recording()
    .probe('store-1', 'request', 'a')
    .probe('store-1', 'request', 'b')
    .probe('store-2', 'response', 'b')
    .wait(ms(101))
    .probe('store-1', 'response', 'a')
  expect(await verdictOf(answered, run)).toBe(
    'violated: no response within 100ms to probe request "a" on store-1',
  )
})

test('leadsTo judges at the end what came in time to be judged', async () => {
  const run = recording().probe('store-1', 'request', 'a').wait(ms(101)).add('phase', '', { phase: 'end' })
  expect(await verdictOf(answered, run)).toBe(
    'violated: no response within 100ms to probe request "a" on store-1',
  )
})

test('leadsTo excuses triggers of the key that an excuse is for', async () => {
  const invariant = leadsTo('pings are answered', {
    trigger: onProbe('ping'),
    response: onProbe('pong'),
    within: ms(100),
    unless: on('crash'),
  })
  const run = recording().probe('store-1', 'ping', 1).probe('store-2', 'ping', 2).crash('store-1')
  expect(await verdictOf(invariant, run.wait(ms(101)).heal())).toBe(
    'violated: no response within 100ms to probe ping 2 on store-2',
  )
})
