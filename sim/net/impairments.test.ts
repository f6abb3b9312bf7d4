import { expect, test } from 'vitest'

import { lan, perfect } from './profile.ts'
import { collectNotes, sendNotes, TestWorld, type TestWorldOptions } from './testing/test-world.ts'
import type { LinkDisturbance } from '../faults/index.ts'
import { type Duration, ms, seconds, us } from '../time.ts'

const there = [{ source: 'a', target: 'b' }]
const count = 1000

interface Sent {
  readonly world: TestWorld
  readonly received: string[]
}

/** Sends 1,000 notes from a to b, one a millisecond, with something wrong between 1 ns and the end. */
async function sendThrough(
  disturbance: LinkDisturbance | null,
  options: TestWorldOptions = {},
): Promise<Sent> {
  const received: string[] = []
  const world = new TestWorld({ a: sendNotes('b', count, ms(1)), b: collectNotes(received) }, options)
  if (disturbance !== null)
    world.at(us(1), () => {
      world.network.disturb(there, disturbance, world.origin())
    })
  await world.run()
  return { world, received }
}

const inOrder = Array.from({ length: count }, (_, place) => String(place + 1))

test('nothing is wrong with a perfect network', async () => {
  const { world, received } = await sendThrough(null)
  expect(received).toEqual(inOrder)
  expect(world.losses).toEqual([])
})

test('a loss ratio of 1 delivers nothing, whether a fault or the profile says so', async () => {
  for (const { world, received } of [
    await sendThrough({ kind: 'loss', ratio: 1 }),
    await sendThrough(null, { profile: perfect({ lossRatio: 1 }) }),
  ]) {
    expect(received).toEqual([])
    expect(world.losses).toEqual(Array(count).fill('loss'))
  }
})

test('a loss ratio of 0.2 loses about one in five, each with an event, and the fault knows of each', async () => {
  const { world, received } = await sendThrough({ kind: 'loss', ratio: 0.2 })
  expect(world.losses.length).toBeGreaterThan(150)
  expect(world.losses.length).toBeLessThan(250)
  expect(received.length + world.losses.length).toBe(count)
  expect(world.effects.get(0)).toBe(world.losses.length)
})

test('a duplicated message arrives twice, and the copy says what it is a copy of', async () => {
  const { world, received } = await sendThrough({ kind: 'duplication', ratio: 0.1 })
  const copies = world.of('duplicate')
  expect(copies.length).toBeGreaterThan(60)
  expect(received.length).toBe(count + copies.length)
  expect(new Set(received).size).toBe(count)
  const sends = new Set(world.of('send').map(({ seq }) => seq))
  expect(copies.every(({ cause }) => sends.has(cause))).toBe(true)
  const delivered = new Set(world.of('deliver').map(({ cause }) => cause))
  expect(copies.every(({ seq, cause }) => delivered.has(seq) && delivered.has(cause))).toBe(true)
  expect(world.effects.get(0)).toBe(copies.length)
})

test('a reordered message is overtaken, by at most the window', async () => {
  const { world, received } = await sendThrough({ kind: 'reordering', ratio: 0.1, window: ms(20) })
  expect(received).not.toEqual(inOrder)
  expect([...received].sort((a, b) => Number(a) - Number(b))).toEqual(inOrder)
  const late = world.of('deliver').map(({ at, cause }) => at - atOf(world, cause) - ms(1))
  expect(Math.max(...late)).toBeLessThanOrEqual(ms(20))
  expect(late.filter((each) => each > 0).length).toBe(world.effects.get(0))
})

test('a damaged message is found by its checksum and discarded when it arrives', async () => {
  const { world, received } = await sendThrough({ kind: 'corruption', ratio: 0.1 })
  const drops = world.of('drop')
  expect(received.length + drops.length).toBe(count)
  expect(drops.length).toBeGreaterThan(60)
  expect(drops.every(({ why }) => why === 'corruption')).toBe(true)
  expect(drops.every(({ at, cause }) => at - atOf(world, cause) === ms(1))).toBe(true)
})

test('a clogged link multiplies and adds', async () => {
  const { world, received } = await sendThrough({ kind: 'clog', factor: 3, added: ms(4) })
  const latencies = new Set(world.of('deliver').map(({ at, cause }) => at - atOf(world, cause)))
  expect([...latencies]).toEqual([ms(7)])
  expect(received).toEqual(inOrder)
})

test('two clogs multiply their factors and add their additions', async () => {
  const world = new TestWorld({ a: sendNotes('b', 1, ms(1)), b: collectNotes([]) })
  world.at(us(1), () => {
    world.network.disturb(there, { kind: 'clog', factor: 2, added: ms(1) }, world.origin(0))
    world.network.disturb(there, { kind: 'clog', factor: 3, added: ms(10) }, world.origin(1))
  })
  await world.run()
  expect(world.of('deliver').map(({ at }) => at)).toEqual([ms(1 + 6 + 11)])
  expect([...world.effects]).toEqual([
    [0, 1],
    [1, 1],
  ])
})

