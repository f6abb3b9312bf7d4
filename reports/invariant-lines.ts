// The invariants of a run, a sweep or a trace with how often each was put to the test: one that never was shows nothing.

import { noUncaughtErrorName } from '../sim/index.ts'

import type { Palette } from './palette.ts'
import { countText } from './rows.ts'

/** An invariant, how often it looked, and at what. */
export interface InvariantCount {
  readonly invariant: string
  readonly looked: number
  readonly unit: string
  /** On how many seeds of a sweep. */
  readonly seeds?: number
}

/**
 * One line an invariant, aligned; of a sweep, `runs` is how many seeds it had. Where there is none but the one that every
 * scenario has, a line that says so.
 */
export function invariantLines(
  invariants: readonly InvariantCount[],
  palette: Palette,
  runs?: number,
): readonly string[] {
  if (invariants.every(({ invariant }) => invariant === noUncaughtErrorName))
    return [palette.warning('none of its own: nothing but an uncaught error would show')]
  const width = Math.max(...invariants.map(({ invariant }) => invariant.length))
  return invariants.map(({ invariant, looked, unit, seeds }) => {
    const where =
      looked === 0 || seeds === undefined || runs === undefined
        ? ''
        : `, on ${countText(seeds)} of ${countText(runs)} seeds`
    const line = `${invariant.padEnd(width)}  ${lookedText(looked, unit)}${where}`
    return looked === 0 ? palette.warning(line) : line
  })
}

function lookedText(looked: number, unit: string): string {
  if (looked === 0) return `never looked at anything (${unit})`
  return `${looked === 1 ? 'looked once' : `looked ${countText(looked)} times`} at ${unit}`
}
