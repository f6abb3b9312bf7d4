// Placeholder for the fault union; see sim/faults.
import type { Duration, Instant } from '../time.ts'
export interface Fault {
  readonly kind: string
  readonly at?: Instant
  readonly for?: Duration
}
