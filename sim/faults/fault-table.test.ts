import { expect, test } from 'vitest'

import { faultTable } from './fault-table.ts'
import { faultKinds } from './registry.ts'

test('the table has a row for each kind of fault, with as many cells as its head', () => {
  const [head, rule, ...rows] = faultTable().trimEnd().split('\n')
  expect(rows.map((row) => /^\| `([a-z-]+)` /.exec(row)?.[1])).toEqual([...faultKinds])
  for (const row of rows) expect(row.split('|')).toHaveLength(head?.split('|').length ?? 0)
  expect(rule).toBe('|---|---|---|---|---|---|')
})

test('a row says what happens, what may be said, for how long, and what it counts as', () => {
  const row = faultTable()
    .split('\n')
    .find((line) => line.startsWith('| `stop`'))
  expect(row).toBe(
    '| `stop` | node | the program is asked to stop and has `grace` to do so; it starts again afterwards | `node`, `grace` = 1s | `for`, or until the run heals | outage |',
  )
})
