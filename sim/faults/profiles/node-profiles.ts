// Profiles that hurt nodes: crashes, restarts, pauses, slow CPUs, upgrades.

import { checkOptions, groupNames, listOf, meanGap, range, span } from './options.ts'
import type { DrawContext, FaultProfile } from './profile.ts'
import {
  drawNumber,
  nodesOf,
  repeating,
  type DrawnRange,
  type Recipe,
  type RepeatingOptions,
} from './repeating.ts'
import type { CrashDisk, Fault } from '../fault.ts'
import { choice, numberBetween, text } from '../field.ts'
import { faultAt } from '../read-fault.ts'
import { type NodeGroup, type Topology, versionsOf } from '../topology.ts'
import { after, ms, ns, seconds, type Duration } from '../../time.ts'

/** What `crashes` can be told. */
export interface CrashOptions extends RepeatingOptions {
  /** What peers see; by default either, as drawn. */
  readonly connections?: 'reset' | 'silent'
  /** What becomes of unsynced writes (default `drawn`: decided for each write). */
  readonly disk?: CrashDisk
}

/** Nodes crash and start again. */
export function crashes(options: CrashOptions = {}): FaultProfile {
  return repeating(crashRecipe('crashes', options.connections, options.disk ?? 'drawn'), options, {
    connections: choice('reset', 'silent'),
    disk: choice<CrashDisk>('drawn', 'kept', 'lost', 'torn'),
  })
}

/** Nodes crash while they write: of unsynced writes, sectors are kept and others lost. */
export function tornWrites(options: RepeatingOptions = {}): FaultProfile {
  return repeating({ ...crashRecipe('tornWrites', undefined, 'torn'), isForServing: true }, options, {})
}

/** Programs are asked to stop, and start again. */
export function restarts(options: RepeatingOptions & { readonly grace?: Duration } = {}): FaultProfile {
  const grace = options.grace ?? seconds(1)
  return repeating(
    {
      name: 'restarts',
      every: seconds(20),
      for: [ms(100), seconds(3)],
      draw: ({ node }) => ({ kind: 'stop', node, grace }),
    },
    options,
    { grace: span(ns(0)) },
  )
}

/** Nodes stand still for a while, as under a long garbage collection or a live migration. */
export function pauses(options: RepeatingOptions = {}): FaultProfile {
  return repeating(
    {
      name: 'pauses',
      every: seconds(12),
      for: [ms(20), seconds(4)],
      draw: ({ node }) => ({ kind: 'pause', node }),
    },
    options,
    {},
  )
}

/** CPUs are slow for a while; `factor`: how many times (default 2 to 50). */
export function slowCpu(options: RepeatingOptions & { readonly factor?: DrawnRange } = {}): FaultProfile {
  const factor = options.factor ?? [2, 50]
  return repeating(
    {
      name: 'slowCpu',
      every: seconds(15),
      for: [ms(500), seconds(10)],
      draw: ({ node, random }) => ({ kind: 'slow-cpu', node, factor: drawNumber(random, factor) }),
    },
    options,
    { factor: range(numberBetween(1, 1_000_000)) },
  )
}

/** What `upgrades` can be told. */
export interface UpgradeOptions {
  /** The groups whose nodes are upgraded; by default all that have versions. */
  readonly of?: string | readonly string[]
  /** The time from one node's upgrade to the next (default 2s). */
  readonly every?: Duration
  /** How long a node is down between the versions (default 100ms to 1s). */
  readonly for?: DrawnRange<Duration>
  /** The versions to go through; by default those of the group, after the first. */
  readonly to?: readonly string[]
  readonly grace?: Duration
}

/** Rolling upgrades: node after node, in drawn order, stops and starts in the next version. */
export function upgrades(options: UpgradeOptions = {}): FaultProfile {
  checkOptions<UpgradeOptions>('upgrades', options, {
    of: groupNames,
    every: meanGap,
    for: range(span(ns(1))),
    to: listOf(text('the name of a version')),
    grace: span(ns(0)),
  })
  return {
    kind: 'profile',
    name: 'upgrades',
    draw(context) {
      const nodes = new Set(nodesOf(options.of, context, 'upgrades.of'))
      return upgradable(context.topology).flatMap((group) => {
        const members = context.random.shuffle(group.nodes).filter((node) => nodes.has(node))
        return rollingUpgrade({ ...group, nodes: members }, options, context)
      })
    },
  }
}

/** The groups, and each node outside of them as one of its own. */
function upgradable(topology: Topology): readonly NodeGroup[] {
  const grouped = new Set(topology.groups.flatMap(({ nodes }) => nodes))
  const alone = topology.nodes.filter((node) => !grouped.has(node))
  return [
    ...topology.groups,
    ...alone.map((node) => ({ name: node, nodes: [node], versions: versionsOf(topology, node) ?? [] })),
  ]
}

function rollingUpgrade(
  group: NodeGroup,
  options: UpgradeOptions,
  { random, window }: DrawContext,
): readonly Fault[] {
  const every = options.every ?? seconds(2)
  const [min, max] = options.for ?? [ms(100), seconds(1)]
  const faults: Fault[] = []
  let at = window.begin
  for (const version of options.to ?? group.versions?.slice(1) ?? [])
    for (const node of group.nodes) {
      at = after(at, every)
      const lasting = random.int(min, max) as Duration
      const grace = options.grace ?? ms(500)
      if (at < window.end) faults.push(faultAt(at, { kind: 'upgrade', for: lasting, node, version, grace }))
    }
  return faults
}

function crashRecipe(name: string, connections: CrashOptions['connections'], disk: CrashDisk): Recipe {
  return {
    name,
    every: seconds(12),
    for: [ms(100), seconds(5)],
    draw({ node, random }) {
      const drawn = random.boolean(0.5) ? 'reset' : 'silent'
      return { kind: 'crash', node, connections: connections ?? drawn, disk }
    },
  }
}
