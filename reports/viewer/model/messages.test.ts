// What became of each message.
import { expect, test } from 'vitest'

import { fates, findMessages } from './messages.ts'
import { deliver, send } from '../../testing/event-sketches.ts'
import { type EventSketch, runFrom } from '../../testing/run-from.ts'

function told(sketches: readonly EventSketch[]): readonly string[] {
  const run = runFrom(sketches)
  const messages = findMessages(run)
  return Array.from({ length: messages.count }, (_, place) => {
    const [source, target] = [messages.source[place]!, messages.target[place]!].map((node) =>
      run.nodeName(node),
    )
    return `#${messages.send[place]} ${source}>${target} ${fates[messages.fate[place]!]} #${messages.end[place]}`
  })
}

test('messages are delivered, lost, copied, or still under way', () => {
  expect(
    told([
      send(1),
      deliver(2, 1),
      send(3),
      { kind: 'drop', node: 'a', at: 3, cause: 3, target: 'b', why: 'partition' },
      send(4),
      { kind: 'duplicate', node: 'a', at: 4, cause: 5, target: 'b' },
      deliver(5, 5),
      deliver(6, 6),
      send(9),
    ]),
  ).toEqual([
    '#1 a>b delivered #2',
    '#3 a>b lost #4',
    '#5 a>b delivered #7',
    '#6 a>b duplicated #8',
    '#9 a>b under way #0',
  ])
})

test('what a node sends to itself arrives', () => {
  expect(
    told([
      { kind: 'send', node: 'a', at: 1, target: 'a', size: 1, message: {} },
      { kind: 'deliver', node: 'a', at: 2, cause: 1, source: 'a', message: {} },
    ]),
  ).toEqual(['#1 a>a delivered #2'])
})

test('a copy that is lost is lost', () => {
  expect(
    told([
      send(1),
      { kind: 'duplicate', node: 'a', at: 1, cause: 1, target: 'b' },
      { kind: 'drop', node: 'a', at: 2, cause: 2, target: 'b', why: 'loss' },
      deliver(3, 1),
    ]),
  ).toEqual(['#1 a>b delivered #4', '#2 a>b lost #3'])
})

test('one that takes much longer than the others is late', () => {
  const quick = Array.from({ length: 20 }, (_, place) => [
    send(place * 100),
    deliver(place * 100 + 10, place * 2 + 1),
  ])
  const fates = told([...quick.flat(), send(3000), deliver(9000, 41)])
  expect(fates.filter((line) => line.includes('late'))).toEqual(['#41 a>b late #42'])
})

test('bytes of streams are arrows as well: what one node wrote led to what another read', () => {
  expect(
    told([
      { kind: 'stream-write', node: 'a', stream: 1, bytes: '' },
      { kind: 'stream-read', node: 'b', cause: 1, stream: 1, bytes: '' },
    ]),
  ).toEqual(['#1 a>b delivered #2'])
})

test('what the world does is no message', () => {
  expect(
    told([
      { kind: 'phase', phase: 'faults' },
      { kind: 'start', node: 'a', cause: 1, incarnation: 1, version: '1' },
    ]),
  ).toEqual([])
})
