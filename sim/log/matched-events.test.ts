// Which events of two runs are the same.
import { expect, test } from 'vitest'

import { matchEvents } from './matched-events.ts'
import { memorySource } from './event-source.ts'
import type { TraceHeader } from './trace-header.ts'
import type { Event } from '../event.ts'

const header: TraceHeader = {
  scenario: 'two',
  title: 'two runs',
  parameters: {},
  seed: 1,
  plan: [],
  version: '0',
  fingerprint: '',
  nodeVersion: '',
  platform: '',
  options: {},
}

/** Probes as a run: each is a node and what it publishes. */
function runOf(name: string, ...probes: readonly (readonly [node: string, name: string, value: number])[]) {
  const events = probes.map(([node, probe, value], place) => {
    const event: unknown = {
      seq: place + 1,
      at: place,
      node,
      kind: 'probe',
      cause: 0,
      name: probe,
      value,
    }
    return event as Event
  })
  return memorySource(name, header, events)
}

test('runs that are the same match throughout', async () => {
  const run = [
    ['a', 'x', 1],
    ['b', 'x', 1],
  ] as const
  const { partners } = await matchEvents(runOf('one', ...run), runOf('other', ...run))
  expect([...partners]).toEqual([0, 1, 2])
})

test('what only one has stands alone, and what comes behind it on the node matches by label', async () => {
  const a = runOf('a', ['n', 'x', 1], ['n', 'extra', 7], ['n', 'y', 1], ['m', 'z', 1])
  const b = runOf('b', ['n', 'x', 1], ['n', 'y', 2], ['m', 'z', 1])
  const { partners } = await matchEvents(a, b)
  expect([...partners]).toEqual([0, 1, 0, 2, 3])
})

test('a node that only one run has matches nothing', async () => {
  const { partners } = await matchEvents(
    runOf('a', ['n', 'x', 1], ['only', 'x', 1]),
    runOf('b', ['n', 'x', 1]),
  )
  expect([...partners]).toEqual([0, 1, 0])
})

test('runs that differ in thousands of places are still matched, piece by piece', async () => {
  const both = Array.from({ length: 6000 }, (_, place) => ['n', `p${place}`, 1] as const)
  const others = both.flatMap((probe, place) =>
    place % 2 === 0 ? [probe, ['n', `only ${place}`, 1] as const] : [probe],
  )
  const a = runOf('a', ['n', 'begin', 1], ...both)
  const b = runOf('b', ['n', 'begin', 2], ...others)
  const { partners } = await matchEvents(a, b)
  const matched = partners.filter((partner) => partner > 0).length
  expect(matched).toBeGreaterThan(5900)
})
