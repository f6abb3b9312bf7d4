import { beforeEach, describe, expect, it } from 'vitest'

import type { Disk, File } from '../env.ts'
import { diskFaultProblems } from './fault-problems.ts'
import type { DiskFault } from './fault.ts'
import { instant } from './profile.ts'
import { DiskBench } from './testing/disk-bench.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

let bench: DiskBench
let disk: Disk
let file: File

async function begin(seed = 1): Promise<void> {
  bench = new DiskBench(seed, { ...instant, sectorSize: 4 })
  disk = bench.start()
  file = await bench.done(disk.open('/log', { create: true }))
  await bench.done(file.append(bytes('12345678')))
  await bench.done(file.sync())
  await bench.done(disk.syncDirectory('/'))
}

const read = async (): Promise<string> => Buffer.from(await bench.done(file.read(0, 100))).toString('latin1')

const parsed = (text: string): DiskFault => JSON.parse(text) as DiskFault

const damages = (): readonly unknown[] =>
  bench.events.filter(({ kind }) => kind === 'disk-damage').map(({ fields }) => fields)

beforeEach(() => begin())

describe('a read error', () => {
  it('fails reads until it ends, and nothing else', async () => {
    const end = bench.begin({ kind: 'disk-read-error' })
    expect(await bench.code(file.read(0, 1))).toBe('EIO')
    expect(await bench.code(disk.list('/'))).toBe('EIO')
    expect(await bench.code(disk.open('/log'))).toBe('EIO')
    expect(await bench.code(file.append(bytes('9')))).toBe('ok')
    expect(await bench.code(file.sync())).toBe('ok')
    expect(bench.affected).toBe(3)
    end()
    end()
    expect(await read()).toBe('123456789')
  })

  it('hits only the paths at which it is aimed', async () => {
    bench.begin({ kind: 'disk-read-error', paths: '/other/' })
    expect(await bench.code(file.read(0, 1))).toBe('ok')
    bench.begin({ kind: 'disk-read-error', paths: '/l' })
    expect(await bench.code(file.read(0, 1))).toBe('EIO')
  })

  it('hits as often as its ratio says', async () => {
    bench.begin({ kind: 'disk-read-error', ratio: 0.3 })
    let failures = 0
    for (let count = 0; count < 400; count++) if ((await bench.code(file.read(0, 1))) === 'EIO') failures++
    expect(failures).toBeGreaterThan(80)
    expect(failures).toBeLessThan(160)
    expect(bench.affected).toBe(failures)
  })
})

describe('a write error', () => {
  it('fails whatever would change something, which stays as it was', async () => {
    bench.begin({ kind: 'disk-write-error' })
    const before = bench.disk.state('cached')
    const operations: readonly (() => Promise<unknown>)[] = [
      () => file.write(0, bytes('x')),
      () => file.append(bytes('x')),
      () => file.truncate(0),
      () => disk.rename('/log', '/old'),
      () => disk.unlink('/log'),
      () => disk.makeDirectory('/d'),
      () => disk.open('/new', { create: true }),
      () => disk.open('/log', { truncate: true }),
    ]
    for (const operation of operations) expect(await bench.code(operation())).toBe('EIO')
    expect(bench.disk.state('cached')).toEqual(before)
    expect(await bench.code(disk.open('/log', { create: true }))).toBe('ok')
    expect(await read()).toBe('12345678')
  })
})

describe('a failing fsync', () => {
  it('loses what was unsynced, although the next sync succeeds', async () => {
    await bench.done(file.write(0, bytes('ab')))
    await bench.done(file.append(bytes('9')))
    const end = bench.begin({ kind: 'fsync-failure' })
    expect(await bench.code(file.sync())).toBe('EIO')
    end()
    expect(await read()).toBe('12345678')
    expect(await bench.code(file.sync())).toBe('ok')
    bench.crash('lost')
    expect(Buffer.from(bench.disk.state('cached').get('/log') ?? '').toString()).toBe('12345678')
  })

  it('leaves what was written after the sync was asked for', async () => {
    await bench.done(file.write(0, bytes('ab')))
    bench.begin({ kind: 'fsync-failure' })
    const code = bench.code(file.sync())
    void file.write(4, bytes('cd'))
    expect(await code).toBe('EIO')
    expect(await read()).toBe('1234cd78')
  })

  it('fails a write that is synced, which is then gone', async () => {
    const synced = await bench.done(disk.open('/log', { sync: true }))
    const end = bench.begin({ kind: 'fsync-failure' })
    expect(await bench.code(synced.append(bytes('9')))).toBe('EIO')
    expect(await bench.code(synced.write(0, bytes('ab')))).toBe('EIO')
    expect(await bench.code(synced.truncate(2))).toBe('EIO')
    end()
    expect(await read()).toBe('12345678')
    expect(await bench.code(synced.append(bytes('9')))).toBe('ok')
    expect(await read()).toBe('123456789')
  })

  it('of a directory leaves its entries unsynced, for the next sync', async () => {
    await bench.done(disk.open('/new', { create: true }))
    const end = bench.begin({ kind: 'fsync-failure', paths: '/' })
    expect(await bench.code(disk.syncDirectory('/'))).toBe('EIO')
    expect(bench.disk.state('durable').has('/new')).toBe(false)
    end()
    expect(await bench.code(disk.syncDirectory('/'))).toBe('ok')
    expect(bench.disk.state('durable').has('/new')).toBe(true)
  })
})

