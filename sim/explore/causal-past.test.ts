import { expect, test } from 'vitest'

import { causalPast } from './causal-past.ts'
import { story } from './testing/story-events.ts'

test('is what led to an event: causes, what came before on their nodes, and the faults that act on these', () => {
  const events = story(
    { kind: 'phase', phase: 'faults' },
    { kind: 'start', node: 'a' },
    { kind: 'start', node: 'b' },
    { kind: 'start', node: 'c' },
    { kind: 'fault-begin', cause: 1, index: 0, fault: { kind: 'pause', at: 1, node: 'a' } },
    { kind: 'fault-begin', cause: 1, index: 1, fault: { kind: 'pause', at: 1, node: 'c' } },
    { kind: 'send', node: 'a', target: 'b' },
    { kind: 'fault-end', cause: 5, index: 0 },
    { kind: 'deliver', node: 'b', cause: 7 },
    { kind: 'send', node: 'b', target: 'c' },
  )
  expect([...causalPast(events, [9])].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 5, 7, 9])
})

test('has nothing before the first event', () => {
  expect(causalPast([], [])).toEqual(new Set())
})
