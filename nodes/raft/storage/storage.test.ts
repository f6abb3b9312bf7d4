import { beforeEach, describe, expect, it } from 'vitest'
import { crc32c } from '../../transport/index.ts'
import { directory, logPath, snapshotPath } from './files.ts'
import type { LogStorage } from './log-storage.ts'
import { openStorage } from './recover.ts'
import { CorruptStorageError } from './storage-error.ts'
import type { Entry } from '../core/entry.ts'
import type { Snapshot } from '../core/progress.ts'
import { nothing, type Batch } from '../core/staging.ts'
import { PlainDisk } from '../testing/plain-disk.ts'

function batch(fields: Partial<Batch>): Batch {
  return {
    state: null,
    from: nothing,
    entries: [],
    snapshot: null,
    lastIndex: 0,
    term: 1,
    votes: [],
    outbound: [],
    ...fields,
  }
}

function entries(...commands: string[]): Entry[] {
  return commands.map((command) => ({ term: 1, command }))
}

function write(storage: LogStorage, fields: Partial<Batch>): Promise<void> {
  return new Promise((resolve, reject) => storage.write(batch(fields), resolve, reject))
}

const commandsIn = async (disk: PlainDisk): Promise<unknown[]> =>
  (await openStorage(disk)).recovered.entries.map(({ command }) => command)

/** The log as it is on disk, changed. */
function change(disk: PlainDisk, change: (bytes: Uint8Array) => Uint8Array): void {
  const path = logPath(1)
  disk.files.set(path, change(disk.content(path).slice()))
}

describe('the checksum', () => {
  it('is CRC-32C (RFC 3720, B.4)', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, place) => place))).toBe(0x46dd794e)
  })
})

