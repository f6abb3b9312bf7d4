import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { DiskStep } from './crash-model.ts'
import { formatState } from './disk-state.ts'
import { instant, ssd, type DiskProfile } from './profile.ts'
import { DiskBench } from './testing/disk-bench.ts'
import { takeStep } from './testing/take-steps.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const paths = ['/a', '/b', '/d/a', '/d/b', '/e/a']

const path = fc.constantFrom(...paths)
const step: fc.Arbitrary<DiskStep> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), path }),
  fc.record({
    kind: fc.constant('write' as const),
    path,
    offset: fc.nat(30),
    bytes: fc.uint8Array({ maxLength: 20 }),
  }),
  fc.record({ kind: fc.constant('append' as const), path, bytes: fc.uint8Array({ maxLength: 20 }) }),
  fc.record({ kind: fc.constant('truncate' as const), path, size: fc.nat(40) }),
  fc.record({ kind: fc.constant('sync' as const), path }),
  fc.record({ kind: fc.constant('rename' as const), path, target: path }),
  fc.record({ kind: fc.constant('unlink' as const), path }),
  fc.record({ kind: fc.constant('sync-directory' as const), path: fc.constantFrom('/', '/d', '/e') }),
)
const steps = fc.array(step, { maxLength: 40 })

// What a map of paths to bytes makes of a step; false when the step must fail.
function model(files: Map<string, Uint8Array>, taken: DiskStep): boolean {
  const content = files.get(taken.path)
  if (taken.kind === 'sync-directory') return true
  if (taken.kind === 'create') {
    if (content === undefined) files.set(taken.path, new Uint8Array(0))
    return content === undefined
  }
  if (content === undefined) return false
  switch (taken.kind) {
    case 'write':
      files.set(taken.path, overwritten(content, taken.offset, taken.bytes))
      break
    case 'append':
      files.set(taken.path, overwritten(content, content.length, taken.bytes))
      break
    case 'truncate':
      files.set(taken.path, resized(content, taken.size))
      break
    case 'rename':
      files.delete(taken.path)
      files.set(taken.target, content)
      break
    case 'unlink':
      files.delete(taken.path)
      break
    default:
  }
  return true
}

function resized(content: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(size)
  result.set(content.subarray(0, size))
  return result
}

function overwritten(content: Uint8Array, offset: number, written: Uint8Array): Uint8Array {
  if (written.length === 0) return content
  const result = resized(content, Math.max(content.length, offset + written.length))
  result.set(written, offset)
  return result
}

async function taken(seed: number, profile: DiskProfile, sequence: readonly DiskStep[]): Promise<DiskBench> {
  const bench = new DiskBench(seed, profile)
  const disk = bench.start()
  for (const directory of ['/d', '/e']) await bench.done(disk.makeDirectory(directory))
  for (const each of sequence) await bench.code(takeStep(disk, each))
  return bench
}

