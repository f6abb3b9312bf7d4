// Swarms (Groce et al., ISSTA 2012): each seed draws which faults, operations and settings are on and how strong, because a
// run that has everything at once hides what only a run without some of it shows. The draw is a variation, from streams
// of its own, so that the rest of the run is what its seed says.

import { type FaultSource, profileNames } from './faults/index.ts'
import type { NodeId } from './event.ts'
import { type RandomStream, RandomStreams, type Seed } from './random.ts'
import type { NodeSpec, PreparedScenario } from './scenario.ts'
import type { Strategy, Variation } from './variation.ts'

type Weighted<T> = readonly (readonly [weight: number, value: T])[]

const intensities: Weighted<number> = [
  [5, 0],
  [1, 0.5],
  [3, 1],
  [2, 2],
  [1, 5],
]
const networks: Weighted<string | undefined> = [
  [5, undefined],
  [1, 'calm'],
  [3, 'jittery'],
  [1, 'uniform'],
]
const disks: Weighted<string | undefined> = [
  [7, undefined],
  [2, 'hdd'],
  [1, 'instant'],
]
const shares: Weighted<number> = [
  [1, 0],
  [2, 0.25],
  [2, 0.5],
  [1, 1],
]
const operationOffRatio = 0.3
// Doublings, so that a short run and a long one are met by about as many of them.
const pctSteps = [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200]

/** Draws how a seed's run departs from what its scenario says. */
export function drawVariation(prepared: PreparedScenario, seed: Seed): Variation {
  const streams = new RandomStreams(seed)
  const random = (purpose: string): RandomStream => streams.stream(`swarm/${purpose}`)
  const network = prepared.network === null ? random('network').weightedPick(networks) : undefined
  const disk = prepared.disk === null ? random('disk').weightedPick(disks) : undefined
  return {
    faults: drawIntensities(prepared.faults, random),
    ...(network === undefined ? {} : { network }),
    ...(disk === undefined ? {} : { disk }),
    strategy: drawStrategy(random('strategy')),
    operationsOff: drawOff(prepared.nodes, random),
    without: drawAbsent(prepared.nodes, random),
    buggify: {
      sites: random('buggify').weightedPick(shares),
      passes: random('buggify').pick([0.05, 0.25, 0.5]),
    },
  }
}

function drawIntensities(
  faults: readonly FaultSource[],
  random: (purpose: string) => RandomStream,
): { readonly [profile: string]: number } {
  const names = profileNames(faults)
  const drawn = names.map((name) => [name, random(`faults/${name}`).weightedPick(intensities)] as const)
  const isQuiet = drawn.every(([, intensity]) => intensity === 0)
  return isQuiet ? {} : Object.fromEntries(drawn)
}

function drawStrategy(random: RandomStream): Strategy {
  const kind = random.weightedPick([
    [5, 'first-in'],
    [2, 'random'],
    [2, 'pct'],
    [1, 'pos'],
  ] as const)
  const [depth, steps] = [random.int(2, 6), random.pick(pctSteps)]
  return kind === 'pct' ? { kind, depth, steps } : { kind }
}

/** The functions that are off; never all of them. */
function drawOff(nodes: readonly NodeSpec[], random: (purpose: string) => RandomStream): readonly string[] {
  const all = [...new Set(nodes.flatMap(({ operations = [] }) => operations))]
  const off = all.filter((f) => random(`operations/${f}`).boolean(operationOffRatio))
  return off.length < all.length ? off : []
}

/** The clients that are not there: of each group that needs no quorum a drawn number is left, at least one. */
function drawAbsent(
  nodes: readonly NodeSpec[],
  random: (purpose: string) => RandomStream,
): readonly NodeId[] {
  const groups = new Set(
    nodes.flatMap(({ group, quorum }) => (group !== undefined && quorum === 0 ? [group] : [])),
  )
  return [...groups].flatMap((group) => {
    const members = nodes.filter((node) => node.group === group).map(({ name }) => name)
    return members.slice(random(`members/${group}`).int(1, members.length))
  })
}
