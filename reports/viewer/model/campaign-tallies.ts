// Sums over all sweeps of a campaign.

import type { CampaignSweep } from './document.ts'

/** A point that some run should reach: how many seeds did, of those of sweeps that looked for it. */
export interface PointReached {
  readonly point: string
  readonly reached: number
  readonly of: number
}

/** How many seeds a sweep ran. */
export function seedsOf({ passed, failed, undecided }: CampaignSweep): number {
  return passed + failed + undecided
}

/** The points, those that no seed reached first. */
export function pointsReached(sweeps: readonly CampaignSweep[]): readonly PointReached[] {
  const points = new Map<string, { reached: number; of: number }>()
  for (const sweep of sweeps)
    for (const [point, count] of sweep.points) {
      const { reached, of } = points.get(point) ?? { reached: 0, of: 0 }
      points.set(point, { reached: reached + count, of: of + seedsOf(sweep) })
    }
  return [...points]
    .map(([point, counts]) => ({ point, ...counts }))
    .sort((a, b) => Number(a.reached > 0) - Number(b.reached > 0))
}

/** A kind of fault: how many were planned, and how many of them had an effect. */
export interface FaultEffects {
  readonly kind: string
  readonly planned: number
  readonly had: number
}

/** The kinds in the order of their names, those without an effect first. */
export function faultEffects(sweeps: readonly CampaignSweep[]): readonly FaultEffects[] {
  const kinds = new Map<string, { planned: number; had: number }>()
  for (const { faults } of sweeps)
    for (const [kind, planned, effects] of faults) {
      const before = kinds.get(kind) ?? { planned: 0, had: 0 }
      kinds.set(kind, { planned: before.planned + planned, had: before.had + effects })
    }
  return [...kinds]
    .map(([kind, counts]) => ({ kind, ...counts }))
    .sort((a, b) => Number(a.had > 0) - Number(b.had > 0) || (a.kind < b.kind ? -1 : 1))
}
