// What faults need of the world: the levers that the simulated machines, the network and the disks offer, and the clock
// and log of the kernel. The driver pulls the levers; how several faults at once combine on one node is settled here or
// by the driver, never by luck.

import type { CrashDisk, LinkFault, PartitionCuts, RuleFault } from './fault.ts'
import type { Link } from './topology.ts'
import type { DiskFault } from '../disk/index.ts'
import type { EventFields, NodeId } from '../event.ts'
import type { Scheduled } from '../node/index.ts'
import type { Duration, Instant } from '../time.ts'

/** What the driver needs of the kernel. */
export interface FaultHost {
  now(): Instant
  /** Runs an action at an instant (never earlier than now), outside of any node's step. */
  schedule(at: Instant, action: () => void): Scheduled
  /** Logs an event of the world (node '') with its cause; returns its seq. */
  emit<K extends 'fault-begin' | 'fault-end'>(kind: K, fields: EventFields<K>, cause: number): number
  /** Counts what is done within a step; false when it is too much, with which the run ends as a livelock. */
  countStep(): boolean
}

/** The fault on whose behalf a lever is pulled. */
export interface FaultOrigin {
  /** Its place in the plan. */
  readonly index: number
  /** The seq of its `fault-begin`: the cause of what it does. */
  readonly cause: number
  /**
   * To be called each time that the fault changes what happens: a message lost or late because of it, an operation that
   * failed. A fault that never affects anything is reported as such.
   */
  readonly affected: () => void
}

/** Takes one lever back; the second call does nothing. */
export type Release = () => void

/** The levers of the world. All names are those of nodes that exist. */
export interface WorldControls {
  readonly nodes: NodeControls
  readonly network: NetworkControls
  disk(node: NodeId): DiskControls
}

/** Where the life of a node stands. `finished`: its program ended itself on purpose (exit code 0). */
export type NodeState = 'running' | 'paused' | 'stopping' | 'down' | 'finished'

/** The levers of the simulated machines. Each action's event has `cause` as its cause. */
export interface NodeControls {
  state(node: NodeId): NodeState
  /** Crashes it whatever it does, which also ends a pause. False, and nothing happens, when it is down or finished. */
  crash(node: NodeId, how: CrashManner, cause: number): boolean
  /** Asks it to stop. False when it is not running. A paused node hears of it once it resumes, or is cut off by `grace`. */
  stop(node: NodeId, grace: Duration, cause: number): boolean
  /**
   * Starts it, in `version` from now on if given. While it is stopping, it starts as soon as it has stopped. False when
   * it is running or paused.
   */
  start(node: NodeId, cause: number, version?: string): boolean
  /** Lets it stand still. False when it is not running. */
  pause(node: NodeId, cause: number): boolean
  /** Lets it go on. False when it is not paused. */
  resume(node: NodeId, cause: number): boolean
  /** Work takes `factor` times as long from now on, through restarts; 1 is the usual speed. */
  setCpuFactor(node: NodeId, factor: number, cause: number): void
  /** Moves the wall clock at once. */
  stepClock(node: NodeId, by: Duration, cause: number): void
  /** Adds `ppm` (may be negative) to the drift that the node has without faults, in place of what was added before. */
  setDrift(node: NodeId, ppm: number, cause: number): void
  /** Moves the wall clock by `by`, at `ppm` (above 0) of the time that passes; in place of what is left of an earlier slew. */
  slewClock(node: NodeId, by: Duration, ppm: number, cause: number): void
  /** Sets the wall clock right, as far as steps and slews have put it wrong, and ends a slew that is under way. */
  correctClock(node: NodeId, cause: number): void
}

/** How a crash happens. */
export interface CrashManner {
  readonly connections: 'reset' | 'silent'
  readonly disk: CrashDisk
}

/** What a link fault does to a link. */
export type LinkDisturbance = WithoutLinks<LinkFault>
type WithoutLinks<F> = F extends LinkFault ? Omit<F, 'links' | 'for'> : never

/**
 * The levers of the network. Several at once combine: a link is cut while any block of it is held; latency factors
 * multiply and added latencies add up; ratios act one after the other, each with its own draw; the narrowest bandwidth
 * counts; held messages leave when the last hold is released.
 */
export interface NetworkControls {
  /** Cuts links: for what is sent later, or also for what is on its way. */
  block(links: readonly Link[], cuts: PartitionCuts, origin: FaultOrigin): Release
  /** Changes what links do to what they carry. */
  disturb(links: readonly Link[], disturbance: LinkDisturbance, origin: FaultOrigin): Release
  /** Lets a rule judge what is sent from now on, behind the rules that are there. */
  addRule(rule: Pick<RuleFault, 'packets' | 'verdict' | 'countMax'>, origin: FaultOrigin): Release
  /** Lets a node resolve a name (undefined: all names) as it does now, whatever changes; newer names are unknown to it. */
  freezeNames(node: NodeId, name: string | undefined, origin: FaultOrigin): Release
  /** Lets a node's look-ups of a name (undefined: all names) fail, also those that a connect then makes. */
  failNames(node: NodeId, name: string | undefined, origin: FaultOrigin): Release
  /** Frees the links among these nodes for good: of all that blocks or disturbs them, and of the rules that are there. */
  shelter(nodes: ReadonlySet<NodeId>): void
  /** Lets a name stand for a node; of several at once the last begun counts. */
  moveName(name: string, node: NodeId, origin: FaultOrigin): Release
}

/** The levers of one node's disk. */
export interface DiskControls {
  /** Begins a fault, which holds through restarts of the node. Several at once each act on their own. */
  begin(fault: DiskFault, origin: FaultOrigin): Release
}
