// Did a sweep test anything? For each fault kind, invariant, point and buggify site, what came of it over all seeds; and a
// warning for each of which nothing came.

import { bothUnreached, type Unreached } from './branches/index.ts'
import type { EffectSample } from './effect-sample.ts'
import type { SeedResult } from './seed-result.ts'

/** A kind of fault over all seeds: how many were planned, fired, had an effect, and what the sample says. */
export interface FaultVacuity {
  readonly kind: string
  readonly planned: number
  readonly fired: number
  readonly effects: number
  /** In how many of the sampled runs it changed what programs were given; absent when none was sampled. */
  readonly sample?: { readonly sampled: number; readonly changed: number }
}

/** An invariant over all seeds: how often it looked, at what, and on how many seeds. */
export interface InvariantVacuity {
  readonly invariant: string
  readonly looked: number
  readonly unit: string
  readonly seeds: number
}

/** A point, and how many seeds reached it. */
export interface PointVacuity {
  readonly point: string
  readonly seeds: number
}

/** A buggify site, and in how many seeds it was passed, switched on, and taken. */
export interface SiteVacuity {
  readonly site: string
  readonly passed: number
  readonly on: number
  readonly taken: number
}

/** What a sweep tested. */
export interface Vacuity {
  readonly faults: readonly FaultVacuity[]
  readonly invariants: readonly InvariantVacuity[]
  readonly points: readonly PointVacuity[]
  readonly sites: readonly SiteVacuity[]
  /** What no seed came to of the programs, file by file; absent where nobody looked. */
  readonly unreached?: Unreached
}

/** Sums up the seeds of a sweep. */
export function tallyVacuity(results: readonly SeedResult[], samples: readonly EffectSample[] = []): Vacuity {
  const points = new Set(results.flatMap((result) => result.points))
  const looked = tallyLooked(results)
  return {
    faults: tallyFaults(results, samples),
    invariants: looked.filter(({ invariant }) => !points.has(invariant)),
    points: looked
      .filter(({ invariant }) => points.has(invariant))
      .map(({ invariant, seeds }) => ({ point: invariant, seeds })),
    sites: tallySites(results),
    ...tallyUnreached(results),
  }
}

/** A sentence for each fault, invariant, point and site that did nothing. */
export function vacuityWarnings({ faults, invariants, points, sites }: Vacuity): readonly string[] {
  return [
    ...faults.flatMap(faultWarning),
    ...invariants
      .filter(({ looked }) => looked === 0)
      .map(({ invariant }) => `invariant "${invariant}" never looked at anything`),
    ...points.filter(({ seeds }) => seeds === 0).map(({ point }) => `no seed reached "${point}"`),
    ...sites
      .filter(({ taken }) => taken === 0)
      .map(({ site, passed }) => `buggify site "${site}" was passed in ${seedsText(passed)} and never taken`),
  ]
}

function faultWarning({ kind, planned, effects, sample }: FaultVacuity): readonly string[] {
  if (planned === 0) return []
  if (effects === 0) return [`faults of kind ${kind} never had an effect`]
  return sample?.changed === 0
    ? [`faults of kind ${kind} changed nothing that programs were given in ${runsText(sample.sampled)}`]
    : []
}

function runsText(count: number): string {
  return count === 1 ? 'the 1 sampled run' : `any of ${count} sampled runs`
}

function seedsText(count: number): string {
  return count === 1 ? '1 seed' : `${count} seeds`
}

function tallyFaults(
  results: readonly SeedResult[],
  samples: readonly EffectSample[],
): readonly FaultVacuity[] {
  const sums = new Map<string, { planned: number; fired: number; effects: number }>()
  for (const [kind, counts] of results.flatMap(({ faults }) => faults)) {
    const sum = sums.get(kind) ?? { planned: 0, fired: 0, effects: 0 }
    sum.planned += counts.planned
    sum.fired += counts.begun
    sum.effects += counts.effective
    sums.set(kind, sum)
  }
  const measured = new Map(
    samples
      .filter(({ sampled }) => sampled > 0)
      .map(({ kind, sampled, changed }) => [kind, { sampled, changed }] as const),
  )
  return [...sums].map(([kind, counts]) => {
    const sample = measured.get(kind)
    return { kind, ...counts, ...(sample === undefined ? {} : { sample }) }
  })
}

function tallyLooked(results: readonly SeedResult[]): readonly InvariantVacuity[] {
  const sums = new Map<string, { looked: number; readonly unit: string; seeds: number }>()
  for (const [invariant, looked, unit] of results.flatMap((result) => result.looked)) {
    const sum = sums.get(invariant) ?? { looked: 0, unit, seeds: 0 }
    sum.looked += looked
    sum.seeds += looked > 0 ? 1 : 0
    sums.set(invariant, sum)
  }
  return [...sums].map(([invariant, sum]) => ({ invariant, ...sum }))
}

function tallyUnreached(results: readonly SeedResult[]): { readonly unreached?: Unreached } {
  const all = results.flatMap(({ unreached }) => (unreached === undefined ? [] : [unreached]))
  const [first, ...more] = all
  return first === undefined ? {} : { unreached: more.reduce(bothUnreached, first) }
}

function tallySites(results: readonly SeedResult[]): readonly SiteVacuity[] {
  const sums = new Map<string, { passed: number; on: number; taken: number }>()
  for (const { site, isOn, taken } of results.flatMap(({ sites }) => sites)) {
    const sum = sums.get(site) ?? { passed: 0, on: 0, taken: 0 }
    sum.passed++
    sum.on += isOn ? 1 : 0
    sum.taken += taken > 0 ? 1 : 0
    sums.set(site, sum)
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([site, counts]) => ({ site, ...counts }))
}
