// Replies that leave before the sync of their commands: the planted bug of `redis-durability` is found.

import { expect, test } from 'vitest'

import { run } from '../sim/index.ts'
import redisDurability from './redis-durability.ts'

test('a server that acknowledges before it syncs is found out on the first seed', async () => {
  const set = new Map<string, string | boolean>([
    ['appendfsync', 'always'],
    ['isFlawed', true],
  ])
  const { outcome, violations } = await run(redisDurability, { seed: 1, set, isChecked: false })
  expect(outcome.kind).toBe('violated')
  expect(violations[0]?.message).toContain('not linearizable')
}, 60_000)

test('a server that syncs nothing is found out where the system decides when to write', async () => {
  const found: string[] = []
  for (const seed of [1, 2, 3]) {
    const set = new Map<string, string | boolean>([
      ['appendfsync', 'no'],
      ['isFlawed', true],
    ])
    const { violations } = await run(redisDurability, { seed, set, isChecked: false })
    for (const { message } of violations) found.push(message)
  }
  expect(found).toContainEqual(expect.stringContaining('a write that was rewritten is lost'))
}, 60_000)
