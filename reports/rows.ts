// A report's body: a name in the left column, what there is to say about it in the right one.

import type { Palette } from './palette.ts'

/** A name with its lines; without lines the row is left out. */
export type Row = readonly [name: string, ...lines: readonly string[]]

/** The rows as lines, aligned. */
export function rowLines(rows: readonly Row[], palette: Palette): readonly string[] {
  const shown = rows.filter((row) => row.length > 1)
  const width = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.flatMap(([name, ...lines]) =>
    lines.map((line, index) => `  ${palette.dim((index === 0 ? name : '').padEnd(width))}  ${line}`),
  )
}

/** Counts by name, most first (by name where equal): `loss 12, partition 3`; '' when there are none. */
export function countsText(counts: Iterable<readonly [name: string, count: number]>): string {
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return sorted.map(([name, count]) => `${name} ${countText(count)}`).join(', ')
}

/** A whole number with separators: `1,234,567`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}
