import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { brokenGroups } from './budget.ts'
import { drawPlan } from './draw-plan.ts'
import { mutatePlan, type PlanMutation } from './mutate-plan.ts'
import { chaos } from './profiles/chaos.ts'
import type { Topology } from './topology.ts'
import { RandomStreams } from '../random.ts'
import { type Instant, instantZero, seconds } from '../time.ts'

const topology: Topology = {
  nodes: ['s-1', 's-2', 's-3', 's-4', 's-5', 'c-1'],
  groups: [
    { name: 's', nodes: ['s-1', 's-2', 's-3', 's-4', 's-5'], versions: ['1', '2'] },
    { name: 'c', nodes: ['c-1'], quorum: 0 },
  ],
  names: [],
}
const window = { begin: instantZero, end: seconds(20) as number as Instant }
const drawn = (seed: number): ReturnType<typeof drawPlan>['plan'] =>
  drawPlan({ sources: chaos(), topology, seed, window }).plan

function mutation(seed: number, more: Partial<PlanMutation> = {}): PlanMutation {
  const random = new RandomStreams(seed).stream('mutation')
  return { random, topology, window, other: drawn(seed + 1), isUnrestricted: false, ...more }
}

describe('a mutated plan', () => {
  test('never takes a quorum from any group, at any instant', () => {
    const broken: unknown[] = []
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        let plan = drawn(seed)
        for (let generation = 0; generation < 5; generation++)
          plan = mutatePlan(plan, mutation(seed + generation)) ?? plan
        for (const { at } of plan) if (at !== undefined) broken.push(...brokenGroups(plan, topology, at))
      }),
      { numRuns: 60 },
    )
    expect(broken).toEqual([])
  })

  test('begins in the window and in order, and is another one', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const plan = drawn(seed)
      const mutated = mutatePlan(plan, mutation(seed))
      expect(mutated).not.toEqual(plan)
      const begins = (mutated ?? []).map(({ at }) => at ?? Infinity)
      expect(begins).toEqual(begins.toSorted((a, b) => a - b))
      expect(begins.every((at) => at >= window.begin && (at <= window.end || at === Infinity))).toBe(true)
    }
  })

  test('is the same for the same draws, and may take over faults of another plan', () => {
    expect(mutatePlan(drawn(3), mutation(3))).toEqual(mutatePlan(drawn(3), mutation(3)))
    const taken = mutatePlan([], mutation(5)) ?? []
    expect(taken.length).toBeGreaterThan(0)
    for (const fault of taken) expect(drawn(6)).toContainEqual(fault)
    expect(mutatePlan([], mutation(5, { other: [] }))).toBeNull()
  })
})
