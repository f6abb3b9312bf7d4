import { expect, test } from 'vitest'
import { ms, seconds } from '../sim/index.ts'
import { eventually } from './eventually.ts'
import { operationsAnswered } from './operations-answered.ts'
import { operationsSucceed, progress } from './operations-succeed.ts'
import { lookedAt, verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

const anybody = eventually(progress, { within: seconds(10) })
const everyClient = eventually(operationsSucceed('client'), { within: seconds(10) })
const served = operationsAnswered({ ratio: 0.5, within: ms(200) })

test('progress is one operation that began after the heal and succeeded', async () => {
  expect(await verdictOf(anybody, recording().heal().operation('client-1', 'get'))).toBe('holds')
})

test('operations that fail, stay unknown, or began before the heal are no progress', async () => {
  const run = recording()
    .invoke('client-1', 'get')
    .heal()
    .end('ok')
    .operation('client-1', 'get', { phase: 'fail' })
    .operation('client-1', 'get', { phase: 'info' })
    .wait(seconds(11))
    .heal()
  expect(await verdictOf(anybody, run)).toBe(
    'violated: no operation succeeded within 10s after all faults ended',
  )
})

test('operationsSucceed wants a success of every member, and names those without one', async () => {
  const run = recording().heal().operation('client-2', 'get')
  expect(await verdictOf(everyClient, run.wait(seconds(1)).operation('client-1', 'get'))).toBe('holds')
  const lonely = recording().heal().operation('client-2', 'get').wait(seconds(11)).heal()
  expect(await verdictOf(everyClient, lonely)).toBe(
    'violated: no operation of client-1 succeeded within 10s after all faults ended',
  )
})

test('operationsAnswered holds when enough operations are answered in time, failures included', async () => {
  const run = recording()
    .operation('client-1', 'get', { phase: 'info' })
    .heal()
    .operation('client-1', 'get')
    .operation('client-1', 'cas', { phase: 'fail' })
    .operation('client-1', 'put', { phase: 'info' })
    .wait(seconds(1))
    .invoke('client-1', 'put')
  expect(await verdictOf(served, run)).toBe('holds')
  expect(await lookedAt(served, run)).toBe(3)
})

test('operationsAnswered fires when too few are answered in time', async () => {
  const run = recording()
    .heal()
    .operation('client-1', 'get')
    .operation('client-1', 'put', { phase: 'info' })
    .invoke('client-1', 'get')
    .wait(ms(201))
    .end('ok')
  expect(await verdictOf(served, run)).toBe(
    'violated: 1 of 3 operations after all faults ended were answered within 200ms, wanted 50%',
  )
})

test('operationsAnswered is undecided when nobody asked anything after the heal', async () => {
  const run = recording().operation('client-1', 'get').heal()
  expect(await verdictOf(served, run)).toBe('undecided: no operation began after all faults ended')
})

test('operationsAnswered refuses a ratio that is none', () => {
  expect(() => operationsAnswered({ ratio: 95, within: ms(1) })).toThrow('got ratio 95, wanted more than 0')
})
