// Whether a figure keeps its budget. A budget is given for a reference machine; on another one, or on this one while it is
// busy, it is scaled by how fast the baseline runs there.

/** What a figure must be, on the reference machine. */
export interface Budget {
  readonly bound: 'at-least' | 'at-most'
  readonly figure: number
}

/** How a figure stands against its budget. */
export interface Verdict {
  readonly isMet: boolean
  /** The budget as it is where this was measured. */
  readonly scaled: number
  /** How many times better than the budget; below 1 it is missed. */
  readonly factor: number
}

/** How fast this machine is now: 1 when the baseline runs as fast as on the reference machine. */
export function machineSpeed(baselineRate: number, referenceRate: number): number {
  return baselineRate / referenceRate
}

/**
 * Judges a figure. `at-least` is for rates, which a faster machine raises; `at-most` is for times, which it lowers. What
 * does not depend on speed, such as a size, is judged with a speed of 1. A figure that is no number misses its budget.
 */
export function judgeFigure(figure: number, budget: Budget, speed: number): Verdict {
  const isRate = budget.bound === 'at-least'
  const scaled = isRate ? budget.figure * speed : budget.figure / speed
  const factor = isRate ? figure / scaled : scaled / figure
  return { isMet: factor >= 1, scaled, factor }
}

/** The verdict in a few words. */
export function showVerdict({ isMet, factor }: Verdict): string {
  if (isMet) return `met, ${times(factor)} better`
  return Number.isFinite(factor) && factor > 0 ? `missed by ${times(1 / factor)}` : 'missed'
}

// A figure just short of its budget must not read "missed by 1.0x".
function times(factor: number): string {
  return `${factor < 1.1 ? factor.toFixed(3) : factor.toPrecision(factor < 10 ? 2 : 3)}x`
}
