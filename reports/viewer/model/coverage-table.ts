// Which faults hit nodes in which state, as a table: what never happened is as telling as what did.

import type { StateCoverage } from './document.ts'

/** Rows of faults, columns of states. */
export interface CoverageTable {
  readonly states: readonly string[]
  readonly rows: readonly { readonly fault: string; readonly counts: readonly number[] }[]
  /** The largest count. */
  readonly most: number
}

/** The table, faults and states in the order of their names. */
export function coverageTable(coverage: readonly StateCoverage[]): CoverageTable {
  const states = [...new Set(coverage.map(({ state }) => state))].sort()
  const faults = [...new Set(coverage.map(({ fault }) => fault))].sort()
  const countOf = (fault: string, state: string): number =>
    coverage
      .filter((each) => each.fault === fault && each.state === state)
      .reduce((sum, { count }) => sum + count, 0)
  return {
    states,
    rows: faults.map((fault) => ({ fault, counts: states.map((state) => countOf(fault, state)) })),
    most: Math.max(1, ...coverage.map(({ count }) => count)),
  }
}
