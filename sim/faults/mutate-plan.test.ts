import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { brokenGroups } from './budget.ts'
import { drawPlan, type PlanDrawing } from './draw-plan.ts'
import type { FaultPlan } from './fault.ts'
import { mutatePlan, type PlannedFault, type PlanMutation } from './mutate-plan.ts'
import { chaos } from './profiles/chaos.ts'
import { crashes, pauses } from './profiles/node-profiles.ts'
import type { Topology } from './topology.ts'
import { RandomStreams } from '../random.ts'
import { type Instant, instantZero, ms, seconds } from '../time.ts'

type Plan = readonly PlannedFault[]

const topology: Topology = {
  nodes: ['s-1', 's-2', 's-3', 's-4', 's-5', 'c-1'],
  groups: [
    { name: 's', nodes: ['s-1', 's-2', 's-3', 's-4', 's-5'], versions: ['1', '2'] },
    { name: 'c', nodes: ['c-1'], quorum: 0 },
  ],
  names: [],
}
const window = { begin: instantZero, end: seconds(20) as number as Instant }

function drawing(seed: number, sources: PlanDrawing['sources'] = chaos()): PlanDrawing {
  return { sources, topology, seed, window }
}

function drawn(from: PlanDrawing): Plan {
  const { plan, sources } = drawPlan(from)
  return plan.map((fault, place) => ({ fault, source: sources[place] ?? '' }))
}

function faultsOf(plan: Plan | null): FaultPlan {
  return (plan ?? []).map(({ fault }) => fault)
}

function mutation(seed: number, more: Partial<PlanMutation> = {}): PlanMutation {
  const random = new RandomStreams(seed).stream('mutation')
  return { random, drawing: drawing(seed), other: drawn(drawing(seed + 1)), ...more }
}

/** Mutants of mutants of many seeds. */
function generations(from: (seed: number) => PlanDrawing): Plan {
  const all: PlannedFault[] = []
  for (let seed = 1; seed <= 40; seed++) {
    let plan = drawn(from(seed))
    for (let generation = 0; generation < 8; generation++) {
      const random = new RandomStreams(seed).stream(`generation/${generation}`)
      plan = mutatePlan(plan, { random, drawing: from(seed), other: drawn(from(seed + 1)) }) ?? plan
      all.push(...plan)
    }
  }
  return all
}

describe('a mutated plan', () => {
  test('never takes a quorum from any group, at any instant', () => {
    const broken: unknown[] = []
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        let plan = drawn(drawing(seed))
        for (let generation = 0; generation < 5; generation++)
          plan = mutatePlan(plan, mutation(seed + generation, { drawing: drawing(seed) })) ?? plan
        const faults = faultsOf(plan)
        for (const { at } of faults) if (at !== undefined) broken.push(...brokenGroups(faults, topology, at))
      }),
      { numRuns: 60 },
    )
    expect(broken).toEqual([])
  })

  test('begins in the window and in order, and is another one', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const plan = drawn(drawing(seed))
      const mutated = mutatePlan(plan, mutation(seed))
      expect(mutated).not.toEqual(plan)
      const begins = faultsOf(mutated).map(({ at }) => at ?? Infinity)
      expect(begins).toEqual(begins.toSorted((a, b) => a - b))
      expect(begins.every((at) => at >= window.begin && (at < window.end || at === Infinity))).toBe(true)
    }
  })

  test('has nothing that its profiles do not draw, however often it is mutated', () => {
    const sources = [
      crashes({ of: 's', every: seconds(4), for: [ms(20), ms(100)] }),
      pauses({ of: 'c', every: seconds(4), for: [ms(300), ms(400)] }),
    ]
    const faults = generations((seed) => drawing(seed, sources)).map(({ fault }) => fault)
    const lengths = (kind: string): readonly number[] =>
      faults.flatMap((fault) => (fault.kind === kind ? [fault.for ?? 0] : []))
    expect(lengths('crash').length + lengths('pause').length).toBe(faults.length)
    expect(Math.min(...lengths('crash'))).toBeGreaterThanOrEqual(ms(20))
    expect(Math.max(...lengths('crash'))).toBeLessThanOrEqual(ms(100))
    expect(Math.min(...lengths('pause'))).toBeGreaterThanOrEqual(ms(300))
    expect(Math.max(...lengths('pause'))).toBeLessThanOrEqual(ms(400))
    expect(
      faults.every((fault) => !('node' in fault) || (fault.kind === 'pause') === (fault.node === 'c-1')),
    ).toBe(true)
  })

  test('keeps what the scenario wrote itself as it is', () => {
    const written = { kind: 'pause', node: 's-2', at: seconds(3), for: seconds(49) } as const
    const sources = [written, crashes({ of: 's', every: seconds(4), for: [ms(20), ms(100)] })]
    const pausesOf = (plan: Plan): FaultPlan => faultsOf(plan).filter(({ kind }) => kind === 'pause')
    for (let seed = 1; seed <= 40; seed++) {
      const from = drawing(seed, sources)
      const mutated = mutatePlan(
        drawn(from),
        mutation(seed, { drawing: from, other: drawn(drawing(seed + 1, sources)) }),
      )
      expect(pausesOf(mutated ?? [])).toEqual(pausesOf(drawn(from)))
    }
    expect(generations((seed) => drawing(seed, sources)).length).toBeGreaterThan(100)
  })

  test('is the same for the same draws, and may take over faults of another plan', () => {
    const [plan, other] = [drawn(drawing(3)), drawn(drawing(4))]
    expect(mutatePlan(plan, mutation(3))).toEqual(mutatePlan(plan, mutation(3)))
    const nothing = drawing(5, [])
    const mine = plan.slice(0, 1)
    const mutants = Array.from({ length: 40 }, (_, seed) =>
      mutatePlan(mine, { random: new RandomStreams(seed).stream('mutation'), drawing: nothing, other }),
    )
    const isOf = (each: PlannedFault, of: Plan): boolean =>
      of.some(({ fault }) => JSON.stringify(fault) === JSON.stringify(each.fault))
    expect(mutants.some((mutant) => mutant?.some((each) => isOf(each, other)))).toBe(true)
    expect(mutatePlan([], mutation(5, { drawing: nothing, other: [] }))).toBeNull()
  })
})
