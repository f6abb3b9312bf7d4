import { describe, expect, it } from 'vitest'

import type { CrashOutcome } from './content-crash.ts'
import { crashStates } from './crash-states.ts'
import type { DiskStep } from './crash-model.ts'
import { formatState, type DiskState } from './disk-state.ts'
import { instant } from './profile.ts'
import { DiskBench } from './testing/disk-bench.ts'
import { takeSteps } from './testing/take-steps.ts'

const sectorSize = 4
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const create = (path: string): DiskStep => ({ kind: 'create', path })
const append = (path: string, text: string): DiskStep => ({ kind: 'append', path, bytes: bytes(text) })
const write = (path: string, offset: number, text: string): DiskStep => ({
  kind: 'write',
  path,
  offset,
  bytes: bytes(text),
})
const truncate = (path: string, size: number): DiskStep => ({ kind: 'truncate', path, size })
const sync = (path: string): DiskStep => ({ kind: 'sync', path })
const rename = (path: string, target: string): DiskStep => ({ kind: 'rename', path, target })
const unlink = (path: string): DiskStep => ({ kind: 'unlink', path })
const removeDirectory = (path: string): DiskStep => ({ kind: 'remove-directory', path })
const makeDirectory = (path: string): DiskStep => ({ kind: 'make-directory', path })
const syncDirectory = (path: string): DiskStep => ({ kind: 'sync-directory', path })

const durableFile = (path: string, text: string): readonly DiskStep[] => [
  create(path),
  append(path, text),
  sync(path),
  syncDirectory('/'),
]

const durableDirectory: readonly DiskStep[] = [
  makeDirectory('/d'),
  syncDirectory('/'),
  create('/d/a'),
  append('/d/a', '1'),
  sync('/d/a'),
  syncDirectory('/d'),
]

const sequences: ReadonlyMap<string, readonly DiskStep[]> = new Map([
  ['one unsynced file', [create('/a'), append('/a', 'abcdefgh')]],
  ['content synced, entry not', [create('/a'), append('/a', 'abcd'), sync('/a')]],
  ['entry synced, content not', [create('/a'), append('/a', 'abcdef'), syncDirectory('/')]],
  [
    'appends over sector boundaries',
    [...durableFile('/log', '12'), append('/log', 'abc'), append('/log', 'defgh')],
  ],
  ['an overwrite of synced bytes', [...durableFile('/a', '123456789'), write('/a', 2, 'abcdef')]],
  [
    'overwrites of one another',
    [...durableFile('/a', '1234'), write('/a', 0, 'abcd'), write('/a', 2, 'xyz')],
  ],
  ['a write beyond the end', [...durableFile('/a', '12'), write('/a', 6, 'ab'), append('/a', 'c')]],
  ['a truncation and a write', [...durableFile('/a', '12345678'), truncate('/a', 3), append('/a', 'ab')]],
  ['an extension', [...durableFile('/a', '12'), truncate('/a', 6), write('/a', 1, 'ab'), truncate('/a', 1)]],
  [
    'a rename over a synced file',
    [...durableFile('/a', 'old'), create('/tmp'), append('/tmp', 'new'), sync('/tmp'), rename('/tmp', '/a')],
  ],
  [
    'a rename over a synced file before its content is synced',
    [
      ...durableFile('/a', 'old'),
      create('/tmp'),
      append('/tmp', 'new'),
      rename('/tmp', '/a'),
      syncDirectory('/'),
    ],
  ],
  [
    'a removal and a new file of that name',
    [...durableFile('/a', 'old'), unlink('/a'), create('/a'), append('/a', 'n')],
  ],
  [
    'a file in a directory that is not synced',
    [makeDirectory('/d'), create('/d/a'), append('/d/a', 'x'), sync('/d/a'), syncDirectory('/d')],
  ],
  [
    'a rename between directories',
    [
      makeDirectory('/d'),
      syncDirectory('/'),
      create('/d/b'),
      create('/a'),
      rename('/a', '/d/a'),
      create('/c'),
      create('/d/c'),
    ],
  ],
  [
    'a rename between directories, one of them synced',
    [
      makeDirectory('/d'),
      syncDirectory('/'),
      create('/a'),
      append('/a', '1'),
      sync('/a'),
      create('/d/b'),
      rename('/a', '/d/b'),
      create('/d/c'),
      syncDirectory('/'),
    ],
  ],
  [
    'a directory that is removed once it is empty',
    [
      makeDirectory('/d'),
      syncDirectory('/'),
      create('/d/a'),
      syncDirectory('/d'),
      unlink('/d/a'),
      removeDirectory('/d'),
    ],
  ],
  [
    'a directory that is removed after a synced file was moved out of it',
    [...durableDirectory, rename('/d/a', '/a'), removeDirectory('/d'), create('/b')],
  ],
  [
    'the same, and another one takes its place',
    [...durableDirectory, rename('/d/a', '/a'), removeDirectory('/d'), makeDirectory('/d'), create('/d/b')],
  ],
  [
    'the same, with the parent synced in between',
    [...durableDirectory, rename('/d/a', '/a'), removeDirectory('/d'), syncDirectory('/'), create('/d')],
  ],
  [
    'a directory that replaces one from which a synced file was moved',
    [...durableDirectory, rename('/d/a', '/a'), makeDirectory('/e'), rename('/e', '/d'), create('/d/b')],
  ],
  [
    'a directory that is made and removed',
    [makeDirectory('/d'), create('/d/a'), unlink('/d/a'), removeDirectory('/d')],
  ],
  [
    'a file moved twice',
    [...durableFile('/a', '1'), makeDirectory('/d'), rename('/a', '/b'), rename('/b', '/d/c')],
  ],
])

