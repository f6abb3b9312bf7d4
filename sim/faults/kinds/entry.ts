// What the registry holds for each kind of fault: the one place that says how it is read, shown, applied and counted.

import type { FaultOrigin, NodeControls, WorldControls } from '../controls.ts'
import type { FaultBody, FaultKind, FaultOf } from '../fault.ts'
import type { NodeFaults } from '../node-faults.ts'
import type { Fields, FieldsOf } from '../record.ts'
import type { Link, Topology } from '../topology.ts'
import type { NodeId } from '../../event.ts'

/** What a fault acts on. */
export type FaultTarget = 'node' | 'clock' | 'network' | 'names' | 'disk'

/**
 * How long a kind of fault lasts: `while` its `for` runs (absent: until the run heals); a `moment`, and then `for` is
 * refused; or `either`: a moment unless `for` is given.
 */
export type Lasts = 'while' | 'moment' | 'either'

/** The registry's entry for faults of type F. */
export interface FaultEntry<F = FaultBody> {
  readonly target: FaultTarget
  /** What happens, in one sentence for people. */
  readonly meaning: string
  readonly lasts: Lasts
  /** Whether data that was synced may be lost or wrong afterwards. Such a fault has a `node`. */
  readonly isDataDamaging: boolean
  /** Its own fields, in the order in which they are written. */
  readonly fields: Fields
  /** Its own fields for people, on one line. */
  text(fault: F): string
  /** Begins it in the world; the result ends it. */
  begin(fault: F, world: FaultWorld): End
  /** What it puts out of service while it lasts; absent: nothing. */
  outage?(fault: F, topology: Topology): Outage
}

/** The entry of a kind, which must say how each of the kind's own fields is read. */
export type EntryOf<K extends FaultKind> = FaultEntry<FaultOf<K>> & {
  readonly fields: FieldsOf<Omit<FaultOf<K>, 'kind' | 'for'>>
}

/** The entries of several kinds. */
export type EntriesOf<K extends FaultKind> = { readonly [P in K]: EntryOf<P> }

/** What a fault needs to begin. */
export interface FaultWorld {
  readonly topology: Topology
  readonly controls: WorldControls
  readonly nodes: NodeFaults
  readonly origin: FaultOrigin
}

/** Ends a fault; `cause` is the seq of its `fault-end`. */
export type End = (cause: number) => void

/** What is out of service. */
export interface Outage {
  readonly nodes: readonly NodeId[]
  readonly links: readonly Link[]
  /** How long it lasts at least, when that is longer than the fault's `for` (a grace period). */
  readonly lastsMin?: number
}

/** The end of a fault that leaves nothing to be taken back. */
export const nothingToEnd: End = () => undefined

/** Whether a node has something that a fault could disturb. */
export function isUp(nodes: NodeControls, node: NodeId): boolean {
  const state = nodes.state(node)
  return state !== 'down' && state !== 'finished'
}
