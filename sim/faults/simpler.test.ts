import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { drawPlan } from './draw-plan.ts'
import type { Fault } from './fault.ts'
import { readPlan } from './plan.ts'
import { chaos } from './profiles/chaos.ts'
import { simplerFaults } from './simpler.ts'
import { type Instant, seconds } from '../time.ts'

const topology = {
  nodes: ['a', 'b', 'c', 'd', 'e'],
  groups: [{ name: 'all', nodes: ['a', 'b', 'c', 'd', 'e'], versions: ['1', '2'] }],
}

function drawnFaults(seed: number): readonly Fault[] {
  const window = { begin: 0 as Instant, end: (0 + seconds(20)) as Instant }
  return drawPlan({ sources: chaos({ intensity: 3 }), topology, seed, window }).plan
}

test('what is simpler is a fault as good as any', () => {
  for (let seed = 1; seed <= 20; seed++)
    for (const fault of drawnFaults(seed)) {
      const simpler = simplerFaults(fault)
      expect(readPlan(JSON.parse(JSON.stringify(simpler)))).toEqual(simpler)
      for (const each of simpler) expect(each).not.toEqual(fault)
    }
})

test('step by step every fault comes to an end, whichever step is taken', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.infiniteStream(fc.nat()), (seed, choices) => {
      for (const drawn of drawnFaults(seed)) {
        let fault: Fault | undefined = drawn
        let steps = 0
        for (const choice of choices) {
          const simpler: readonly Fault[] = simplerFaults(fault)
          fault = simpler[choice % simpler.length]
          if (fault === undefined) break
          expect(++steps).toBeLessThan(300)
        }
      }
    }),
    { numRuns: 20 },
  )
})

test('a partition shrinks to one node that is cut off in one direction', () => {
  const split: Fault = {
    kind: 'partition',
    at: 1_500_000_123 as Instant,
    for: seconds(1),
    cuts: 'later',
    shape: { kind: 'split', groups: [['a'], ['b', 'c']] },
  }
  const shapes = simplerFaults(split).flatMap((fault) => (fault.kind === 'partition' ? [fault.shape] : []))
  expect(shapes).toContainEqual({ kind: 'isolate', node: 'a', direction: 'both' })
  const [isolated] = simplerFaults(split).filter(
    (fault) => fault.kind === 'partition' && fault.shape.kind === 'isolate',
  )
  expect(simplerFaults(isolated as Fault)).toContainEqual({
    ...isolated,
    shape: { kind: 'isolate', node: 'a', direction: 'in' },
  })
})

test('a trigger shrinks to the fewest times that still do', () => {
  const again: Fault = {
    kind: 'crash',
    node: '$node',
    disk: 'kept',
    connections: 'reset',
    when: { kind: 'probe', timesMax: 20 },
  }
  const timesOf = (fault: Fault): readonly unknown[] =>
    simplerFaults(fault).flatMap(({ when }) =>
      when?.timesMax === fault.when?.timesMax ? [] : [when?.timesMax],
    )
  expect(timesOf(again)).toEqual([5, 10, 19])
  expect(timesOf({ ...again, when: { kind: 'probe', timesMax: 1 } })).toEqual([])
  expect(timesOf({ ...again, when: { kind: 'probe', timesMax: 1_000_000 } })).toEqual([250_000, 500_000])
})
