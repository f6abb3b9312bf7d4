import type { Duration, EventKind, Invariant } from '../sim/index.ts'
import { type EventTest, on } from './event-test.ts'
import { leadsTo } from './leads-to.ts'

/** What counts as recovered, and by when. */
export interface BoundedRecoveryOptions<R extends EventKind> {
  /** The event by which a restarted node shows that it is back. */
  readonly ready: EventTest<R>
  readonly within: Duration
}

/**
 * A node that starts again is back within a bound, unless it goes down or is paused before. While disks stall and links are
 * cut no bound may hold: then use it in `afterHeal`.
 */
export function boundedRecovery<R extends EventKind>(options: BoundedRecoveryOptions<R>): Invariant {
  return leadsTo('bounded recovery', {
    trigger: on('start', (event) => event.incarnation > 1),
    response: options.ready,
    within: options.within,
    unless: on(['crash', 'exit', 'stop', 'stop-asked', 'pause']),
  })
}
