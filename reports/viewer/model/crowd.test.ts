// What is counted where events and messages are too many to be drawn one by one, and what is found without counting.
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'

import { columnWidth, makeCrowd, type Stretch, type Tally, tileColumns } from './crowd.ts'
import { arrowsMax, MessageIndex } from './messages-in-sight.ts'
import { firstSpanFrom } from './operations.ts'
import { firstAtLeast } from './run.ts'
import { makeScene, type RunScene } from './scene.ts'
import { call, deliver, send } from '../../testing/event-sketches.ts'
import { type EventSketch, runFrom } from '../../testing/run-from.ts'

const start = (node: string): EventSketch => ({ kind: 'start', node, at: 0, incarnation: 1, version: '1' })

/** a sends to b at 10, which arrives at 30; at 40, which is lost at once; at 95, which never arrives. */
const run = runFrom([
  start('a'),
  start('b'),
  send(10),
  deliver(30, 3),
  send(40),
  { kind: 'drop', node: 'a', at: 40, cause: 5, target: 'b', why: 'partition' },
  send(95),
])
const scene = makeScene([run]).runs[0]!
const everything = new Uint8Array(run.count + 1).fill(1)
const [a, b] = [run.info.nodes.indexOf('a'), run.info.nodes.indexOf('b')]

const columnsOf = (tally: Tally, node: number, columns = 10): readonly number[] =>
  Array.from(tally.tile(10, 0).subarray(node * tileColumns, node * tileColumns + columns))

describe('events in columns', () => {
  test('are counted by node and column, each in the one that it lies in', () => {
    const { events } = makeCrowd(scene, everything, undefined)
    expect(columnsOf(events, a)).toEqual([1, 1, 0, 0, 2, 0, 0, 0, 0, 1])
    expect(columnsOf(events, b)).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    expect(events.tile(10, 1).every((count) => count === 0)).toBe(true)
  })

  test('do not count when they are not shown, and stand by themselves when only one run has them', () => {
    const hidden = everything.slice()
    hidden[3] = 0
    const only = new Uint8Array(run.count + 1)
    only[3] = 1
    only[7] = 1
    const crowd = makeCrowd(scene, hidden, only)
    expect(columnsOf(crowd.events, a)).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 0, 1])
    expect(columnsOf(crowd.only!, a)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    expect(makeCrowd(scene, hidden, undefined).only).toBeNull()
  })

  test('are counted once while somebody pans, and only those that come into sight', () => {
    const long = makeScene([runFrom(Array.from({ length: 1000 }, (_, at) => send(at)))]).runs[0]!
    const { events } = makeCrowd(long, new Uint8Array(1001).fill(1), undefined)
    events.tile(1, 2)
    expect(events.counted).toBe(tileColumns)
    for (let times = 0; times < 100; times++) events.tile(1, 2)
    expect(events.counted).toBe(tileColumns)
    events.tile(1, 3)
    expect(events.counted).toBe(tileColumns * 2)
    events.tile(2, 1)
    expect(events.counted).toBe(tileColumns * 4)
  })

  test('have widths that stay while somebody zooms a little, never less than asked for nor half as wide again', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (timeOfPixel) => {
        const pixels = columnWidth(timeOfPixel, 2) / timeOfPixel
        expect(pixels).toBeGreaterThan(1.999)
        expect(pixels).toBeLessThan(3)
      }),
    )
    expect(columnWidth(100, 2)).toBe(columnWidth(104, 2))
  })
})

