import type { Progress } from './progress.ts'
import type { Leadership } from './state.ts'
import type { Instant } from '../../../sim/index.ts'

/**
 * A follower has answered, in this term, what was sent at an instant. That dates how long it has followed this leader, on
 * which reads and leases rest; but what was sent before this leadership began was an append of an earlier term, which it
 * has refused, and says nothing of the kind.
 */
export function noteAnswer(leadership: Leadership, progress: Progress, sentAt: Instant): void {
  if (sentAt >= leadership.beganAt && sentAt > progress.echoedAt) progress.echoedAt = sentAt
}
