// Planted bugs of `redis-disk` are found, each by the invariant that is there for it.

import { expect, test } from 'vitest'

import { type Data, run } from '../sim/index.ts'
import redisDisk from './redis-disk.ts'

async function violatedOn(
  seeds: readonly number[],
  set: Readonly<Record<string, Data>>,
): Promise<Set<string>> {
  const found = new Set<string>()
  for (const seed of seeds) {
    const { violations } = await run(redisDisk, { seed, set: new Map(Object.entries(set)), isChecked: false })
    for (const { invariant } of violations) found.add(invariant)
  }
  return found
}

test('a server that acknowledges before it syncs loses what it acknowledged', async () => {
  const found = await violatedOn([1, 2, 3], { durability: 'always', isFlawed: true })
  expect([...found]).toEqual(['linearizable kv'])
}, 60_000)

test.each(['everysec', 'snapshots'])(
  'a server that takes writes while its disk is full is found out (%s)',
  async (durability) => {
    const found = await violatedOn([1, 2, 3], { durability, takesWrites: true })
    expect(found).toContain('refuses writes while the disk is full')
  },
  60_000,
)

test.each(['always', 'everysec', 'snapshots'])(
  'nothing is violated without them (%s)',
  async (durability) => {
    expect(await violatedOn([2, 3], { durability })).toEqual(new Set())
  },
  60_000,
)
