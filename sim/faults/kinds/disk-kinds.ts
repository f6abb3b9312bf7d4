// The faults of disks. The disk itself says what they do (sim/disk); here is how a plan says them.

import { node, numberBetween, optional, ratio, text, wholeBetween } from '../field.ts'
import {
  type End,
  type EntriesOf,
  type EntryOf,
  type FaultEntry,
  type FaultWorld,
  isUp,
  type Outage,
} from './entry.ts'
import { nodeOutage } from './node-kinds.ts'
import type { NodeDiskFault } from '../fault.ts'
import type { DiskFaultKind } from '../../disk/index.ts'

const paths = optional(text('the beginning of a path'))
const aim = { node, paths, ratio: optional(ratio) }

const readError: EntryOf<'disk-read-error'> = {
  ...fatalOnDisk('reading fails with EIO'),
  fields: aim,
}
const writeError: EntryOf<'disk-write-error'> = {
  ...fatalOnDisk('writing fails with EIO and changes nothing'),
  fields: aim,
}
const fsyncFailure: EntryOf<'fsync-failure'> = {
  ...fatalOnDisk('a sync fails with EIO, after which the unsynced pages are gone'),
  isDataDamaging: true,
  fields: aim,
}
const diskFull: EntryOf<'disk-full'> = {
  ...fatalOnDisk('whatever needs more space fails with ENOSPC'),
  fields: aim,
}
const diskSlow: EntryOf<'disk-slow'> = {
  ...onDisk('operations, begun ones too, take `factor` times as long; several at once multiply'),
  fields: { node, factor: numberBetween(1, 1_000_000) },
}
const diskStall: EntryOf<'disk-stall'> = {
  ...onDisk('no operation completes until the fault ends'),
  fields: { node },
  outage: (fault) => nodeOutage(fault.node),
}
const bitRot: EntryOf<'bit-rot'> = {
  ...onDisk('bits at drawn places of the files flip, synced or not'),
  lasts: 'moment',
  isDataDamaging: true,
  fields: { node, paths, bits: optional(wholeBetween(1, 65_536)) },
}
const misdirectedWrite: EntryOf<'misdirected-write'> = {
  ...onDisk('a write reports success but lands at another place'),
  isDataDamaging: true,
  fields: { ...aim, count: optional(wholeBetween(1, Number.MAX_SAFE_INTEGER)) },
}
const shortRead: EntryOf<'short-read'> = {
  ...onDisk('a read gives fewer bytes than there are'),
  fields: aim,
}

/** The entries of the faults of disks. */
export const diskKinds: EntriesOf<DiskFaultKind> = {
  'disk-read-error': readError,
  'disk-write-error': writeError,
  'fsync-failure': fsyncFailure,
  'disk-full': diskFull,
  'disk-slow': diskSlow,
  'disk-stall': diskStall,
  'bit-rot': bitRot,
  'misdirected-write': misdirectedWrite,
  'short-read': shortRead,
}

type DiskEntry = Omit<FaultEntry<NodeDiskFault>, 'fields' | 'outage'>

function onDisk(meaning: string): DiskEntry {
  return {
    target: 'disk',
    meaning,
    lasts: 'while',
    isDataDamaging: false,
    text: diskText,
    begin: beginOnDisk,
  }
}

/** A fault upon which most programs end themselves: the node counts as out of service, and is up again at the end. */
function fatalOnDisk(meaning: string): DiskEntry & { outage(fault: NodeDiskFault): Outage } {
  return { ...onDisk(meaning), begin: beginFatal, outage: (fault) => nodeOutage(fault.node) }
}

function beginOnDisk(fault: NodeDiskFault, { controls, origin }: FaultWorld): End {
  const { node: name, for: _for, ...diskFault } = fault
  const release = controls.disk(name).begin(diskFault, origin)
  return () => {
    release()
  }
}

function beginFatal(fault: NodeDiskFault, world: FaultWorld): End {
  const wasUp = isUp(world.controls.nodes, fault.node)
  const end = beginOnDisk(fault, world)
  return (cause) => {
    end(cause)
    if (wasUp) world.nodes.startIfEnded(fault.node, cause)
  }
}

function diskText({ kind: _kind, node: name, for: _for, ...rest }: NodeDiskFault): string {
  return [name, ...Object.entries(rest).map(([field, value]) => `${field} ${value}`)].join(', ')
}
