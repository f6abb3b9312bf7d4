import { expect, test } from 'vitest'

import { perfect } from './profile.ts'
import { collectNotes, sendNotes, TestWorld, textIn } from './testing/test-world.ts'
import type { Program } from '../env.ts'
import type { RawFields } from '../event.ts'
import {
  type Fault,
  FaultDriver,
  type NodeControls,
  type PartitionCuts,
  type PartitionShape,
} from '../faults/index.ts'
import { worldLabel } from '../log/index.ts'
import { type Instant, ms, ns } from '../time.ts'

const there = [{ source: 'a', target: 'b' }]
const both = [...there, { source: 'b', target: 'a' }]

/** Notes 1 to 10 are sent every millisecond and take 2.5 ms; the link is cut from 4.2 to 7.2 ms. */
async function cutInTheMiddle(cuts: PartitionCuts): Promise<TestWorld> {
  const programs = { a: sendNotes('b', 10, ms(1)), b: collectNotes([]) }
  const world = new TestWorld(programs, { profile: perfect({ takes: ms(2.5) }) })
  world.at(ms(4.2), () => {
    world.at(ms(7.2), world.network.block(there, cuts, world.origin()))
  })
  await world.run()
  return world
}

const fates = (world: TestWorld): string[] => {
  const sends = world.of('send')
  const drops = new Map(world.of('drop').map((drop) => [drop.cause, drop]))
  const delivered = new Set(world.of('deliver').map(({ cause }) => cause))
  return sends.map(({ seq, message }) => {
    const drop = drops.get(seq)
    if (drop === undefined) return `${textIn(message)} ${delivered.has(seq) ? 'arrives' : 'vanishes'}`
    return `${textIn(message)} ${drop.why} at ${drop.at / 1_000_000}`
  })
}

test('a partition that cuts later loses what is sent while it lasts, and nothing else', async () => {
  expect(fates(await cutInTheMiddle('later'))).toEqual([
    '1 arrives',
    '2 arrives',
    '3 arrives',
    '4 arrives',
    '5 partition at 5',
    '6 partition at 6',
    '7 partition at 7',
    '8 arrives',
    '9 arrives',
    '10 arrives',
  ])
})

test('a partition that cuts what is in flight loses that as well, when it would have arrived', async () => {
  const world = await cutInTheMiddle('in-flight')
  expect(fates(world)).toEqual([
    '1 arrives',
    '2 partition at 4.5',
    '3 partition at 5.5',
    '4 partition at 6.5',
    '5 partition at 5',
    '6 partition at 6',
    '7 partition at 7',
    '8 arrives',
    '9 arrives',
    '10 arrives',
  ])
  expect(world.effects.get(0)).toBe(6)
})

test('what is in flight is lost even when the cut heals before it would have arrived', async () => {
  const world = new TestWorld({ a: sendNotes('b', 2, ms(1)), b: collectNotes([]) })
  world.at(ms(1.2), () => {
    world.at(ms(1.3), world.network.block(there, 'in-flight', world.origin()))
  })
  await world.run()
  expect(fates(world)).toEqual(['1 partition at 2', '2 arrives'])
})

test('a link that two partitions cut is open only when both have healed', async () => {
  const received: string[] = []
  const world = new TestWorld({ a: sendNotes('b', 6, ms(1)), b: collectNotes(received) })
  world.at(ms(0.5), () => {
    world.at(ms(2.5), world.network.block(both, 'later', world.origin(0)))
    const second = world.network.block(there, 'later', world.origin(1))
    world.at(ms(4.5), second)
    // Releasing twice must not open a link that somebody else still cuts.
    world.at(ms(4.6), second)
  })
  world.at(ms(4.55), () => {
    world.at(ms(5.5), world.network.block(there, 'later', world.origin(2)))
  })
  await world.run()
  expect(received).toEqual(['6'])
  expect([...world.effects]).toEqual([
    [0, 2],
    [1, 2],
    [2, 1],
  ])
})

test('what waits in the inbox of a paused node has arrived: a partition does not take it back', async () => {
  const received: string[] = []
  const world = new TestWorld({ a: sendNotes('b', 1, ms(1)), b: collectNotes(received) })
  world.at(ms(1.5), () => {
    world.machine('b').pause()
  })
  world.at(ms(3), () => {
    world.network.block(there, 'in-flight', world.origin())
  })
  world.at(ms(5), () => {
    world.machine('b').resume()
  })
  await world.run()
  expect(received).toEqual(['1'])
})

