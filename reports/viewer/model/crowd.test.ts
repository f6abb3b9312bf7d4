// What is counted where events and messages are too many to be drawn one by one.
import { expect, test } from 'vitest'

import { eventColumns, fateColumns, messagesWithin } from './crowd.ts'
import { makeScene } from './scene.ts'
import { type EventSketch, runFrom } from '../../testing/run-from.ts'

const send = (at: number): EventSketch => ({ kind: 'send', node: 'a', at, target: 'b', size: 1, message: {} })
const start = (node: string): EventSketch => ({ kind: 'start', node, at: 0, incarnation: 1, version: '1' })

/** a sends to b at 10, which arrives at 30; at 40, which is lost at once; at 95, which never arrives. */
const run = runFrom([
  start('a'),
  start('b'),
  send(10),
  { kind: 'deliver', node: 'b', at: 30, cause: 3, source: 'a', message: {} },
  send(40),
  { kind: 'drop', node: 'a', at: 40, cause: 5, target: 'b', why: 'partition' },
  send(95),
])
const scene = makeScene([run]).runs[0]!
const everything = new Uint8Array(run.count + 1).fill(1)
const [a, b] = [run.info.nodes.indexOf('a'), run.info.nodes.indexOf('b')]

const columnsOf = (counts: Uint32Array, node: number): readonly number[] =>
  Array.from(counts.subarray(node * 10, node * 10 + 10))

test('events are counted by node and column, those at the end of the stretch in the last one', () => {
  const counts = eventColumns(scene, [everything], { from: 0, to: 95 }, 10)
  expect(columnsOf(counts, a)).toEqual([1, 1, 0, 0, 2, 0, 0, 0, 0, 1])
  expect(columnsOf(counts, b)).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
})

test('events that are not shown, not of both flags, or not in the stretch do not count', () => {
  const hidden = everything.slice()
  hidden[3] = 0
  const only = new Uint8Array(run.count + 1)
  only[3] = 1
  only[7] = 1
  expect(columnsOf(eventColumns(scene, [hidden, only], { from: 0, to: 100 }, 10), a)).toEqual([
    0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
  ])
  expect(columnsOf(eventColumns(scene, [everything], { from: 35, to: 45 }, 10), a)).toEqual([
    0, 0, 0, 0, 0, 2, 0, 0, 0, 0,
  ])
})

test('a message is in sight while any of it is, and while an end of it is shown', () => {
  expect(messagesWithin(scene, everything, { from: 0, to: 100 })).toEqual([0, 1, 2])
  expect(messagesWithin(scene, everything, { from: 20, to: 25 })).toEqual([0])
  expect(messagesWithin(scene, everything, { from: 31, to: 39 })).toEqual([])
  const sendsOnly = new Uint8Array(run.count + 1)
  sendsOnly[4] = 1
  expect(messagesWithin(scene, sendsOnly, { from: 0, to: 100 })).toEqual([0])
})

test('what became of messages stands on the lane of the node that they were for', () => {
  const places = messagesWithin(scene, everything, { from: 0, to: 100 })
  const [delivered, late, duplicated, lost, underWay] = fateColumns(scene, places, { from: 0, to: 100 }, 10)
  expect(columnsOf(delivered!, b)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  expect(columnsOf(lost!, b)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
  expect(columnsOf(underWay!, b)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  expect([...late!, ...duplicated!, ...columnsOf(lost!, a)].every((count) => count === 0)).toBe(true)
})
