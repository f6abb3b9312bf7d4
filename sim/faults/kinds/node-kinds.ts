// The faults of nodes: crash, stop, pause, slow CPU, upgrade.

import { choice, durationFrom, node, numberBetween, text, withDefault } from '../field.ts'
import type { EntriesOf, EntryOf, Outage } from './entry.ts'
import type { CrashDisk } from '../fault.ts'
import { formatDuration, ns, seconds } from '../../time.ts'

const grace = withDefault(durationFrom(ns(0)), seconds(1))

const crash: EntryOf<'crash'> = {
  target: 'node',
  meaning: 'nothing of the program survives; it starts again with what the crash left on the disk',
  lasts: 'while',
  isDataDamaging: false,
  fields: {
    node,
    connections: withDefault(choice('reset', 'silent'), 'reset'),
    disk: withDefault(choice<CrashDisk>('drawn', 'kept', 'lost', 'torn'), 'drawn'),
  },
  text: (fault) => `${fault.node}, connections ${fault.connections}, unsynced writes ${fault.disk}`,
  begin: (fault, { nodes, origin }) => nodes.crash(fault.node, fault, origin),
  outage: (fault) => nodeOutage(fault.node),
}

const stop: EntryOf<'stop'> = {
  target: 'node',
  meaning: 'the program is asked to stop and has `grace` to do so; it starts again afterwards',
  lasts: 'while',
  isDataDamaging: false,
  fields: { node, grace },
  text: (fault) => `${fault.node}, grace ${formatDuration(fault.grace)}`,
  begin: (fault, { nodes, origin }) => nodes.stop(fault.node, fault.grace, origin),
  outage: (fault) => ({ ...nodeOutage(fault.node), lastsMin: fault.grace }),
}

const pause: EntryOf<'pause'> = {
  target: 'node',
  meaning: 'the node stands still; what arrives waits, timers due meanwhile fire after',
  lasts: 'while',
  isDataDamaging: false,
  fields: { node },
  text: (fault) => fault.node,
  begin: (fault, { nodes, origin }) => nodes.pause(fault.node, origin),
  outage: (fault) => nodeOutage(fault.node),
}

const slowCpu: EntryOf<'slow-cpu'> = {
  target: 'node',
  meaning: 'work takes `factor` times as long; several at once multiply',
  lasts: 'while',
  isDataDamaging: false,
  fields: { node, factor: numberBetween(1, 1_000_000) },
  text: (fault) => `${fault.node}, ${fault.factor} times slower`,
  begin: (fault, { nodes, origin }) => nodes.slowCpu(fault.node, fault.factor, origin),
}

const upgrade: EntryOf<'upgrade'> = {
  target: 'node',
  meaning: 'the node stops, stays down for `for`, and starts in another version of its program',
  lasts: 'either',
  isDataDamaging: false,
  fields: { node, version: text('the name of a version'), grace },
  text: (fault) => `${fault.node} to version ${fault.version}, grace ${formatDuration(fault.grace)}`,
  begin: (fault, { nodes, origin }) => nodes.upgrade(fault.node, fault, origin),
  outage: (fault) => ({ ...nodeOutage(fault.node), lastsMin: fault.grace }),
}

/** The entries of the faults of nodes. */
export const nodeKinds: EntriesOf<'crash' | 'stop' | 'pause' | 'slow-cpu' | 'upgrade'> = {
  crash,
  stop,
  pause,
  'slow-cpu': slowCpu,
  upgrade,
}

/** A node is out of service. */
export function nodeOutage(name: string): Outage {
  return { nodes: [name], links: [] }
}
