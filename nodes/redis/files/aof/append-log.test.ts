import { expect, test } from 'vitest'

import type { Env } from '../../../../sim/index.ts'
import { MemoryDisk } from '../testing/memory-disk.ts'
import { AppendLog, type AppendLogOptions } from './append-log.ts'
import { AofReader } from './commands.ts'

const path = '/file'
const unit = (name: string): string => `*1\r\n$${name.length}\r\n${name}\r\n`

test('with always, what is appended meanwhile goes with the next sync, and a reply waits for its own', async () => {
  const { disk, log } = await opened('always')
  log.append(unit('a'))
  const first = log.barrier()
  log.append(unit('b'))
  await first
  disk.crash()
  expect(read(disk)).toEqual(['a', 'b'])
  expect(log.barrier()).toBeNull()
  expect(disk.journal).toEqual(['write /file', 'sync /file'])
})

test('with everysec, a reply waits for the write, and a tick makes it certain', async () => {
  const { disk, log } = await opened('everysec')
  log.append(unit('a'))
  await log.barrier()
  expect(read(disk)).toEqual(['a'])
  await log.tick()
  log.append(unit('b'))
  await log.barrier()
  disk.crash()
  expect(read(disk)).toEqual(['a'])
})

test('a failed sync takes the tail away: it is written again before anything else', async () => {
  const { disk, log, health } = await opened('everysec')
  log.append(unit('a'))
  await log.barrier()
  await turns()
  disk.failing.set('sync', 1)
  await log.tick()
  expect([read(disk), health]).toEqual([[], ['EIO']])
  log.append(unit('b'))
  expect(await log.flush()).toBe(true)
  disk.crash()
  expect([read(disk), health]).toEqual([
    ['a', 'b'],
    ['EIO', 'well'],
  ])
})

test('a failed write is repeated at its place', async () => {
  const { disk, log, health } = await opened('everysec')
  disk.failing.set('write', 2)
  log.append(unit('a'))
  await log.barrier()
  await turns()
  await log.tick()
  expect(log.error?.code).toBe('EIO')
  await log.tick()
  expect([log.error, read(disk), health.at(-1)]).toEqual([null, ['a'], 'well'])
})

test('while the disk fails nothing waits for it, and what waits is told', async () => {
  const { disk, log } = await opened('everysec')
  disk.failing.set('write', 2)
  log.append(unit('a'))
  await log.barrier()
  expect([log.error?.code, log.barrier(), log.waiting]).toEqual(['EIO', null, unit('a').length])
  await turns()
  await log.tick()
  expect([log.error?.code, log.barrier()]).toEqual(['EIO', null])
  await log.tick()
  expect([log.error, log.barrier(), log.waiting, read(disk)]).toEqual([null, null, 0, ['a']])
})

test('with always, a failure ends everything, and no reply leaves', async () => {
  const { disk, log, health } = await opened('always')
  disk.failing.set('sync', 1)
  log.append(unit('a'))
  let isReleased = false
  void log.barrier()?.then(() => (isReleased = true))
  await turns()
  expect([health, isReleased]).toEqual([['fatal'], false])
})

test('the planted bug lets replies leave before the sync', async () => {
  const { disk, log } = await opened('always', { acknowledgesBeforeSync: true })
  disk.failing.set('sync', 1)
  log.append(unit('a'))
  await log.barrier()
  disk.crash()
  expect(read(disk)).toEqual([])
})

test('goes on in another file once everything before is certain', async () => {
  const { disk, log } = await opened('everysec')
  log.append(unit('a'))
  const switched = log.continueIn(await disk.open('/next', { create: true }))
  log.append(unit('b'))
  await switched
  await log.flush()
  disk.crash()
  expect([read(disk), read(disk, '/next')]).toEqual([['a'], ['b']])
  expect(disk.journal).toEqual(['write /file', 'sync /file', 'write /next', 'sync /next'])
})

async function opened(
  policy: AppendLogOptions['policy'],
  more: Partial<AppendLogOptions> = {},
): Promise<{ readonly disk: MemoryDisk; readonly log: AppendLog; readonly health: string[] }> {
  const disk = new MemoryDisk()
  const health: string[] = []
  const env = {
    spawn: (task: () => Promise<void>) => void task(),
  } satisfies Partial<Env> as Partial<Env> as Env
  const log = new AppendLog(env, await disk.open(path, { create: true }), 0, {
    policy,
    onFatal: () => void health.push('fatal'),
    onHealth: (error) => void health.push(error?.code ?? 'well'),
    ...more,
  })
  return { disk, log, health }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

function read(disk: MemoryDisk, of: string = path): string[] {
  const reader = new AofReader()
  return [...reader.push(disk.content(of)), ...reader.finish()].flatMap(({ commands }) => commands.flat())
}