test('the message whose sending triggers a partition was sent before it: only in-flight cuts take it', async () => {
  for (const [cuts, wanted] of [
    ['later', ['1 arrives', '2 partition at 2']],
    ['in-flight', ['1 partition at 1', '2 partition at 2']],
  ] as const) {
    const world = new TestWorld({ a: sendNotes('b', 2, ms(1)), b: collectNotes([]) })
    let isCut = false
    world.simulation.log.subscribe('send', () => {
      if (isCut) return
      isCut = true
      world.simulation.log.afterEmission(() => {
        world.simulation.log.emit('phase', worldLabel, 0, { phase: 'faults' })
        world.network.block(there, cuts, world.origin())
      })
    })
    await world.run(ms(10))
    expect(fates(world)).toEqual(wanted)
  }
})

const five = ['a', 'b', 'c', 'd', 'e']

/** Sends a note to everybody; who heard whom is what the shape lets through. */
const greetAll: Program = (env) => {
  env.messages.on('note', () => {})
  env.timers.after(ms(10), () => {
    for (const other of five) if (other !== env.name) env.messages.send(other, { kind: 'note', text: '' })
  })
}

async function whoHearsWhom(shape: PartitionShape): Promise<string> {
  const world = new TestWorld(Object.fromEntries(five.map((node) => [node, greetAll])))
  const fault: Fault = { kind: 'partition', shape, cuts: 'in-flight', at: ms(1) as number as Instant }
  const { simulation } = world
  const driver = new FaultDriver({
    plan: [fault],
    topology: { nodes: five, groups: [] },
    host: {
      now: () => simulation.now,
      schedule: (at, action) => {
        simulation.schedule(at, action, world, undefined, 0, 0)
        return { cancel: () => {} }
      },
      emit: (kind, fields, cause) =>
        simulation.log.emit(kind, worldLabel, cause, fields as RawFields<typeof kind>),
      countStep: () => simulation.countStep(),
    },
    controls: {
      nodes: {} as Partial<NodeControls> as NodeControls,
      network: world.network,
      disk: () => {
        throw new Error('no disks')
      },
    },
  })
  driver.start(0)
  await world.run()
  const heard = new Set(world.of('deliver').map(({ source, node }) => source + node))
  const row = (source: string): string => five.map((node) => (heard.has(source + node) ? node : '.')).join('')
  expect(heard.size + world.losses.length).toBe(20)
  expect(driver.tallies()[0]?.effects).toBe(world.losses.length)
  return five.map((source) => `${source}>${row(source)}`).join(' ')
}

test.each<[string, PartitionShape, string]>([
  [
    'a symmetric split',
    { kind: 'split', groups: [['a', 'b'], ['c', 'd', 'e']] }, // prettier-ignore
    'a>.b... b>a.... c>...de d>..c.e e>..cd.',
  ],
  [
    'a split that leaves one in between',
    { kind: 'split', groups: [['a', 'b'], ['d', 'e']] }, // prettier-ignore
    'a>.bc.. b>a.c.. c>ab.de d>..c.e e>..cd.',
  ],
  ['one way', { kind: 'one-way', from: ['a', 'b'], to: ['c'] }, 'a>.b.de b>a..de c>ab.de d>abc.e e>abcd.'],
  ['isolation', { kind: 'isolate', node: 'c', direction: 'both' }, 'a>.b.de b>a..de c>..... d>ab..e e>ab.d.'],
  ['deafness', { kind: 'isolate', node: 'c', direction: 'in' }, 'a>.b.de b>a..de c>ab.de d>ab..e e>ab.d.'],
  ['muteness', { kind: 'isolate', node: 'c', direction: 'out' }, 'a>.bcde b>a.cde c>..... d>abc.e e>abcd.'],
  [
    'a bridge',
    { kind: 'bridge', bridge: 'c', left: ['a', 'b'], right: ['d', 'e'] },
    'a>.bc.. b>a.c.. c>ab.de d>..c.e e>..cd.',
  ],
  ['a ring', { kind: 'ring', nodes: five, reach: 1 }, 'a>.b..e b>a.c.. c>.b.d. d>..c.e e>a..d.'],
])('%s lets through what its shape says, and every loss has its event', async (_name, shape, wanted) => {
  expect(await whoHearsWhom(shape)).toBe(wanted)
})

test('an empty wait is no partition', async () => {
  const world = new TestWorld({ a: sendNotes('b', 1, ms(1)), b: collectNotes([]) })
  world.at(ns(1), () => {
    world.network.block([], 'in-flight', world.origin())
  })
  await world.run()
  expect(world.losses).toEqual([])
})