describe('a simulated disk', () => {
  it('without faults is a map of paths to bytes, whatever is done to it', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const bench = new DiskBench(1, ssd)
        const disk = bench.start()
        const files = new Map<string, Uint8Array>()
        for (const directory of ['/d', '/e']) await bench.done(disk.makeDirectory(directory))
        for (const each of sequence) {
          const isFine = model(files, each)
          expect([each, (await bench.code(takeStep(disk, each))) === 'ok']).toEqual([each, isFine])
        }
        const expected = new Map<string, Uint8Array | 'directory'>(files)
        for (const directory of ['/d', '/e']) expected.set(directory, 'directory')
        expect(formatState(bench.disk.state('cached'))).toBe(formatState(expected))
      }),
      { numRuns: 60 },
    )
  })

  it('loses nothing in a crash after everything was synced, whatever the order of entries', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.nat(),
        fc.constantFrom('ordered' as const, 'any' as const),
        async (sequence, seed, entries) => {
          const bench = await taken(seed, { ...instant, entries }, sequence)
          const before = formatState(bench.disk.state('cached'))
          const disk = bench.start()
          for (const file of paths) await bench.code(takeStep(disk, { kind: 'sync', path: file }))
          for (const directory of ['/', '/d', '/e']) await bench.done(disk.syncDirectory(directory))
          bench.crash()
          expect(formatState(bench.disk.state('cached'))).toBe(before)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('knows what is certain: a crash that loses what it can leaves exactly that', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const bench = await taken(1, instant, sequence)
        const certain = formatState(bench.disk.state('durable'))
        bench.crash('lost')
        expect(formatState(bench.disk.state('cached'))).toBe(certain)
      }),
      { numRuns: 60 },
    )
  })

  it('does the same for the same seed, events and all', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (sequence, seed) => {
        const runs = await Promise.all([0, 1].map(() => taken(seed, ssd, sequence)))
        for (const bench of runs) bench.crash()
        const [one, other] = runs
        expect(one?.events).toEqual(other?.events)
        expect(formatState(one?.disk.state('cached') ?? new Map())).toBe(
          formatState(other?.disk.state('cached') ?? new Map()),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('tells its story in events', async () => {
    const bench = new DiskBench(42, { ...ssd, sectorSize: 4 })
    const disk = bench.start()
    const file = await bench.done(disk.open('/log', { create: true }))
    await bench.done(file.append(bytes('one')))
    await bench.done(file.sync())
    await bench.done(disk.syncDirectory('/'))
    await bench.done(file.append(bytes('two three')))
    await bench.done(file.read(0, 5))
    await bench.done(disk.stat('/'))
    await bench.code(disk.open('/nothing'))
    void file.sync()
    bench.crash('torn')
    expect(`\n${bench.events.map(show).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      1 <0 0 disk-request open /log flags="create"
      2 <1 4267 disk-result open /log
      3 <2 4267 disk-request append /log bytes=one
      4 <3 21757 disk-result append /log size=0
      5 <4 21757 disk-request sync /log
      6 <5 295899 disk-result sync /log
      7 <6 295899 disk-request sync-directory /
      8 <7 522167 disk-result sync-directory /
      9 <8 522167 disk-request append /log bytes=two three
      10 <9 540265 disk-result append /log size=3
      11 <10 540265 disk-request read /log offset=0 length=5
      12 <11 618018 disk-result read /log bytes=onetw
      13 <12 618018 disk-request stat /
      14 <13 621207 disk-result stat / size=0 names=[]
      15 <14 621207 disk-request open /nothing flags=""
      16 <15 627765 disk-result open /nothing error="ENOENT"
      17 <16 627765 disk-request sync /log
      18 <16 627765 disk-crash  /log kept=0 lost=0 torn=1
      "
    `)
    expect(Buffer.from(bench.disk.state('cached').get('/log') ?? '').toString()).toMatchInlineSnapshot(
      `"onetwo t"`,
    )
  })

  it('makes certain what is written to a file that is opened for that, before the program hears of it', async () => {
    const bench = new DiskBench(42, { ...ssd, sectorSize: 4 })
    const disk = bench.start()
    const log = (): string =>
      Buffer.from(bench.disk.state('durable').get('/log') ?? '')
        .toString()
        .replaceAll('\0', '-')
    const file = await bench.done(disk.open('/log', { create: true, sync: true }))
    await bench.done(disk.syncDirectory('/'))
    expect(await bench.done(file.append(bytes('one')))).toBe(0)
    await bench.done(file.write(3, bytes('two')))
    expect(log()).toBe('onetwo')
    await bench.done(file.truncate(4))
    expect(log()).toBe('onet')
    void file.append(bytes('hree four'))
    expect(log()).toBe('onet')
    bench.crash('torn')
    expect(log()).toMatchInlineSnapshot(`"onet--------r"`)
    const operations = bench.events.filter(({ kind }) => kind === 'disk-request')
    expect(operations.map(({ fields }) => fields['operation'])).toEqual([
      'open',
      'sync-directory',
      'append',
      'write',
      'truncate',
      'append',
    ])
  })

  it('answers writes that are synced in the order in which they were asked for', async () => {
    const bench = new DiskBench(7, ssd)
    const disk = bench.start()
    const file = await bench.done(disk.open('/log', { create: true, sync: true }))
    const answered: number[] = []
    const writes = Array.from({ length: 20 }, (_, index) =>
      file.append(bytes(`${index}`)).then(() => void answered.push(index)),
    )
    await bench.done(Promise.all(writes))
    expect(answered).toEqual(writes.map((_, index) => index))
  })

  it('begins with what it is loaded with, synced', () => {
    const bench = new DiskBench()
    bench.disk.load(
      new Map<string, Uint8Array | 'directory'>([
        ['/data/1', bytes('one')],
        ['/empty', 'directory'],
      ]),
    )
    bench.disk.crash('lost')
    expect([...bench.disk.state('cached')]).toEqual([
      ['/data', 'directory'],
      ['/data/1', bytes('one')],
      ['/empty', 'directory'],
    ])
    expect(() => bench.disk.load(new Map([['/empty', bytes('x')]]))).toThrow('EISDIR: load /empty')
    expect(() => bench.disk.load(new Map([['empty', bytes('x')]]))).toThrow('EINVAL: load empty')
  })
})

function show(event: DiskBench['events'][number]): string {
  const { operation = '', path: at, ...rest } = event.fields
  const shown = Object.entries(rest).map(([field, value]) =>
    value instanceof Uint8Array
      ? `${field}=${Buffer.from(value).toString()}`
      : `${field}=${JSON.stringify(value)}`,
  )
  return `${event.seq} <${event.cause} ${event.at} ${event.kind} ${String(operation)} ${String(at)} ${shown.join(' ')}`.trimEnd()
}