async function crashed(
  seed: number,
  steps: readonly DiskStep[],
  entries: 'ordered' | 'any',
  outcome?: CrashOutcome,
) {
  const bench = new DiskBench(seed, { ...instant, sectorSize, entries })
  await takeSteps(bench, bench.start(), steps)
  bench.crash(outcome)
  return bench.disk.state('cached')
}

describe.each(['ordered', 'any'] as const)('crashes where %s entries may survive', (entries) => {
  it.each([...sequences])('lead exactly to the legal states of %s', async (_, steps) => {
    const legal = new Set(crashStates(steps, { sectorSize, entries }).map(formatState))
    const reached = new Set<string>()
    for (let seed = 0; seed < 200 || (seed < 20_000 && reached.size < legal.size); seed++)
      reached.add(formatState(await crashed(seed, steps, entries)))
    expect([...reached].filter((state) => !legal.has(state))).toEqual([])
    expect([...legal].filter((state) => !reached.has(state))).toEqual([])
  })
})

describe('a file that is certain', () => {
  it.each(['ordered', 'any'] as const)(
    'is somewhere after its directory was removed, where %s entries may survive',
    async (entries) => {
      const steps = [...durableDirectory, rename('/d/a', '/a'), removeDirectory('/d'), makeDirectory('/d')]
      for (let seed = 0; seed < 300; seed++) {
        const state = await crashed(seed, steps, entries)
        expect([state.has('/a'), state.has('/d/a')].filter(Boolean)).toHaveLength(1)
      }
    },
  )
})

describe('a crash', () => {
  const steps = [...durableFile('/a', '1234'), append('/a', 'abcdefgh'), append('/a', 'ij'), create('/b')]
  const text = (state: DiskState, path: string): string =>
    Buffer.from(state.get(path) ?? '').toString('latin1')

  it('that keeps everything leaves what programs saw', async () => {
    const state = await crashed(1, steps, 'ordered', 'kept')
    expect([text(state, '/a'), state.has('/b')]).toEqual(['1234abcdefghij', true])
  })

  it('that loses everything leaves what was synced', async () => {
    const state = await crashed(1, steps, 'ordered', 'lost')
    expect([text(state, '/a'), state.has('/b')]).toEqual(['1234', false])
  })

  it('that tears writes cuts the sequence of a file within one of them and keeps the entries', async () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 300; seed++) {
      const state = await crashed(seed, steps, 'ordered', 'torn')
      expect(state.has('/b')).toBe(true)
      seen.add(text(state, '/a'))
    }
    expect([...seen].sort()).toEqual([
      '1234\0\0\0\0\0\0\0\0',
      '1234\0\0\0\0efgh',
      '1234abcd',
      '1234abcd\0\0\0\0',
      '1234abcdefgh\0\0',
    ])
  })

  it('leaves a state that the next crash cannot change', async () => {
    const bench = new DiskBench(7, { ...instant, sectorSize })
    await takeSteps(bench, bench.start(), steps)
    bench.crash()
    const before = formatState(bench.disk.state('durable'))
    bench.crash()
    expect(formatState(bench.disk.state('cached'))).toBe(before)
  })

  it('says in events what became of each file and directory, and nothing of those that were synced', async () => {
    const bench = new DiskBench(3, instant)
    await takeSteps(bench, bench.start(), [
      ...durableFile('/a', '1'),
      ...durableFile('/b', '2'),
      append('/b', '3'),
      create('/c'),
    ])
    bench.crash('lost')
    expect(bench.events.filter(({ kind }) => kind === 'disk-crash').map(({ fields }) => fields)).toEqual([
      { path: '/', kept: 0, lost: 1, torn: 0 },
      { path: '/b', kept: 0, lost: 1, torn: 0 },
    ])
  })

  it('may keep a write or lose it that was asked for and not yet done, and never one whose sync is done', async () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 40; seed++) {
      const bench = new DiskBench(seed)
      const disk = bench.start()
      await takeSteps(bench, disk, durableFile('/a', '1'))
      const file = await bench.done(disk.open('/a'))
      void file.append(bytes('2'))
      void file.sync()
      bench.crash()
      seen.add(text(bench.disk.state('cached'), '/a'))
    }
    expect([...seen].sort()).toEqual(['1', '1\0', '12'])
  })

  it('may lose what was written, or created, after the sync that was done', async () => {
    const bench = new DiskBench()
    const disk = bench.start()
    await takeSteps(bench, disk, durableFile('/a', '1'))
    const file = await bench.done(disk.open('/a'))
    const syncs = [file.sync(), disk.syncDirectory('/')]
    void file.append(bytes('2'))
    void disk.open('/b', { create: true })
    await bench.done(Promise.all(syncs))
    bench.crash('lost')
    expect([...bench.disk.state('cached')]).toEqual([['/a', bytes('1')]])
  })

  it('never settles what was under way', async () => {
    const bench = new DiskBench()
    const disk = bench.start()
    const file = await bench.done(disk.open('/a', { create: true }))
    let isSettled = false
    void file.sync().finally(() => (isSettled = true))
    bench.crash()
    await bench.run()
    expect(isSettled).toBe(false)
    expect(() => void file.append(bytes('x'))).toThrow('over')
    expect(() => void disk.stat('/')).toThrow('over')
  })
})

describe('the end of a program without a crash of its machine', () => {
  it('loses nothing that was written, synced or not', async () => {
    const bench = new DiskBench()
    await takeSteps(bench, bench.start(), [create('/a'), append('/a', 'abc')])
    bench.exit()
    const disk = bench.start()
    const file = await bench.done(disk.open('/a'))
    expect(await bench.done(file.read(0, 10))).toEqual(bytes('abc'))
    bench.crash('lost')
    expect([...bench.disk.state('cached').keys()]).toEqual([])
  })
})
