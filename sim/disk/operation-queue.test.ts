import { describe, expect, it } from 'vitest'

import type { File } from '../env.ts'
import { ns } from '../time.ts'
import { instant, type DiskLatency, type DiskProfile } from './profile.ts'
import { DiskBench } from './testing/disk-bench.ts'

const fixed = (min: number): DiskLatency => ({ min: ns(min), tail: ns(0), outlierRatio: 0, outlierFactor: 1 })

const plain: DiskProfile = {
  ...instant,
  latency: { read: fixed(50), write: fixed(10), sync: fixed(100), metadata: fixed(1) },
  pageSize: 100,
  bandwidth: 1_000_000_000,
}

async function openOn(profile: DiskProfile): Promise<{ readonly bench: DiskBench; readonly file: File }> {
  const bench = new DiskBench(1, profile)
  const file = await bench.done(bench.start().open('/f', { create: true }))
  return { bench, file }
}

const finishes = (bench: DiskBench, since = 1): readonly string[] =>
  bench.events
    .filter(({ kind, at }) => kind === 'disk-result' && at > since)
    .map(({ at, fields }) => `${at} ${String(fields['operation'])}`)

describe('a device', () => {
  it('serves one operation after the other, each with its latency and the time to move its pages', async () => {
    const { bench, file } = await openOn(plain)
    void file.write(0, new Uint8Array(1))
    void file.write(0, new Uint8Array(101))
    void file.read(0, 100)
    await bench.run()
    expect(finishes(bench)).toEqual(['111 write', '321 write', '471 read'])
  })

  it('serves as many at once as it is deep, over one bus, and lets syncs wait for the writes before them', async () => {
    const { bench, file } = await openOn({ ...plain, depth: 3 })
    void file.write(0, new Uint8Array(100))
    void file.read(0, 100)
    void file.sync()
    void file.size()
    await bench.run()
    expect(finishes(bench)).toEqual(['111 write', '112 stat', '211 sync', '251 read'])
  })

  it('is slower by the product of what slows it', async () => {
    const { bench, file } = await openOn(plain)
    const ends = [
      bench.begin({ kind: 'disk-slow', factor: 2 }),
      bench.begin({ kind: 'disk-slow', factor: 3 }),
    ]
    await bench.done(file.sync())
    ends[0]?.()
    ends[0]?.()
    await bench.done(file.sync())
    ends[1]?.()
    await bench.done(file.sync())
    expect(finishes(bench)).toEqual(['601 sync', '901 sync', '1001 sync'])
    expect(bench.affected).toBe(3)
  })

  it('goes on at the new pace with what is under way when it becomes slow, or is slow no longer', async () => {
    const { bench, file } = await openOn(plain)
    void file.sync()
    void file.sync()
    await bench.run(51)
    const end = bench.begin({ kind: 'disk-slow', factor: 1000 })
    expect(bench.affected).toBe(2)
    await bench.run(10_051)
    expect(finishes(bench)).toEqual([])
    end()
    end()
    void file.sync()
    await bench.run()
    // Of the first 50 ns were left, of which 10,000 ns of the slow disk did 10.
    expect(finishes(bench)).toEqual(['10091 sync', '10191 sync', '10291 sync'])
  })

  it('changes its pace during a stall for when that is over', async () => {
    const { bench, file } = await openOn(plain)
    const endSlow = bench.begin({ kind: 'disk-slow', factor: 10 })
    void file.sync()
    await bench.run(501)
    const endStall = bench.begin({ kind: 'disk-stall' })
    endSlow()
    await bench.run(1000)
    endStall()
    await bench.run()
    expect(finishes(bench)).toEqual(['1050 sync'])
  })

  it('stands still during a stall and goes on after it where it was', async () => {
    const { bench, file } = await openOn(plain)
    void file.write(0, new Uint8Array(100))
    await bench.run(31)
    const ends = [bench.begin({ kind: 'disk-stall' }), bench.begin({ kind: 'disk-stall' })]
    void file.sync()
    await bench.run(1000)
    ends[0]?.()
    ends[0]?.()
    await bench.run(1031)
    expect(finishes(bench)).toEqual([])
    ends[1]?.()
    await bench.run()
    expect(finishes(bench)).toEqual(['1111 write', '1211 sync'])
    expect(bench.affected).toBeGreaterThan(1)
  })

  it('forgets in a crash what a stall held', async () => {
    const { bench, file } = await openOn(plain)
    const end = bench.begin({ kind: 'disk-stall' })
    void file.sync()
    bench.crash()
    const events = bench.events.length
    end()
    await bench.run()
    expect(bench.events.length).toBe(events)
    expect(await bench.code(bench.start().stat('/'))).toBe('ok')
  })

  it('goes on through the end of a program, and forgets what it was doing in a crash', async () => {
    const { bench, file } = await openOn(plain)
    void file.sync()
    bench.exit()
    await bench.done(bench.start().stat('/'))
    expect(finishes(bench)).toEqual(['102 stat'])
    void bench.start().syncDirectory('/')
    bench.crash()
    await bench.done(bench.start().stat('/'))
    expect(finishes(bench)).toEqual(['102 stat', '103 stat'])
  })

  it('rejects with EIO what it cannot queue, and takes more when it has room', async () => {
    const { bench, file } = await openOn({ ...plain, operationsMax: 3 })
    const appends = Array.from({ length: 5 }, () => file.append(new Uint8Array(1)))
    const results = await bench.done(Promise.allSettled(appends))
    const rejected = results.map((result) => (result.status === 'rejected' ? String(result.reason) : 'done'))
    const full = 'DiskError: EIO: append /f'
    expect(rejected).toEqual(['done', 'done', 'done', full, full])
    expect(await bench.done(file.append(new Uint8Array(1)))).toBe(3)
  })

  it('draws a latency with a tail and outliers, the same for the same seed', async () => {
    const sync: DiskLatency = { min: ns(100), tail: ns(50), outlierRatio: 0.1, outlierFactor: 20 }
    const { bench, file } = await openOn({ ...plain, latency: { ...plain.latency, sync } })
    const waits: number[] = []
    for (let count = 0; count < 500; count++) {
      const start = bench.now()
      await bench.done(file.sync())
      waits.push(bench.now() - start)
    }
    const usual = waits.filter((wait) => wait < 2000)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(100)
    expect(usual.reduce((sum, wait) => sum + wait, 0) / usual.length).toBeCloseTo(150, -1)
    expect(waits.length - usual.length).toBeGreaterThan(25)
    expect(waits.slice(0, 4)).toMatchInlineSnapshot(`
      [
        2655,
        105,
        115,
        143,
      ]
    `)
  })
})
