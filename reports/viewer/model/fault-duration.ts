// How long a fault lasts where no event says that it ended.

/** What of a fault decides that. */
export interface FaultDuration {
  readonly kind?: unknown
  readonly for?: unknown
}

const momentKinds: ReadonlySet<unknown> = new Set(['bit-rot'])
const lastingClockKinds: ReadonlySet<unknown> = new Set(['clock-step', 'clock-slew'])

/** Whether a fault is over when it has happened. */
export function isMoment(fault: FaultDuration): boolean {
  return momentKinds.has(fault.kind) && fault.for === undefined
}

/** Whether a fault is over at once, and what it has done to a clock is not: that stays wrong until all is healed. */
export function lastsUntilHealed(fault: FaultDuration): boolean {
  return lastingClockKinds.has(fault.kind) && fault.for === undefined
}
