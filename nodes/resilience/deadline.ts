// Until when an answer is of use to anybody. A deadline is an instant of one machine's monotonic clock; on the wire goes how
// much is left, as clocks of two machines have nothing to do with each other. The form is gRPC's `grpc-timeout`
// (PROTOCOL-HTTP2: at most 8 digits and a unit). What the way takes is not counted, so a callee may stop that much later.

import { after, between, type Duration, type Instant } from '../../sim/index.ts'

/** An instant of this machine's monotonic clock (`env.clock.monotonic()`) after which nobody waits any more. */
export interface Deadline {
  readonly at: Instant
}

/** Something that should have been a deadline on the wire. */
export class DeadlineFormatError extends Error {
  constructor(got: string) {
    super(
      `deadline: got ${JSON.stringify(got.slice(0, 40))}, wanted 1 to 8 digits and one of H, M, S, m, u, n, such as 250m`,
    )
    this.name = 'DeadlineFormatError'
  }
}

/** The deadline `timeout` (at least 0) from now, or that of the parent where it is earlier: a child never outlives its parent. */
export function deadlineIn(now: Instant, timeout: Duration, parent: Deadline | null = null): Deadline {
  if (!(timeout >= 0)) throw new RangeError(`timeout: got ${timeout}, wanted at least 0`)
  const own = after(now, timeout)
  return parent !== null && parent.at <= own ? parent : { at: own }
}

/** How long there is until a deadline: 0 when it has passed. */
export function remaining(deadline: Deadline, now: Instant): Duration {
  return Math.max(0, between(now, deadline.at)) as Duration
}

/** Whether it has passed: at the instant itself it has. */
export function isPast(deadline: Deadline, now: Instant): boolean {
  return now >= deadline.at
}

const units: ReadonlyMap<string, number> = new Map([
  ['n', 1],
  ['u', 1e3],
  ['m', 1e6],
  ['S', 1e9],
  ['M', 60e9],
  ['H', 3600e9],
])
const countMax = 99_999_999

/** What is left, for a header: in the finest unit that has room for it, rounded down, so that a callee never gets more. */
export function encodeDeadline(deadline: Deadline, now: Instant): string {
  const left = remaining(deadline, now)
  for (const [unit, length] of units) {
    const count = Math.floor(left / length)
    if (count <= countMax) return `${count}${unit}`
  }
  return `${countMax}H`
}

/** The deadline that a header gives, counted from now. Throws a DeadlineFormatError; whatever is too far away is cut to 104 days. */
export function decodeDeadline(text: string, now: Instant): Deadline {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? []
  const length = units.get(unit ?? '')
  if (digits === undefined || length === undefined) throw new DeadlineFormatError(text)
  return { at: Math.min(now + Number(digits) * length, Number.MAX_SAFE_INTEGER) as Instant }
}
