// Which faults hit nodes in which state, as a table: what never happened is as telling as what did.

import type { StateCoverage } from './document.ts'

/** Rows of faults, columns of states. */
export interface CoverageTable {
  readonly states: readonly string[]
  readonly rows: readonly { readonly fault: string; readonly counts: readonly number[] }[]
  /** The largest count. */
  readonly most: number
}

/** What there was besides what met: kinds of faults that were drawn, and states that nodes were in. */
export interface CoverageRange {
  readonly faults: readonly string[]
  readonly states: readonly string[]
}

/** The table, faults and states in the order of their names, nodes without a state last. */
export function coverageTable(coverage: readonly StateCoverage[], range: CoverageRange): CoverageTable {
  const counts = new Map<string, number>()
  for (const { fault, state, count } of coverage) {
    const key = JSON.stringify([fault, state])
    counts.set(key, (counts.get(key) ?? 0) + count)
  }
  const stateless = coverage.some(({ state }) => state === noState) ? [noState] : []
  const states = sorted(
    coverage.map(({ state }) => state),
    range.states,
  ).filter((state) => state !== noState)
  const columns = [...states, ...stateless]
  const faults =
    columns.length === 0
      ? []
      : sorted(
          coverage.map(({ fault }) => fault),
          range.faults,
        )
  const countOf = (fault: string, state: string): number => counts.get(JSON.stringify([fault, state])) ?? 0
  return {
    states: columns,
    rows: faults.map((fault) => ({ fault, counts: columns.map((state) => countOf(fault, state)) })),
    most: Math.max(1, ...counts.values()),
  }
}

const noState = 'no state'

function sorted(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])].sort()
}
