// Results as text: columns as wide as what stands in them.

import type { Detail } from './detail.ts'
import type { LinearCost } from './linear-cost.bench.ts'
import type { Row } from './row.ts'
import { showVerdict } from './verdict.ts'

const rowHeads = ['what', 'measured', 'by wall time', 'a baseline of', 'ratio', 'budget', 'here', 'verdict']

/** The rows with their budgets. `here` is the budget as the baseline scales it to this machine at this moment. */
export function showRows(rows: readonly Row[]): string {
  return columns([rowHeads, ...rows.map(rowCells)])
}

function rowCells(row: Row): string[] {
  const { name, unit, figure, wallFigure, baseline, budget, verdict } = row
  return [
    name,
    `${short(figure)} ${unit}`,
    wallFigure === null ? '' : short(wallFigure),
    baseline === null ? '' : `${short(baseline.rate)}/s ${baseline.name}`,
    baseline === null ? '' : `${short(baseline.ratio)} ${baseline.unit}s each`,
    budget === null ? '' : `${budget.bound === 'at-least' ? '>=' : '<='} ${short(budget.figure)}`,
    verdict === null ? '' : short(verdict.scaled),
    verdict === null ? '' : showVerdict(verdict),
  ]
}

/** The cost of an event in each run of each series. */
export function showLinearCosts(lines: readonly LinearCost[]): string {
  const heads = ['scenario', 'nodes', 'events', 'ns an event', 'holds an event', 'growth', '']
  const cells = lines.map((line) => [
    line.scenario,
    String(line.nodes),
    short(line.events),
    short(line.nanoseconds),
    short(line.holds),
    `${line.growth.toFixed(2)}x`,
    line.isOffLinear ? 'more than 2x off linear' : '',
  ])
  return columns([heads, ...cells])
}

/** Figures without a budget. */
export function showDetails(details: readonly Detail[]): string {
  return columns(details.map(({ name, value, unit }) => [name, `${short(value)} ${unit}`]))
}

/** Three digits and a unit prefix: 4,812,345 is `4.81 M`. */
export function short(x: number): string {
  for (const [factor, prefix] of [
    [1e9, ' G'],
    [1e6, ' M'],
    [1e4, ' k'],
  ] as const)
    if (x >= factor) return `${(x / (factor === 1e4 ? 1e3 : factor)).toPrecision(3)}${prefix}`
  return x >= 1000 ? x.toFixed(0) : x.toPrecision(3)
}

/** Lines of cells, each column as wide as what stands in it. */
export function columns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
