/** Called now and then by work that can take long: throws `TimeOut` once time is up. */
export type Check = () => void

/** Time was up before the search began or after it ended: whoever judges makes `unknown` of it. */
export class TimeOut extends Error {
  override readonly name = 'TimeOut'
}

/** Why a verdict is unknown when time was up, as the search says it. */
export const TIME_OUT = 'time-out'

/** A check against a clock; without one it never throws. */
export function checkOf(isOverdue: (() => boolean) | undefined): Check {
  if (isOverdue === undefined) return unhurried
  return () => {
    if (isOverdue()) throw new TimeOut('time is up')
  }
}

/** Nobody waits. */
export function unhurried(): void {
  // There is no deadline.
}

/** What the work gives, or `late` when its checks found that time was up. */
export function orLate<T>(work: () => T, late: T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof TimeOut) return late
    throw error
  }
}
