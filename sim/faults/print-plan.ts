// A fault plan for people: one line a fault, in columns, in the order of time; triggered faults last.

import type { Fault, FaultPlan, Trigger } from './fault.ts'
import { patternText } from './pattern.ts'
import { faultBody } from './read-fault.ts'
import { entryOf } from './registry.ts'
import { formatDuration, formatInstant } from '../time.ts'

/** The plan as lines: place in the plan, begin, length, kind, and what it says. An empty plan gives a line that says so. */
export function printPlan(plan: FaultPlan): string {
  if (plan.length === 0) return 'no faults\n'
  const rows = plan.map((fault, index) => [
    `#${index}`,
    beginText(fault),
    lengthText(fault),
    ...bodyCells(fault),
  ])
  const sorted = plan.map((fault, index) => ({ fault, index })).sort((a, b) => byBegin(a, b))
  const lines = sorted.map(({ index }) => rows[index] ?? [])
  const widths = [0, 1, 2, 3].map((column) => widest(lines, column))
  return `${lines.map((cells) => line(cells, widths)).join('\n')}\n`
}

/** One fault on one line, without columns. */
export function faultText(fault: Fault): string {
  const [kind, text] = bodyCells(fault)
  return `${beginText(fault)} ${lengthText(fault)} ${kind} ${text}`.replace(/ {2,}/g, ' ')
}

interface Placed {
  readonly fault: Fault
  readonly index: number
}

function byBegin(a: Placed, b: Placed): number {
  const first = a.fault.at ?? Infinity
  const second = b.fault.at ?? Infinity
  return first === second ? a.index - b.index : first - second
}

function beginText(fault: Fault): string {
  return fault.when === undefined ? formatInstant(fault.at) : 'triggered'
}

function triggerText(when: Trigger): string {
  const parts = [patternText(when)]
  if (when.count !== undefined && when.count > 1) parts.push(`from match ${when.count} on`)
  if (when.timesMax !== undefined && when.timesMax > 1) parts.push(`up to ${when.timesMax} times`)
  if (when.delay !== undefined && when.delay > 0) parts.push(`after ${formatDuration(when.delay)}`)
  return parts.join(', ')
}

function lengthText(fault: Fault): string {
  if (fault.for !== undefined) return `for ${formatDuration(fault.for)}`
  return entryOf(fault).lasts === 'while' ? 'until healed' : ''
}

function bodyCells(fault: Fault): readonly [kind: string, text: string] {
  const text = entryOf(fault).text(faultBody(fault))
  return [fault.kind, fault.when === undefined ? text : `${text}, when ${triggerText(fault.when)}`]
}

function widest(lines: readonly (readonly string[])[], column: number): number {
  return lines.reduce((width, cells) => Math.max(width, cells[column]?.length ?? 0), 0)
}

/** Instants are numbers and stand to the right of their column; everything else to the left. */
function line(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, column) => {
    const width = widths[column] ?? 0
    return column === 0 || (column === 1 && !cell.startsWith('when'))
      ? cell.padStart(width)
      : cell.padEnd(width)
  })
  return padded.join('  ').trimEnd()
}
