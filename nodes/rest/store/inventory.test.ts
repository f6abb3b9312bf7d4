import { describe, expect, test } from 'vitest'

import { Inventory } from './inventory.ts'
import { JournalError, openJournal } from './journal.ts'
import {
  type Data,
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

describe('a journal', () => {
  const records = [{ a: 1 }, 'zwei\n', [3, null]] satisfies readonly Data[]

  test('gives back what was appended, and what replaced it', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal, records: before } = await openJournal(env.disk, '/j')
      for (const record of records) await journal.append([record])
      note([before, (await openJournal(env.disk, '/j')).records])
      await journal.replace(['new'])
      await journal.append(['after'])
      note((await openJournal(env.disk, '/j')).records)
    })
    expect(notes).toEqual([
      [[], records],
      ['new', 'after'],
    ])
  })

  test('loses nothing but the record that was not written to its end, wherever that was cut', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal } = await openJournal(env.disk, '/j')
      for (const record of records) await journal.append([record])
      const file = await env.disk.open('/j/journal')
      const size = await file.size()
      const last = JSON.stringify([records[2]]).length + 10
      const kept = new Set<number>()
      for (let cut = size - 1; cut >= size - last; cut--) {
        await file.truncate(cut)
        kept.add((await openJournal(env.disk, '/j')).records.length)
      }
      const { journal: again } = await openJournal(env.disk, '/j')
      await again.append(['more'])
      note([...kept, (await openJournal(env.disk, '/j')).records.length])
    })
    expect(notes).toEqual([[2, 3]])
  })

  test('whatever sectors of a write a crash leaves, none or all of its records are there', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal } = await openJournal(env.disk, '/j')
      await journal.append(['before'])
      const file = await env.disk.open('/j/journal')
      const start = await file.size()
      await journal.append(Array.from({ length: 100 }, (_, at) => `record ${at}`))
      const counts = new Set<number>()
      const whole = await file.read(start, 10_000)
      for (let sector = Math.ceil(start / 512); sector * 512 < start + whole.length; sector++) {
        await file.write(start, whole)
        const length = Math.min(512, start + whole.length - sector * 512)
        await file.write(sector * 512, new Uint8Array(length))
        counts.add((await openJournal(env.disk, '/j')).records.length)
      }
      note([...counts])
    })
    expect(notes).toEqual([[1]])
  })

  test('is refused when a record before others was damaged', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal } = await openJournal(env.disk, '/j')
      for (const record of records) await journal.append([record])
      const file = await env.disk.open('/j/journal')
      await file.write(3, new TextEncoder().encode('?'))
      await openJournal(env.disk, '/j').catch((error: unknown) =>
        note([error instanceof JournalError, String(error)]),
      )
    })
    expect(notes).toEqual([
      [
        true,
        'JournalError: /j/journal, line 1: got a bad line before a good one, wanted records with their checksum',
      ],
    ])
  })
})

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
