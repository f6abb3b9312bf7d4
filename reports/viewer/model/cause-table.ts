// Failures by cause: how many seeds failed in the same way, and which of them was the first.

import type { CampaignFailure, CampaignSweep } from './document.ts'

/** Seeds that failed in the same way: the same invariant (or outcome) said the same. */
export interface CauseRow {
  readonly name: string
  readonly message: string
  /** How many runs of all sweeps; 0 where only the kept failure tells of it. */
  readonly seeds: number
  readonly first: number
  /** Of all runs that failed, from 0 to 1. */
  readonly share: number
  /** Where such a failure is kept; null when none is. */
  readonly folder: string | null
}

/** The rows, most seeds first. */
export function causeTable(
  sweeps: readonly CampaignSweep[],
  failures: readonly CampaignFailure[],
): readonly CauseRow[] {
  const rows = new Map<string, Omit<CauseRow, 'share'>>()
  for (const { causes = [] } of sweeps)
    for (const [name, message, seeds, first] of causes) {
      const key = JSON.stringify([name, message])
      const before = rows.get(key)
      rows.set(key, {
        name,
        message,
        seeds: seeds + (before?.seeds ?? 0),
        first: before?.first ?? first,
        folder: null,
      })
    }
  for (const { name, message, seed, folder } of failures) {
    const key = JSON.stringify([name, message])
    rows.set(key, { ...(rows.get(key) ?? { name, message, seeds: 0, first: seed }), folder })
  }
  const all = [...rows.values()].reduce((sum, { seeds }) => sum + seeds, 0)
  return [...rows.values()]
    .map((row) => ({ ...row, share: all === 0 ? 0 : row.seeds / all }))
    .sort((a, b) => b.seeds - a.seeds || a.first - b.first)
}
