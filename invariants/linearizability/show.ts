// Verdicts as a person reads them.

import { canonicalText } from './canonical-text.ts'
import type { Verdict } from './check.ts'
import type { Operation } from './operation.ts'
import type { Window } from './window.ts'

/** Most states that are listed. */
const STATES_MAX = 8

/** A verdict in one line, or, for a violation, with its window: one line an operation. */
export function showVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'linearizable':
      return `linearizable: ${verdict.operationCount} operations`
    case 'unknown':
      return `unknown: reached a bound (${verdict.reason})${verdict.key === null ? '' : ` at key ${canonicalText(verdict.key)}`}`
    case 'not-linearizable':
      return ['not linearizable', showWindow(verdict.explain())].join('\n')
  }
}

/** A window: where it stands, what was possible before it, and its operations: process, call..return, f, values. */
export function showWindow(window: Window): string {
  const where = window.key === null ? '' : `key ${canonicalText(window.key)}: `
  const what = whatIsWrong(window)
  const cells = window.operations.map(cellsOf)
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const lines = cells.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  )
  return [`${where}${what}${before(window)}`, ...lines, ...alsoOpen(window)].join('\n')
}

function whatIsWrong({ operations, before, isExact }: Window): string {
  if (before !== 'any' && !isExact)
    return 'no order is legal up to this operation (a bound was reached before a smaller window was found)'
  const count = operations.length
  return count === 1 ? 'this operation has no legal place' : `no order of these ${count} operations is legal`
}

function before({ before }: Window): string {
  if (before === 'any') return ', whatever was before:'
  if (before.length === 0) return ':'
  const shown = before.slice(0, STATES_MAX).join(' or ')
  const more = before.length > STATES_MAX ? ` or one of ${before.length - STATES_MAX} more` : ''
  return `; before, the state can only be ${shown}${more}:`
}

function alsoOpen({ concurrentCount }: Window): readonly string[] {
  if (concurrentCount === 0) return []
  const operations = concurrentCount === 1 ? '1 operation' : `${concurrentCount} operations`
  return [`  (${operations} at the same time may have happened or not; it makes no difference)`]
}

/** An operation: process, interval, what it did. */
export function showOperation(operation: Operation): string {
  return cellsOf(operation).join('  ')
}

function cellsOf(operation: Operation): readonly string[] {
  const { process, call, return: end, f, input, output, outcome } = operation
  const interval = `${call}..${end === Infinity ? '' : end}`
  const given = input === null ? f : `${f} ${canonicalText(input)}`
  const isEcho = canonicalText(output) === canonicalText(input)
  const isSilent = output === null && f !== 'read' && f !== 'get' && f !== 'dequeue'
  const result = isSilent || (isEcho && input !== null) ? outcome : `${outcome} ${canonicalText(output)}`
  return [`process ${process}`, interval, outcome === 'info' ? `${given} → unknown` : `${given} → ${result}`]
}
