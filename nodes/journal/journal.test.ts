import { describe, expect, test } from 'vitest'

import { Journal, JournalError } from './index.ts'
import { type Data, type Disk, type Env, group, lan, run, scenario, seconds } from '../../sim/index.ts'

/** Runs a program on a simulated disk and says what it noted. */
async function onDisk(
  act: (env: Env, note: (value: unknown) => void) => Promise<void>,
): Promise<readonly unknown[]> {
  const notes: unknown[] = []
  const played = scenario({
    title: 'a disk',
    nodes: () => group('solo', 1, (env: Env) => act(env, (value) => void notes.push(value)), { quorum: 0 }),
    network: lan(),
    duration: seconds(5),
  })
  const { violations } = await run(played, { seed: 1, isChecked: false })
  expect(violations).toEqual([])
  return notes
}

/** Opens a journal whose appends are certain by themselves, and says what stood in it. */
async function opened(
  disk: Disk,
  isSynced = true,
): Promise<{ readonly journal: Journal; readonly before: readonly Data[] }> {
  const before: Data[] = []
  const onBatch = (records: readonly Data[]): void => void before.push(...records)
  return { journal: await Journal.open(disk, { path: '/journal', onBatch, isSynced }), before }
}

describe('a journal', () => {
  const records = [{ a: 1 }, 'zwei\n', [3, null]] satisfies readonly Data[]

  test('gives back what was appended, and what replaced it', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal, before } = await opened(env.disk)
      for (const record of records) await journal.append([record])
      note([before, (await opened(env.disk)).before])
      await journal.replace(['new'])
      await journal.append(['after'])
      note((await opened(env.disk)).before)
    })
    expect(notes).toEqual([
      [[], records],
      ['new', 'after'],
    ])
  })

  test('loses nothing but the record that was not written to its end, wherever that was cut', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal } = await opened(env.disk)
      for (const record of records) await journal.append([record])
      const file = await env.disk.open('/journal')
      const size = await file.size()
      const last = JSON.stringify([records[2]]).length + 10
      const kept = new Set<number>()
      for (let cut = size - 1; cut >= size - last; cut--) {
        await file.truncate(cut)
        kept.add((await opened(env.disk)).before.length)
      }
      const { journal: again } = await opened(env.disk)
      await again.append(['more'])
      note([...kept, (await opened(env.disk)).before.length])
    })
    expect(notes).toEqual([[2, 3]])
  })

  test('whatever sectors of a write a crash leaves, none or all of its records are there', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal } = await opened(env.disk)
      await journal.append(['before'])
      const file = await env.disk.open('/journal')
      const start = await file.size()
      await journal.append(Array.from({ length: 100 }, (_, at) => `record ${at}`))
      const counts = new Set<number>()
      const whole = await file.read(start, 10_000)
      for (let sector = Math.ceil(start / 512); sector * 512 < start + whole.length; sector++) {
        await file.write(start, whole)
        const length = Math.min(512, start + whole.length - sector * 512)
        await file.write(sector * 512, new Uint8Array(length))
        counts.add((await opened(env.disk)).before.length)
      }
      note([...counts])
    })
    expect(notes).toEqual([[1]])
  })

  test('is refused when a record before others was damaged', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal } = await opened(env.disk)
      for (const record of records) await journal.append([record])
      const file = await env.disk.open('/journal')
      await file.write(3, new TextEncoder().encode('?'))
      await opened(env.disk).catch((error: unknown) => note([error instanceof JournalError, String(error)]))
    })
    expect(notes).toEqual([
      [true, 'JournalError: /journal at byte 0: got damaged bytes with a whole batch behind, wanted none'],
    ])
  })

  test('without syncs of its own, an append that is taken back leaves nothing, and batches are read again from anywhere', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal } = await opened(env.disk, false)
      await journal.append(['one', 'two'])
      const second = journal.size
      await journal.append(['three'])
      await journal.sync()
      note([await journal.read(second, journal.size), await journal.read(0, journal.size)])
      // What an append that failed left behind.
      await (await env.disk.open('/journal')).append(new TextEncoder().encode('0badc0de ["ha'))
      await journal.cut()
      await journal.append(['four'])
      note((await opened(env.disk)).before)
      await (await env.disk.open('/journal')).write(second + 12, new TextEncoder().encode('x'))
      note(await journal.read(second, journal.size).catch(String))
    })
    expect(notes).toEqual([
      [[['three']], [['one', 'two'], ['three']]],
      ['one', 'two', 'three', 'four'],
      expect.stringContaining('got damaged bytes, wanted a batch that was whole'),
    ])
  })

  test('lines longer than what is read at once are read, in a time that grows with them', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal } = await opened(env.disk)
      for (const size of [300_000, 10, 700_000]) await journal.append(['x'.repeat(size)])
      note((await opened(env.disk)).before.map((each) => JSON.stringify(each).length))
    })
    expect(notes).toEqual([[300_002, 12, 700_002]])
  })

  test('a closed one takes nothing', async () => {
    const notes = await onDisk(async (env, note) => {
      const { journal } = await opened(env.disk)
      await journal.close()
      note(await journal.append(['x']).catch(String))
    })
    expect(notes).toEqual([expect.stringContaining('/journal is not open')])
  })
})
