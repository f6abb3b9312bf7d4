import { describe, expect, test } from 'vitest'

import { Inventory } from './inventory.ts'
import {
  type Env,
  group,
  lan,
  ms,
  run,
  scenario,
  seconds,
  type Fault,
  type Instant,
} from '../../../sim/index.ts'

/** Runs a program on a simulated disk and says what it noted; `faults` strike its node, `solo-1`. */
async function onDisk(
  act: (env: Env, note: (value: unknown) => void) => Promise<void>,
  faults: readonly Fault[] = [],
): Promise<readonly unknown[]> {
  const notes: unknown[] = []
  const played = scenario({
    title: 'a disk',
    nodes: () => group('solo', 1, (env: Env) => act(env, (value) => void notes.push(value)), { quorum: 0 }),
    network: lan(),
    faults: [...faults],
    duration: seconds(5),
  })
  const { violations } = await run(played, { seed: 1, isChecked: false })
  expect(violations).toEqual([])
  return notes
}

const at = (milliseconds: number): Instant => ms(milliseconds) as number as Instant

describe('an inventory', () => {
  const fill = (inventory: Inventory): void => {
    const item = inventory.addItem('a', 10)
    inventory.takeOrder(item, { quantity: 4, reference: 'r' }, () => ({
      name: 'key',
      stored: { fingerprint: 'f', status: 201, headers: [['Location', '/orders/1']], body: '{}' },
    }))
  }
  const shown = (inventory: Inventory): unknown => [
    inventory.items,
    inventory.orders,
    inventory.answer('key')?.body,
  ]
  const filled = [
    [{ id: 1, name: 'a', stock: 6, version: 2 }],
    [{ id: 1, item: 1, quantity: 4, reference: 'r' }],
    '{}',
  ]

  test('holds after a restart what it held, with the answers that were given', async () => {
    const notes = await onDisk(async (env, note) => {
      const inventory = await Inventory.open(env.disk)
      fill(inventory)
      await inventory.settled()
      note(shown(await Inventory.open(env.disk)))
    })
    expect(notes).toEqual([filled])
  })

  test('sells no more than there is', async () => {
    const inventory = await Inventory.open(null)
    const item = inventory.addItem('a', 3)
    expect(inventory.takeOrder(item, { quantity: 4, reference: '' }, () => null)).toBeNull()
    expect(inventory.item(1)).toEqual(item)
    await inventory.settled()
  })

  test('writes everything anew after a sync that failed, and says so until it could', async () => {
    const notes = await onDisk(
      async (env, note) => {
        const inventory = await Inventory.open(env.disk)
        await env.sleep(ms(200))
        fill(inventory)
        note(
          await inventory.settled().then(
            () => 'settled',
            (error: unknown) => String(error),
          ),
        )
        await env.sleep(seconds(1))
        note(await inventory.settled().then(() => 'settled'))
        note(shown(await Inventory.open(env.disk)))
      },
      [{ kind: 'fsync-failure', node: 'solo-1', ratio: 1, at: at(100), for: ms(500) }],
    )
    expect(notes).toEqual([expect.stringContaining('EIO'), 'settled', filled])
  })
})