describe('storage', () => {
  let disk: PlainDisk
  let storage: LogStorage
  let sizes: number[]

  const size = (): number => disk.content(logPath(1)).length

  beforeEach(async () => {
    disk = new PlainDisk()
    ;({ storage } = await openStorage(disk))
    sizes = [size()]
    for (const command of ['one', 'two', 'three']) {
      const place = sizes.length
      await write(storage, { state: { term: place, vote: 'a' }, from: place, entries: entries(command) })
      sizes.push(size())
    }
  })

  it('holds what was written', async () => {
    const { recovered } = await openStorage(disk)
    expect(recovered.state).toEqual({ term: 3, vote: 'a' })
    expect(recovered.entries.map(({ command }) => command)).toEqual(['one', 'two', 'three'])
  })

  it('holds any text, and goes on after a restart', async () => {
    const again = await openStorage(disk)
    await write(again.storage, { from: 4, entries: entries('žluť 🐎', 'x'.repeat(5000)) })
    expect((await commandsIn(disk)).slice(3)).toEqual(['žluť 🐎', 'x'.repeat(5000)])
  })

  it('holds configurations apart from commands that look like them', async () => {
    const configuration = { voters: ['a', 'b'], learners: [] }
    const looksLike = { term: 1, command: { configuration } }
    await write(storage, { from: 4, entries: [{ term: 1, command: null, configuration }, looksLike] })
    const { recovered } = await openStorage(disk)
    expect(recovered.entries.slice(3)).toEqual([{ term: 1, command: null, configuration }, looksLike])
  })

  it('replaces entries and forgets truncated ones', async () => {
    await write(storage, { from: 2, entries: entries('zwei') })
    expect(await commandsIn(disk)).toEqual(['one', 'zwei'])
    await write(storage, { from: 2 })
    expect(await commandsIn(disk)).toEqual(['one'])
  })

  it('syncs each batch, and says so only then', async () => {
    disk.journal.length = 0
    await write(storage, { from: 4, entries: entries('four') })
    expect(disk.journal).toEqual([`sync ${logPath(1)}`])
    disk.isFailing = true
    await expect(write(storage, { from: 5, entries: entries('five') })).rejects.toThrow('EIO')
  })

  it('cuts off a torn end, wherever it is torn, and goes on', async () => {
    const whole = disk.content(logPath(1))
    for (let end = sizes[2] as number; end < whole.length; end++) {
      disk.files.set(logPath(1), whole.slice(0, end))
      const reopened = await openStorage(disk)
      expect(reopened.tornBytes).toBe(end - (sizes[2] as number))
      expect(reopened.recovered.entries).toHaveLength(2)
      await write(reopened.storage, { from: 3, entries: entries('again') })
      expect(await commandsIn(disk)).toEqual(['one', 'two', 'again'])
    }
  })

  it('cuts off an end of which a sector is missing', async () => {
    await write(storage, { from: 4, entries: entries('x'.repeat(2000)) })
    change(disk, (bytes) => bytes.fill(0, 1024, 1536))
    const { tornBytes, recovered } = await openStorage(disk)
    expect(tornBytes).toBeGreaterThan(2000)
    expect(recovered.entries).toHaveLength(3)
  })

  it('settles what it recovered before it is used: cut, synced, also when nothing is torn', async () => {
    change(disk, (bytes) => bytes.slice(0, -1))
    disk.journal.length = 0
    await openStorage(disk)
    expect(disk.journal.filter((line) => line.includes('log'))).toEqual([
      `truncate ${logPath(1)}`,
      `sync ${logPath(1)}`,
      `sync ${logPath(1)}`,
    ])
    disk.journal.length = 0
    await openStorage(disk)
    expect(disk.journal).toContain(`sync ${logPath(1)}`)
  })

  it('refuses a log in which any bit of what was synced is changed', async () => {
    const whole = disk.content(logPath(1))
    for (let place = 0; place < whole.length; place++) {
      disk.files.set(logPath(1), whole.slice())
      change(disk, (bytes) => bytes.fill((bytes[place] as number) ^ 0x10, place, place + 1))
      await expect(openStorage(disk), `byte ${place}`).rejects.toThrow(CorruptStorageError)
    }
  })

  it('refuses what a disk has put into another file, whole and with its checksums right', async () => {
    const configuration = { voters: ['a'], learners: [] }
    const snapshot = (index: number): Snapshot => ({ index, term: 1, configuration, state: `at ${index}` })
    await write(storage, { snapshot: snapshot(3) })
    await write(storage, { from: 4, entries: entries('four', 'five') })
    const another = new PlainDisk()
    const { storage: other } = await openStorage(another)
    await write(other, { snapshot: snapshot(5) })
    disk.files.set(snapshotPath(3), another.content(snapshotPath(5)))
    await expect(openStorage(disk)).rejects.toThrow(CorruptStorageError)
    await write(other, { snapshot: snapshot(6) })
    another.files.set(logPath(3), disk.content(logPath(2)))
    await expect(openStorage(another)).rejects.toThrow(CorruptStorageError)
  })

  it('refuses a log of which a frame in the middle is missing or zeroed, and names the place', async () => {
    const [, first = 0, second = 0] = sizes
    const whole = disk.content(logPath(1))
    disk.files.set(logPath(1), new Uint8Array([...whole.slice(0, first), ...whole.slice(second)]))
    await expect(openStorage(disk)).rejects.toThrow(
      `${logPath(1)} at byte ${first}: got frame 3, wanted frame 2`,
    )
    disk.files.set(logPath(1), whole.slice().fill(0, first, second))
    await expect(openStorage(disk)).rejects.toThrow(
      `at byte ${first}: got a bad frame before a good one at byte ${second}`,
    )
  })

  describe('with a snapshot', () => {
    const configuration = { voters: ['a'], learners: [] }
    const snapshot = { index: 2, term: 1, configuration, state: '{"x":1}' }

    beforeEach(async () => {
      await write(storage, { state: { term: 3, vote: null }, snapshot, from: 3, entries: entries('three') })
    })

    it('goes on from it', async () => {
      const { recovered } = await openStorage(disk)
      expect(recovered.snapshot).toEqual(snapshot)
      expect(recovered.entries.map(({ command }) => command)).toEqual(['three'])
      expect(recovered.state).toEqual({ term: 3, vote: null })
    })

    it('keeps no file that is not needed', async () => {
      expect(await disk.list(directory)).toEqual(['log-0000000000000002', 'snapshot-0000000000000002'])
    })

    it('puts the snapshot in place before the log that needs it, each synced before it has its name', () => {
      const from = disk.journal.indexOf(`sync ${snapshotPath(2)}.tmp`)
      expect(disk.journal.slice(from)).toEqual([
        `sync ${snapshotPath(2)}.tmp`,
        `rename ${snapshotPath(2)}`,
        `sync ${directory}`,
        `sync ${logPath(2)}.tmp`,
        `rename ${logPath(2)}`,
        `sync ${directory}`,
        `unlink ${logPath(1)}`,
      ])
    })

    it('refuses to go on without it, or with a damaged one', async () => {
      const bytes = disk.content(snapshotPath(2))
      bytes[30] = (bytes[30] as number) ^ 1
      await expect(openStorage(disk)).rejects.toThrow(CorruptStorageError)
      disk.files.delete(snapshotPath(2))
      await expect(openStorage(disk)).rejects.toThrow('got no file, wanted the snapshot of the log')
    })

    it('goes on from the old log when a crash came before the new one had its name', async () => {
      const next = { ...snapshot, index: 3 }
      const before = new Map(disk.files)
      const { storage: reopened } = await openStorage(disk)
      await write(reopened, { state: { term: 3, vote: null }, snapshot: next, from: 4 })
      const bytes = disk.content(snapshotPath(3))
      disk.files.clear()
      for (const [path, content] of before) disk.files.set(path, content)
      disk.files.set(snapshotPath(3), bytes)
      disk.files.set(`${logPath(3)}.tmp`, new Uint8Array([1, 2, 3]))
      const { recovered } = await openStorage(disk)
      expect(recovered.snapshot?.index).toBe(2)
      expect(await disk.list(directory)).toEqual(['log-0000000000000002', 'snapshot-0000000000000002'])
    })
  })
})
