// How much a run of the benchmark measures.

import type { LinearCostOptions } from './linear-cost.bench.ts'

/** How much is measured. */
export interface Extent {
  readonly rounds: number
  /** Messages of a sample. */
  readonly messages: number
  /** Seeds of a sample of the store. */
  readonly seeds: number
  /** Events of a sample with many pending. */
  readonly events: number
  readonly linear: LinearCostOptions
  /** Seeds of a sample of a sweep, and rounds; null: none, as warm threads take longer than all else. */
  readonly sweep: { readonly seeds: number; readonly rounds: number } | null
  /** Whether figures without a budget are measured. */
  readonly hasDetails: boolean
}

/** For CI: in about two minutes. */
export const shortExtent: Extent = {
  rounds: 3,
  messages: 200_000,
  seeds: 1,
  events: 100_000,
  linear: { messages: 50_000, storeSeconds: 2, eventsFactor: 10, rounds: 1 },
  sweep: null,
  hasDetails: false,
}

/** For people. */
export const fullExtent: Extent = {
  rounds: 9,
  messages: 1_000_000,
  seeds: 4,
  events: 500_000,
  linear: { messages: 200_000, storeSeconds: 5, eventsFactor: 100, rounds: 3 },
  sweep: { seeds: 64, rounds: 3 },
  hasDetails: true,
}