test('held messages wait until the last hold ends, and then arrive in the order in which they were sent', async () => {
  const received: string[] = []
  const profile = lan()
  const world = new TestWorld({ a: sendNotes('b', 100, ms(1)), b: collectNotes(received) }, { profile })
  world.at(us(1), () => {
    const first = world.network.disturb(there, { kind: 'hold' }, world.origin(0))
    const second = world.network.disturb(there, { kind: 'hold' }, world.origin(1))
    world.at(ms(150), first)
    world.at(ms(200), second)
  })
  await world.run(ms(200))
  expect(received).toEqual([])
  await world.run(ms(201))
  expect(received).toEqual(inOrder.slice(0, 100))
})

test('a narrow link delivers at its pace, and loses what its queue does not hold', async () => {
  const { world, received } = await sendThrough({ kind: 'bandwidth', bytesPerSecond: 1000, queue: 500 })
  const [first] = world.of('send')
  const size = first?.size ?? 0
  expect(world.losses.every((why) => why === 'queue-full')).toBe(true)
  expect(received.length + world.losses.length).toBe(count)
  const at = world.of('deliver').map((event) => event.at)
  const gaps = at.slice(1).map((each, place) => each - (at[place] ?? 0))
  // The sizes differ by a byte or two as the numbers grow.
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(size * ms(1))
  expect(Math.max(...gaps)).toBeLessThanOrEqual((size + 3) * ms(1))
})

test('what queues for a narrow link leaves at once when it is wide again', async () => {
  const received: string[] = []
  const world = new TestWorld({ a: sendNotes('b', 10, ms(1)), b: collectNotes(received) })
  world.at(us(1), () => {
    const narrow = { kind: 'bandwidth', bytesPerSecond: 1, queue: 1_000_000 } as const
    world.at(ms(100), world.network.disturb(there, narrow, world.origin()))
  })
  await world.run(ms(102))
  expect(received).toEqual(inOrder.slice(0, 10))
  expect(new Set(world.of('deliver').map(({ at }) => at))).toEqual(new Set([ms(101)]))
})

test('of two limits the narrower counts, and the wider once that has ended', async () => {
  const world = new TestWorld({ a: sendNotes('b', 3, ms(1)), b: collectNotes([]) })
  const limit = (bytesPerSecond: number): LinkDisturbance => ({
    kind: 'bandwidth',
    bytesPerSecond,
    queue: 1_000_000,
  })
  world.at(us(1), () => {
    world.network.disturb(there, limit(100_000), world.origin(0))
    world.at(seconds(10), world.network.disturb(there, limit(1), world.origin(1)))
  })
  await world.run()
  const arrivals = world.of('deliver').map(({ at }) => at)
  // The first had 10 s less 1 ms on the line at a byte a second, and goes on at the wider pace.
  expect(arrivals[0]).toBeGreaterThan(seconds(10))
  expect(arrivals.at(-1)).toBeLessThan(seconds(10) + ms(3))
})

test('a released link takes the short way again', async () => {
  const world = new TestWorld({ a: sendNotes('b', 10, ms(1)), b: collectNotes([]) })
  const link = world.network.link('a', 'b')
  const releases = [
    world.network.block(there, 'in-flight', world.origin()),
    world.network.disturb(there, { kind: 'hold' }, world.origin()),
    world.network.disturb(there, { kind: 'loss', ratio: 1 }, world.origin()),
    world.network.disturb(there, { kind: 'bandwidth', bytesPerSecond: 1, queue: 1 }, world.origin()),
    world.network.rule({}, { kind: 'drop' }),
  ]
  expect(link.impairments).not.toBeNull()
  for (const release of releases) {
    release()
    release()
  }
  expect(link.impairments).toBeNull()
  await world.run()
  expect(world.losses).toEqual([])
})

test('each kind of profile impairment shows without any fault', async () => {
  const seen = async (profile: Parameters<typeof perfect>[0]): Promise<Sent> =>
    sendThrough(null, { profile: perfect(profile) })
  const doubled = await seen({ duplicationRatio: 0.5 })
  expect(doubled.world.of('duplicate').length).toBeGreaterThan(400)
  const reordered = await seen({ reorderRatio: 0.5, reorderWindow: ms(20) })
  expect(reordered.received).not.toEqual(inOrder)
  const damaged = await seen({ corruptionRatio: 0.5 })
  expect(damaged.world.losses.every((why) => why === 'corruption')).toBe(true)
  expect(damaged.world.losses.length).toBeGreaterThan(400)
  const narrow = await seen({ bandwidth: 10_000, queueMax: 100 })
  expect(narrow.world.losses.every((why) => why === 'queue-full')).toBe(true)
  expect(narrow.world.losses.length).toBeGreaterThan(400)
})

function atOf(world: TestWorld, seq: number): Duration {
  return (world.events[seq - 1]?.at ?? 0) as number as Duration
}
