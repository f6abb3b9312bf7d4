// What a fault profile is: a value that draws faults for a run before it begins.

import type { Fault } from '../fault.ts'
import type { Topology } from '../topology.ts'
import type { NodeId } from '../../event.ts'
import type { RandomStream } from '../../random.ts'
import type { Instant } from '../../time.ts'

/** Draws faults for a run. Two profiles of one name in a list draw from streams of their own. */
export interface FaultProfile {
  readonly kind: 'profile'
  /** What it is called in streams, reports and swarms: `partitions`. */
  readonly name: string
  /**
   * The faults for a run, in any order, all beginning within the window. The same context draws the same faults.
   * @throws PlanError when an option names a group that the run does not have.
   */
  draw(context: DrawContext): readonly Fault[]
}

/** What a profile draws from. */
export interface DrawContext {
  readonly topology: Topology
  /** The profile's own stream. */
  readonly random: RandomStream
  readonly window: FaultWindow
  /** The nodes whose synced data may be damaged in this run: a drawn minority of each group. */
  readonly damageable: ReadonlySet<NodeId>
  /** How many times as often it strikes as it says itself. */
  readonly intensity: number
  /** Whether faults may go beyond what the run can recover from. */
  readonly isUnrestricted: boolean
}

/** When faults begin: from `begin` on, before `end`. */
export interface FaultWindow {
  readonly begin: Instant
  readonly end: Instant
}

/** The same profile, drawing nothing: others of its name keep their streams. */
export function switchedOff(profile: FaultProfile): FaultProfile {
  return { ...profile, draw: () => [] }
}
