// The invariants of a run, a sweep or a trace with how often each was put to the test: one that never was shows nothing.

import { noUncaughtErrorName } from '../sim/index.ts'

import type { Palette } from './palette.ts'
import { countText } from './rows.ts'

/** An invariant and how often it looked at something. */
export interface InvariantCount {
  readonly invariant: string
  readonly looked: number
}

/** One line an invariant, aligned. Where there is none but the one that every scenario has, a line that says so. */
export function invariantLines(invariants: readonly InvariantCount[], palette: Palette): readonly string[] {
  if (invariants.every(({ invariant }) => invariant === noUncaughtErrorName))
    return [palette.warning('none of its own: nothing but an uncaught error would show')]
  const width = Math.max(...invariants.map(({ invariant }) => invariant.length))
  return invariants.map(({ invariant, looked }) => {
    const line = `${invariant.padEnd(width)}  ${lookedText(looked)}`
    return looked === 0 ? palette.warning(line) : line
  })
}

function lookedText(looked: number): string {
  if (looked === 0) return 'never looked at anything'
  return looked === 1 ? 'looked once' : `looked ${countText(looked)} times`
}
