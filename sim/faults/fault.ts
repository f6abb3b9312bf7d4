// Every fault that can befall a simulation, as plain JSON data: one union, told apart by `kind`. What each kind means to
// readers, to the validator and to the running world stands in its entry of the registry (`kinds/`).

import type { EventPattern } from './pattern.ts'
import type { DiskFault } from '../disk/index.ts'
import type { NodeId } from '../event.ts'
import type { Duration, Instant } from '../time.ts'

/** When a fault begins: at an instant, or when an event matches. Exactly one of the two is there. */
export type FaultBegin =
  { readonly at: Instant; readonly when?: undefined } | { readonly at?: undefined; readonly when: Trigger }

/** Begins a fault each time that an event matches, within that event's own step. */
export interface Trigger extends EventPattern {
  /** Waits this long after the matching event (default: none). */
  readonly delay?: Duration
  /** Lets all matches before the `count`th pass by (default: 1, the first). */
  readonly count?: number
  /** Begins at most this many times, from the `count`th match on (default: 1). */
  readonly timesMax?: number
}

interface Lasting {
  /** How long it lasts. Absent: until the run heals, or no time at all for what happens in a moment. */
  readonly for?: Duration
}

/**
 * Where a fault names a node, the name of a node or a placeholder. `$node` (the node of the triggering event) and
 * `$others` (all other members of its groups) are resolved when the fault begins; `$all`, `$all(GROUP)`, `$one(GROUP)`,
 * `$minority(GROUP)`, `$majority(GROUP)` when the plan is drawn. A placeholder for several nodes where one is wanted
 * makes one fault for each.
 */
export type NodeRef = NodeId

// ---- nodes

/** Nothing of the program survives; after `for` it starts again with what the crash left on the disk. */
export interface CrashFault extends Lasting {
  readonly kind: 'crash'
  readonly node: NodeRef
  /** What peers see: resets, or silence. */
  readonly connections: 'reset' | 'silent'
  /** What becomes of unsynced writes: `drawn` decides for each write whether it is kept, lost, reordered or torn. */
  readonly disk: CrashDisk
}
/** What a crash makes of the writes that were not synced. */
export type CrashDisk = 'drawn' | 'kept' | 'lost' | 'torn'

/** The program is asked to stop and has `grace` to do so; after `for` it starts again. */
export interface StopFault extends Lasting {
  readonly kind: 'stop'
  readonly node: NodeRef
  readonly grace: Duration
}
/** The node stands still; what arrives waits. */
export interface PauseFault extends Lasting {
  readonly kind: 'pause'
  readonly node: NodeRef
}
/** Work takes `factor` times as long. */
export interface SlowCpuFault extends Lasting {
  readonly kind: 'slow-cpu'
  readonly node: NodeRef
  readonly factor: number
}
/** The node stops, stays down for `for`, and starts in another version of its program. */
export interface UpgradeFault extends Lasting {
  readonly kind: 'upgrade'
  readonly node: NodeRef
  readonly version: string
  readonly grace: Duration
}

// ---- clocks

/** The wall clock jumps; with `for` it jumps back afterwards. */
export interface ClockStepFault extends Lasting {
  readonly kind: 'clock-step'
  readonly node: NodeRef
  readonly by: Duration
}
/** Both clocks run fast (positive) or slow by parts per million. */
export interface ClockDriftFault extends Lasting {
  readonly kind: 'clock-drift'
  readonly node: NodeRef
  readonly ppm: number
}
/** The wall clock is moved by `by` without a jump, at `ppm` parts per million of the time that passes. */
export interface ClockSlewFault extends Lasting {
  readonly kind: 'clock-slew'
  readonly node: NodeRef
  readonly by: Duration
  readonly ppm: number
}

// ---- the network

/** Some nodes cannot reach some others. */
export interface PartitionFault extends Lasting {
  readonly kind: 'partition'
  readonly shape: PartitionShape
  /** Whether what is already on its way is lost too, or only what is sent later. */
  readonly cuts: PartitionCuts
}
/** What a partition cuts: also what is in flight, or only what is sent later. */
export type PartitionCuts = 'in-flight' | 'later'
/** Which nodes a partition keeps apart. Nodes that it does not mention still reach everyone. */
export type PartitionShape =
  | { readonly kind: 'split'; readonly groups: readonly (readonly NodeRef[])[] }
  | { readonly kind: 'one-way'; readonly from: readonly NodeRef[]; readonly to: readonly NodeRef[] }
  | { readonly kind: 'isolate'; readonly node: NodeRef; readonly direction: 'both' | 'in' | 'out' }
  | {
      readonly kind: 'bridge'
      readonly bridge: NodeRef
      readonly left: readonly NodeRef[]
      readonly right: readonly NodeRef[]
    }
  | { readonly kind: 'ring'; readonly nodes: readonly NodeRef[]; readonly reach: number }

