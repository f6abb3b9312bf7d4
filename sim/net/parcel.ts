// What a link carries the long way: a message, a datagram or a stream segment, seen only as something that may be lost,
// late, doubled or damaged. The short way of messages does without.

import type { Packet } from './rule.ts'
import type { Instant } from '../time.ts'

/** Bytes that the network itself adds to what it carries, as counted against a bandwidth. */
export const headerSize = 40

/** The damage of a parcel that has none. */
export const undamaged = -1

/** Something to be carried over a link. */
export interface Parcel {
  /** Its size on the wire in bytes. */
  readonly size: number
  /** The seq of the event that led to it, which is the cause of its loss. */
  readonly cause: number
  /**
   * The seq of the last event when it left its node, by which partitions tell what was on its way: that of its sending, or
   * a later one, set when it has waited for the CPU.
   */
  sent: number
  /** Whether a second copy arrives as well; streams discard it. */
  readonly canDouble: boolean
  /** Lets it arrive; `damage` is a place in [0, 1) at which its bytes were changed, or `undamaged`. */
  arrive(at: Instant, cause: number, damage: number): void
  /** What rules see of it. */
  describe(): Packet
}
