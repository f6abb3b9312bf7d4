import { expect, test } from 'vitest'
import { checkEvents } from './check-events.ts'
import { kv, register } from './linearizability/index.ts'
import { linearizable } from './linearizable.ts'
import { lookedAt, verdictOf } from './testing/judge.ts'
import { recording, type Recording } from './testing/recording.ts'

const put = (run: Recording, key: string, input: number): Recording =>
  run.operation('client-1', 'put', { key, input })
const get = (run: Recording, key: string, output: number | null): Recording =>
  run.operation('client-2', 'get', { key, output })

test('linearizable holds when the operations have an order', async () => {
  const run = get(put(get(recording(), 'x', null), 'x', 1), 'x', 1)
  expect(await verdictOf(linearizable(kv), run)).toBe('holds')
  expect(await lookedAt(linearizable(kv), run)).toBe(3)
})

test('a write that nobody saw end may have taken effect, and may not', async () => {
  const run = recording().operation('client-1', 'put', { key: 'x', input: 1, phase: 'info' })
  expect(await verdictOf(linearizable(kv), get(get(run, 'x', null), 'x', 1))).toBe('holds')
})

test('linearizable fires on a stale read, and shows the operations and their events', async () => {
  const run = get(put(put(put(recording(), 'y', 7), 'x', 1), 'x', 2), 'x', 1)
  const { violations } = await checkEvents([linearizable(kv)], run.events)
  expect(violations).toHaveLength(1)
  expect(violations[0]?.invariant).toBe('linearizable kv')
  expect(violations[0]?.message).toMatchInlineSnapshot(`
    "operations are not linearizable as kv
    key "x": no order of these 2 operations is legal, whatever was before:
      process client-1  5..6  put 2 → ok
      process client-2  7..8  get → ok 1"
  `)
  expect(violations[0]?.witnesses).toEqual([8, 7, 6, 5])
})

test('the first line of the message is the same for every violation of the same model', async () => {
  const stale = await verdictOf(linearizable(kv), get(put(put(recording(), 'x', 1), 'x', 2), 'x', 1))
  const invented = await verdictOf(linearizable(kv), get(recording(), 'z', 9))
  expect(stale.split('\n')[0]).toBe('violated: operations are not linearizable as kv')
  expect(invented.split('\n')[0]).toBe(stale.split('\n')[0])
})

test('reaching the bound on steps is undecided, not a pass', async () => {
  const run = get(put(get(put(recording(), 'x', 1), 'x', 1), 'x', 2), 'x', 2)
  expect(await verdictOf(linearizable(kv, { stepsMax: 1 }), run)).toBe(
    'undecided: kv: unknown: reached a bound (1 steps) at key "x"',
  )
})

test('operations that are no history of the model are undecided', async () => {
  const unknown = recording().operation('client-1', 'rename', { key: 'x' })
  expect(await verdictOf(linearizable(kv), unknown)).toMatch(/^undecided: .*"rename".*kv knows/)
  const endless = recording().invoke('client-1', 'put', { key: 'x', input: 1 }).end('ok').end('ok')
  expect(await verdictOf(linearizable(kv), endless)).toMatch(/^undecided: .*without an invoke/)
})

test('only the operations that are meant are judged', async () => {
  const run = put(recording(), 'x', 1).operation('client-1', 'rename', { key: 'x' })
  expect(await verdictOf(linearizable(kv, { only: ({ f }) => f !== 'rename' }), run)).toBe('holds')
})

test('the model and a name of its own tell two of them apart', () => {
  expect(linearizable(register).name).toBe('linearizable register')
  expect(linearizable(register, { name: 'the lease is linearizable' }).name).toBe('the lease is linearizable')
})