/** Links by their ends: from each of `from` to each of `to`, and the way back when `isSymmetric`. */
export interface Links {
  readonly from: readonly NodeRef[] | 'any'
  readonly to: readonly NodeRef[] | 'any'
  readonly isSymmetric: boolean
}
interface OnLinks extends Lasting {
  readonly links: Links
}
/** Messages wait on the links until the fault ends. */
export interface HoldFault extends OnLinks {
  readonly kind: 'hold'
}
/** Each latency is multiplied by `factor`, then `added` comes on top. */
export interface ClogFault extends OnLinks {
  readonly kind: 'clog'
  readonly factor: number
  readonly added: Duration
}
/** A ratio of what is sent is lost. */
export interface LossFault extends OnLinks {
  readonly kind: 'loss'
  readonly ratio: number
}
/** A ratio of what is sent arrives twice. */
export interface DuplicationFault extends OnLinks {
  readonly kind: 'duplication'
  readonly ratio: number
}
/** A ratio of what is sent is late by up to `window`, so that later things overtake it. */
export interface ReorderingFault extends OnLinks {
  readonly kind: 'reordering'
  readonly ratio: number
  readonly window: Duration
}
/** A ratio of what is sent arrives with changed bytes. */
export interface CorruptionFault extends OnLinks {
  readonly kind: 'corruption'
  readonly ratio: number
}
/** Links carry at most so many bytes a second; more than `queue` waiting bytes are lost. */
export interface BandwidthFault extends OnLinks {
  readonly kind: 'bandwidth'
  readonly bytesPerSecond: number
  readonly queue: number
}
/**
 * What is sent and matches is lost, late, or spared from rules that began later; also the very message at whose `send` the
 * fault begins. Of several rules the first begun that matches decides.
 */
export interface RuleFault extends Lasting {
  readonly kind: 'rule'
  readonly packets: PacketPattern
  readonly verdict: Verdict
  /** Decides at most this many times. */
  readonly countMax?: number
}
/** Which packets a rule concerns, as plain data: all that is given must hold. */
export interface PacketPattern {
  readonly carries?: 'message' | 'datagram' | 'segment'
  readonly from?: readonly NodeRef[]
  readonly to?: readonly NodeRef[]
  /** Messages of these kinds. */
  readonly messages?: readonly string[]
  /** Datagrams to this port. */
  readonly port?: number
}
/** What becomes of a packet: no later rule is asked, it is lost, or it is late. */
export type Verdict =
  { readonly kind: 'pass' } | { readonly kind: 'drop' } | { readonly kind: 'delay'; readonly by: Duration }

/** Names keep resolving as they did when the fault began; `name` absent: all names. */
export interface NamesStaleFault extends Lasting {
  readonly kind: 'names-stale'
  readonly node: NodeRef
  readonly name?: string
}
/** Names do not resolve; `name` absent: all names. */
export interface NamesFailFault extends Lasting {
  readonly kind: 'names-fail'
  readonly node: NodeRef
  readonly name?: string
}
/** A name of the scenario stands for `node`; of several such faults of a name the one that began last counts. */
export interface NamesChangeFault extends Lasting {
  readonly kind: 'names-change'
  readonly name: string
  readonly node: NodeRef
}

// ---- disks

/** A fault of one node's disk: see sim/disk for the kinds. */
export type NodeDiskFault = DiskFault & Lasting & { readonly node: NodeRef }

/** A fault that changes what links do to what they carry. */
export type LinkFault =
  HoldFault | ClogFault | LossFault | DuplicationFault | ReorderingFault | CorruptionFault | BandwidthFault

/** A fault of names: of one node's look-ups, or of what a name stands for. */
export type NamesFault = NamesStaleFault | NamesFailFault | NamesChangeFault

/** What goes wrong, without when it begins. */
export type FaultBody =
  | CrashFault
  | StopFault
  | PauseFault
  | SlowCpuFault
  | UpgradeFault
  | ClockStepFault
  | ClockDriftFault
  | ClockSlewFault
  | PartitionFault
  | LinkFault
  | RuleFault
  | NamesFault
  | NodeDiskFault

/** One thing that goes wrong at a time, for a while. */
export type Fault = FaultBody & FaultBegin

/** The name of a kind of fault. */
export type FaultKind = FaultBody['kind']

/** The fault of a given kind, without when it begins. */
export type FaultOf<K extends FaultKind> = Extract<FaultBody, { readonly kind: K }>

/** A fault plan: what goes wrong in a run, as plain data. A fault's place in it is its `index` in the event log. */
export type FaultPlan = readonly Fault[]
