import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { plans } from './plans.ts'
import {
  aimedPlan,
  brokenGroups,
  chaos,
  crashes,
  drawPlan,
  type Fault,
  type FaultPlan,
  group,
  type Instant,
  instantZero,
  readPlan,
  scenario,
  seconds,
  type Topology,
} from '../../sim/index.ts'

const nodes = ['store-1', 'store-2', 'store-3', 'store-4', 'store-5']
const topology: Topology = { nodes, groups: [{ name: 'store', nodes }] }
const anything = plans(topology, { unrestricted: true })

/** A plan of 150 faults of all kinds. */
const large: FaultPlan = drawPlan({
  sources: chaos(),
  topology,
  seed: 42,
  window: { begin: instantZero, end: seconds(2000) as number as Instant },
  isUnrestricted: true,
}).plan.slice(0, 150)

/** Passes unless the plan still has each of these faults at its instant, however weak. */
const needs =
  (culprits: readonly Fault[]) =>
  (plan: FaultPlan): boolean =>
    !culprits.every(({ at, kind }) => plan.some((fault) => fault.at === at && fault.kind === kind))

/** What is left of a plan given as an example, and how many runs that took. */
function shrunk(
  arbitrary: fc.Arbitrary<readonly Fault[]>,
  given: FaultPlan,
  passes: (plan: FaultPlan) => boolean,
): { readonly left: FaultPlan; readonly runs: number } {
  const details = fc.check(fc.property(arbitrary, passes), { examples: [[given]], numRuns: 1 })
  let runs = 0
  fc.check(
    fc.property(arbitrary, (plan) => {
      runs++
      return passes(plan)
    }),
    { examples: [[given]], numRuns: 1 },
  )
  return { left: details.counterexample?.[0] ?? [], runs }
}

describe('a plan of 150 faults of which three matter', () => {
  test('shrinks to these three in about 120 runs, wherever they stand', () => {
    expect(large).toHaveLength(150)
    const triples = Array.from({ length: 40 }, (_, number) =>
      [0, 1, 2].map((place) => (number * 37 + place * 53) % 150),
    )
    const runs = triples.map((places) => {
      const { left, runs } = shrunk(anything, large, needs(places.map((place) => large[place]!)))
      expect(left).toHaveLength(3)
      return runs
    })
    const mean = runs.reduce((sum, each) => sum + each, 0) / runs.length
    expect(mean).toBeLessThan(120)
    expect(Math.max(...runs)).toBeLessThan(150)
  })

  test('is weakened towards harmless', () => {
    const clog = readPlan([
      {
        kind: 'clog',
        at: 5_123_456_789,
        factor: 64,
        for: '8s',
        links: { from: 'any', to: 'any', isSymmetric: true },
      },
    ])
    const { left } = shrunk(
      anything,
      clog,
      (plan) => !plan.some((fault) => fault.kind === 'clog' && fault.factor > 3),
    )
    expect(left).toMatchObject([{ kind: 'clog', at: 5_000_000_000, links: { isSymmetric: false } }])
    const [only] = left
    expect(only?.kind === 'clog' && only.factor <= 12 && (only.for ?? 0) <= 2_000_000).toBe(true)
  })
})

describe('plans of a topology', () => {
  test('name its nodes, stay recoverable, and still do when they are shrunk', () => {
    const arbitrary = plans(topology, {
      faults: [crashes({ every: seconds(1), for: [seconds(1), seconds(3)] })],
    })
    const recovers = (plan: FaultPlan): boolean =>
      plan.every(({ at }) => brokenGroups(plan, topology, at ?? 0).length === 0)
    fc.assert(fc.property(arbitrary, recovers), { numRuns: 50 })
    const tried: FaultPlan[] = []
    fc.check(
      fc.property(arbitrary, (plan) => {
        tried.push(plan)
        return plan.length < 2
      }),
      { seed: 1 },
    )
    expect(tried.length).toBeGreaterThan(10)
    expect(tried.every(recovers)).toBe(true)
  })

  test('are replayed by the seed and the path of fast-check', () => {
    const property = fc.property(anything, (plan) => !plan.some(({ kind }) => kind === 'crash'))
    const first = fc.check(property, { seed: 7 })
    expect(first.counterexample?.[0]).toHaveLength(1)
    const again = fc.check(property, { seed: 7, path: first.counterexamplePath ?? '', endOnFailure: true })
    expect(again.counterexample).toEqual(first.counterexample)
  })

  test('hold no more faults than they may', () => {
    const few = plans(topology, { faultsMax: 2, unrestricted: true })
    expect(fc.sample(few, { numRuns: 50, seed: 1 }).every((plan) => plan.length <= 2)).toBe(true)
  })

  test('tell a plan from what is none', () => {
    expect(anything.canShrinkWithoutContext(large)).toBe(true)
    expect(anything.canShrinkWithoutContext([{ kind: 'earthquake' }])).toBe(false)
  })

  test('can be aimed at fewer nodes', () => {
    const few: Topology = { nodes: nodes.slice(0, 2), groups: [{ name: 'store', nodes: nodes.slice(0, 2) }] }
    const aimed = aimedPlan(large, few)
    expect(JSON.stringify(aimed)).not.toMatch(/store-[345]/)
    expect(aimed.length).toBeGreaterThan(75)
  })
})

test('plans of a scenario are drawn from its own faults', () => {
  const crashing = scenario({
    title: 'three idle machines crash',
    parameters: { count: 3 },
    nodes: ({ count }) => group('idle', count, () => undefined),
    faults: [crashes({ every: seconds(1) })],
    duration: seconds(10),
  })
  const drawn = fc.sample(plans(crashing, { set: { count: 7 } }), { numRuns: 30, seed: 3 }).flat()
  expect(new Set(drawn.map(({ kind }) => kind))).toEqual(new Set(['crash']))
  expect(JSON.stringify(drawn)).toContain('idle-7')
})
