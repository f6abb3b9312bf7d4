// How long a fault lasts beyond what its begin and end in the log say.

/** What is over when it has happened. A clock that was stepped stays wrong until all is healed. */
const momentKinds: ReadonlySet<string> = new Set(['bit-rot'])
const lastingClockKinds: ReadonlySet<string> = new Set(['clock-step', 'clock-slew'])

/** Of a fault as much as is asked here: its kind, and how long it is to last, where it says so. */
interface FaultLength {
  readonly kind: string
  readonly for?: unknown
}

/** Whether a fault is over as soon as it has begun. */
export function isMoment({ kind, for: length }: FaultLength): boolean {
  return length === undefined && momentKinds.has(kind)
}

/** Whether what a fault did lasts until all is healed: a step is over at once, and what it has done to the clock is not. */
export function staysUntilHealed({ kind, for: length }: FaultLength): boolean {
  return length === undefined && lastingClockKinds.has(kind)
}
