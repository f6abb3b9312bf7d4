// The faults of the network: partitions, links that misbehave.

import { choice, durationFrom, numberBetween, ratio, wholeBetween, withDefault } from '../field.ts'
import type { End, EntriesOf, EntryOf, FaultWorld, Outage } from './entry.ts'
import { links, linksText, shape, shapeText } from './link-fields.ts'
import type { LinkDisturbance } from '../controls.ts'
import type { Links, LinkFault } from '../fault.ts'
import { linkPairs, partitionPairs } from '../links.ts'
import type { Topology } from '../topology.ts'
import { formatDuration, ns } from '../../time.ts'

const partition: EntryOf<'partition'> = {
  target: 'network',
  meaning: 'some nodes cannot reach some others: split, one-way, isolate, bridge or ring',
  lasts: 'while',
  isDataDamaging: false,
  fields: { shape, cuts: withDefault(choice('in-flight', 'later'), 'in-flight') },
  text: (fault) => `${shapeText(fault.shape)}, cuts ${fault.cuts}`,
  begin(fault, { controls, topology, origin }) {
    const release = controls.network.block(partitionPairs(fault.shape, topology.nodes), fault.cuts, origin)
    return () => {
      release()
    }
  },
  outage: (fault, topology) => ({ nodes: [], links: partitionPairs(fault.shape, topology.nodes) }),
}

const hold: EntryOf<'hold'> = {
  ...onLinks('messages wait on the links until the fault ends'),
  fields: { links },
  text: (fault) => linksText(fault.links),
  outage: (fault, topology) => linkOutage(fault.links, topology),
}

const clog: EntryOf<'clog'> = {
  ...onLinks('each latency is multiplied by `factor`, then `added` comes on top'),
  fields: {
    links,
    factor: withDefault(numberBetween(1, 1_000_000), 1),
    added: withDefault(durationFrom(ns(0)), ns(0)),
  },
  text: (fault) =>
    `${linksText(fault.links)}, latency times ${fault.factor} plus ${formatDuration(fault.added)}`,
  outage: (fault, topology) => linkOutage(fault.links, topology),
}

const loss: EntryOf<'loss'> = {
  ...onLinks('a ratio of what is sent is lost'),
  fields: { links, ratio },
  text: (fault) => `${percent(fault.ratio)} on ${linksText(fault.links)}`,
  outage: (fault, topology) => lossOutage(fault.ratio, fault.links, topology),
}

const duplication: EntryOf<'duplication'> = {
  ...onLinks('a ratio of what is sent arrives twice'),
  fields: { links, ratio },
  text: (fault) => `${percent(fault.ratio)} on ${linksText(fault.links)}`,
}

const reordering: EntryOf<'reordering'> = {
  ...onLinks('a ratio of what is sent is late by up to `window`, so that later things overtake it'),
  fields: { links, ratio, window: durationFrom(ns(1)) },
  text: (fault) =>
    `${percent(fault.ratio)} by up to ${formatDuration(fault.window)} on ${linksText(fault.links)}`,
}

const corruption: EntryOf<'corruption'> = {
  ...onLinks('a ratio of what is sent arrives with changed bytes; checksummed messages and streams lose it'),
  fields: { links, ratio },
  text: (fault) => `${percent(fault.ratio)} on ${linksText(fault.links)}`,
  outage: (fault, topology) => lossOutage(fault.ratio, fault.links, topology),
}

const bandwidth: EntryOf<'bandwidth'> = {
  ...onLinks('links carry at most so many bytes a second; more than `queue` waiting bytes are lost'),
  fields: {
    links,
    bytesPerSecond: wholeBetween(1, Number.MAX_SAFE_INTEGER),
    queue: withDefault(wholeBetween(0, Number.MAX_SAFE_INTEGER), 65_536),
  },
  text: (fault) =>
    `${fault.bytesPerSecond} bytes a second, queue ${fault.queue}, on ${linksText(fault.links)}`,
  outage: (fault, topology) =>
    fault.bytesPerSecond < bandwidthMin ? linkOutage(fault.links, topology) : noOutage,
}

/** The entries of the faults of the network. */
export const networkKinds: EntriesOf<'partition' | LinkFault['kind']> = {
  partition,
  hold,
  clog,
  loss,
  duplication,
  reordering,
  corruption,
  bandwidth,
}

/** A link that loses more than this, or carries less than `bandwidthMin`, counts as cut for the budget. */
const lossMax = 0.5
const bandwidthMin = 10_000
const noOutage: Outage = { nodes: [], links: [] }

function onLinks(meaning: string): Pick<
  EntryOf<'hold'>,
  'target' | 'meaning' | 'lasts' | 'isDataDamaging'
> & {
  begin(fault: LinkFault, world: FaultWorld): End
} {
  return { target: 'network', meaning, lasts: 'while', isDataDamaging: false, begin: beginOnLinks }
}

function beginOnLinks(fault: LinkFault, { controls, topology, origin }: FaultWorld): End {
  const pairs = linkPairs(fault.links, topology.nodes)
  return ending(controls.network.disturb(pairs, disturbanceOf(fault), origin))
}

function disturbanceOf(fault: LinkFault): LinkDisturbance {
  const { links: _links, for: _for, ...disturbance } = fault
  return disturbance
}

function ending(release: () => void): End {
  return () => {
    release()
  }
}

function linkOutage(value: Links, topology: Topology): Outage {
  return { nodes: [], links: linkPairs(value, topology.nodes) }
}

function lossOutage(share: number, value: Links, topology: Topology): Outage {
  return share > lossMax ? linkOutage(value, topology) : noOutage
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`
}