describe('messages', () => {
  const within = (shown: Uint8Array, stretch: Stretch) => new MessageIndex(scene, shown).within(stretch)

  test('are in sight while any of them is, and while an end of them is shown', () => {
    expect(within(everything, { from: 0, to: 100 })).toEqual({ count: 3, places: [0, 1, 2] })
    expect(within(everything, { from: 20, to: 25 })).toEqual({ count: 1, places: [0] })
    expect(within(everything, { from: 31, to: 39 })).toEqual({ count: 0, places: [] })
    const sendsOnly = new Uint8Array(run.count + 1)
    sendsOnly[4] = 1
    expect(within(sendsOnly, { from: 0, to: 100 })).toEqual({ count: 1, places: [0] })
  })

  test('are found as by looking at each of them', () => {
    const sketches = fc
      .array(fc.record({ wait: fc.nat(9), takes: fc.nat(90), isLost: fc.boolean() }), { maxLength: 40 })
      .map((all) => {
        let now = 0
        const events = all.flatMap(({ wait, takes, isLost }, id) => {
          const at = (now += wait)
          return [{ at, id, isEnd: false }, ...(isLost ? [] : [{ at: at + takes, id, isEnd: true }])]
        })
        events.sort((one, other) => one.at - other.at || Number(one.isEnd) - Number(other.isEnd))
        const place = new Map(events.flatMap(({ id, isEnd }, index) => (isEnd ? [] : [[id, index + 1]])))
        return events.map(({ at, id, isEnd }) => (isEnd ? deliver(at, place.get(id) ?? 0) : send(at)))
      })
    fc.assert(
      fc.property(sketches, fc.nat(200), fc.nat(120), (events, from, width) => {
        const part = makeScene([runFrom(events)]).runs[0]!
        const shown = Uint8Array.from({ length: events.length + 1 }, (_, seq) => (seq % 5 === 3 ? 0 : 1))
        const stretch = { from, to: from + width }
        const { count, places } = new MessageIndex(part, shown).within(stretch)
        expect(places).toEqual(lookedAt(part, shown, stretch))
        expect(count).toBe(places.length)
      }),
    )
  })

  test('of which there are too many for arrows are counted, and not listed', () => {
    const many = makeScene([runFrom(Array.from({ length: arrowsMax + 1 }, (_, at) => send(at)))]).runs[0]!
    const shown = new Uint8Array(arrowsMax + 2).fill(1)
    const index = new MessageIndex(many, shown)
    expect(index.within({ from: 0, to: arrowsMax })).toEqual({ count: arrowsMax + 1, places: [] })
    expect(index.within({ from: 1, to: arrowsMax }).places).toHaveLength(arrowsMax)
  })

  test('stand on the lane of the node that they were for, by what became of them', () => {
    const { fates } = makeCrowd(scene, everything, undefined)
    const [delivered, late, duplicated, lost, underWay] = fates
    expect(columnsOf(delivered!, b)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    expect(columnsOf(lost!, b)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
    expect(columnsOf(underWay!, b)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    const others = [columnsOf(late!, b), columnsOf(duplicated!, b), columnsOf(lost!, a)]
    expect(others.flat().every((count) => count === 0)).toBe(true)
  })
})

function lookedAt({ messages, run: { x } }: RunScene, shown: Uint8Array, { from, to }: Stretch) {
  return Array.from({ length: messages.count }, (_, place) => place).filter((place) => {
    const begun = messages.send[place] as number
    const over = (messages.end[place] as number) || begun
    const isInSight = (x[begun] as number) <= to && (x[over] as number) >= from
    return isInSight && (shown[begun] === 1 || shown[over] === 1)
  })
}

test('calls are looked for from the first of which anything may be in sight', () => {
  const { operations } = makeScene([
    runFrom([
      call('invoke', 1, 0),
      call('ok', 1, 1),
      call('invoke', 2, 2),
      call('invoke', 3, 3),
      call('ok', 3, 4),
    ]),
  ]).runs[0]!
  expect([1, 2, 3, 5].map((seq) => firstSpanFrom(operations, seq))).toEqual([0, 0, 1, 1])
})

test('the first place of at least so much is found among equals and beyond the last', () => {
  const values = Float64Array.from([-Infinity, 1, 3, 3, 3.5])
  expect([0, 1, 2, 3, 3.2, 9].map((limit) => firstAtLeast(values, limit))).toEqual([1, 1, 2, 2, 4, 5])
})