describe('a full disk', () => {
  it('refuses what needs more space, and nothing else', async () => {
    bench.begin({ kind: 'disk-full' })
    expect(await bench.code(file.append(bytes('9')))).toBe('ENOSPC')
    expect(await bench.code(file.truncate(9))).toBe('ENOSPC')
    expect(await bench.code(disk.makeDirectory('/d'))).toBe('ENOSPC')
    expect(await bench.code(disk.open('/new', { create: true }))).toBe('ENOSPC')
    expect(await bench.code(file.write(6, bytes('ab')))).toBe('ok')
    expect(await bench.code(file.truncate(7))).toBe('ok')
    expect(await bench.code(disk.open('/log', { create: true }))).toBe('ok')
    expect(await bench.code(disk.rename('/log', '/old'))).toBe('ok')
    expect(await read()).toBe('123456a')
  })
})

describe('bit rot', () => {
  it('turns bits over in the cache and on the medium, and says where only in the log', async () => {
    bench.begin({ kind: 'bit-rot', bits: 1, paths: '/log' })()
    const rotten = await read()
    expect(damages()).toEqual([
      { path: '/log', damage: 'bit-rot', offset: differences(rotten, '12345678')[0] },
    ])
    bench.crash('lost')
    expect(Buffer.from(bench.disk.state('cached').get('/log') ?? '').toString('latin1')).toBe(rotten)
  })

  it('reaches every byte', async () => {
    bench.begin({ kind: 'bit-rot', bits: 200 })
    const offsets = bench.events.map(({ fields }) => fields['offset'])
    expect(new Set(offsets.filter((offset) => typeof offset === 'number')).size).toBe(8)
    expect(bench.affected).toBe(200)
  })

  it('finds nothing in files that hold no bytes or are not meant', async () => {
    bench.begin({ kind: 'bit-rot', paths: '/other' })
    expect(damages()).toEqual([])
    expect(bench.affected).toBe(0)
  })
})

describe('a misdirected write', () => {
  it('reports success and lands on another sector', async () => {
    bench.begin({ kind: 'misdirected-write' })
    expect(await bench.code(file.write(0, bytes('ab')))).toBe('ok')
    expect(await read()).toBe('1234ab78')
    expect(damages()).toEqual([{ path: '/log', damage: 'misdirected-write', offset: 4 }])
  })

  it('may land in another file, and leaves zeros where an append belonged', async () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 60; seed++) {
      await begin(seed)
      const other = await bench.done(disk.open('/other', { create: true }))
      await bench.done(other.append(bytes('abcdefgh')))
      bench.begin({ kind: 'misdirected-write', paths: '/log', count: 1 })
      expect(await bench.done(file.append(bytes('XY')))).toBe(8)
      const content = Buffer.from(await bench.done(other.read(0, 9))).toString()
      seen.add(`${(await read()).replaceAll('\0', '.')} ${content}`)
    }
    expect([...seen].sort()).toEqual([
      '12345678.. XYcdefgh',
      '12345678.. abcdXYgh',
      '1234XY78.. abcdefgh',
      'XY345678.. abcdefgh',
    ])
  })

  it('happens as often as it is counted to', async () => {
    bench.begin({ kind: 'misdirected-write', count: 2 })
    for (let count = 0; count < 5; count++) await bench.done(file.write(0, bytes('z')))
    expect(damages().length).toBe(2)
    expect(bench.affected).toBe(2)
  })

  it('is lost where there is no other sector', async () => {
    await bench.done(file.truncate(3))
    bench.begin({ kind: 'misdirected-write' })
    await bench.done(file.write(0, bytes('ab')))
    expect(await read()).toBe('123')
  })
})

describe('a short read', () => {
  it('gives at least one byte and less than there is', async () => {
    bench.begin({ kind: 'short-read' })
    const lengths = new Set<number>()
    for (let count = 0; count < 200; count++) lengths.add((await bench.done(file.read(2, 100))).length)
    expect([...lengths].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5])
    expect((await bench.done(file.read(7, 100))).length).toBe(1)
    expect(bench.affected).toBe(200)
  })
})

describe('faults that are off', () => {
  it('draw nothing, and those that are on draw as much whatever they hit', async () => {
    const drawn: string[] = []
    const stream = bench.stream.bind(bench)
    bench.stream = (name) => {
      drawn.push(name)
      return stream(name)
    }
    await bench.done(file.append(bytes('9')))
    await bench.done(file.read(0, 2))
    expect(drawn.filter((name) => name !== 'disk/n1/latency')).toEqual([])
    bench.begin({ kind: 'disk-write-error', ratio: 0 })
    bench.begin({ kind: 'disk-write-error', ratio: 1 })
    bench.begin({ kind: 'disk-write-error', paths: '/x' })
    await bench.code(file.append(bytes('9')))
    expect(drawn.filter((name) => name.includes('write-error'))).toEqual(Array(2).fill('disk/n1/write-error'))
  })
})

describe('a fault that cannot be', () => {
  it.each<[DiskFault, string]>([
    [{ kind: 'disk-slow', factor: 0 }, 'factor: got 0, wanted a number from 1 to 1,000,000'],
    [{ kind: 'bit-rot', bits: 0.5 }, 'bits: got 0.5, wanted a whole number from 1 to 65,536'],
    [{ kind: 'misdirected-write', count: 0 }, 'count: got 0, wanted a whole number of at least 1'],
    [{ kind: 'short-read', ratio: 2 }, 'ratio: got 2, wanted a number from 0 to 1'],
    [parsed('{ "kind": "disk-full", "paths": 3 }'), 'paths: got 3, wanted the text with which paths begin'],
    [parsed('{ "kind": "fire" }'), 'kind: got "fire", wanted one of disk-read-error'],
  ])('is refused: %j', (fault, problem) => {
    expect(diskFaultProblems(fault)[0]).toContain(problem)
    expect(() => bench.begin(fault)).toThrow(problem)
  })
})

function differences(one: string, other: string): number[] {
  return one.split('').flatMap((letter, index) => (letter === other[index] ? [] : [index]))
}
