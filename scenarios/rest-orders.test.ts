// The planted bug of `rest-orders`: a server that ignores the keys takes an order twice, and the invariant says so.

import { expect, test, vi } from 'vitest'

import restOrders from './rest-orders.ts'
import { run, seconds } from '../sim/index.ts'

vi.setConfig({ testTimeout: 60_000 })

test.each([
  ['no-keys', ['no order is taken twice']],
  ['none', []],
])('with the bug %s', async (bug, violated) => {
  const short = { seed: 1, parameters: { bug }, duration: seconds(10) }
  const { violations } = await run(restOrders, short)
  expect(violations.map(({ invariant }) => invariant)).toEqual(violated)
})

test('a bug that there is not is refused', async () => {
  await expect(run(restOrders, { seed: 1, parameters: { bug: 'no-kyes' } })).rejects.toThrow(
    'wanted one of none, no-keys',
  )
})
