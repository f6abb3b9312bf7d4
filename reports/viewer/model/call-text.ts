// A call of a client as short text.

import { dataText } from '../../data-text.ts'
import type { Plain } from './document.ts'
import type { Span } from './operations.ts'

/** What was called, and what came of it: `write x 3 → ok`. */
export function callText(span: Span): string {
  const { f, key, value, phase, result } = span
  const given = [f, ...[key, value].filter((each) => each !== null).map((each) => dataText(each, 40))].join(
    ' ',
  )
  if (phase === 'open') return `${given} → never ended`
  if (phase === 'info') return `${given} → unknown`
  if (phase === 'fail') return `${given} → failed`
  const isEcho = result === null ? !readers.has(f) : sameText(result, value)
  return isEcho ? `${given} → ok` : `${given} → ok ${dataText(result, 40)}`
}

/** Calls that tell something even where that is nothing. */
export const readers: ReadonlySet<string> = new Set(['read', 'get', 'dequeue', 'peek'])

function sameText(a: Plain, b: Plain): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
