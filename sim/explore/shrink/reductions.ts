// What can be left out of a failing run besides its faults: its end, the departures of a swarm, the calls of its clients.

import type { RunDetails, SeedResult } from '../seed-result.ts'
import type { Candidate } from './trials.ts'
import type { NodeId } from '../../event.ts'
import { type Duration, ms, ns } from '../../time.ts'
import type { Variation } from '../../variation.ts'

/** One call of a client, by its place among those that the client asked for. */
export interface Call {
  readonly node: NodeId
  readonly place: number
}

/** The same run, ended sooner: at best right where the failure showed. */
export function laterEnds(
  { plan, variation }: Candidate,
  { violation, virtual }: SeedResult,
): readonly Candidate[] {
  const shown = violation?.at ?? virtual
  const before = variation.duration ?? Infinity
  const after = (duration: number, rest: Partial<Variation>): Candidate => ({
    plan,
    variation: { ...variation, duration: Math.max(1, Math.ceil(duration)) as Duration, ...rest },
  })
  const ends = [shown + ms(1), shown / 8, shown / 4, shown / 2, (shown * 3) / 4]
  return ends
    .filter((end) => end < before * 0.95)
    .flatMap((end) => [after(end, { settle: ns(0) }), after(end, {})])
}

/** One way each to come nearer to the ordinary; nothing where it is ordinary already. */
export const plainerVariations: readonly ((variation: Variation) => readonly Variation[])[] = [
  ({ buggify, ...rest }) => (buggify?.sites === 0 ? [] : [{ ...rest, buggify: { sites: 0, passes: 0 } }]),
  (variation) => (variation.late?.length === 0 ? [] : [{ ...variation, late: [] }]),
  ({ strategy, ...rest }) => (strategy === undefined || strategy.kind === 'first-in' ? [] : [rest]),
  ({ network, ...rest }) => (network === undefined ? [] : [rest]),
  ({ disk, ...rest }) => (disk === undefined ? [] : [rest]),
  ({ faults, ...rest }) => (faults === undefined ? [] : [rest]),
]

/** The calls that are made now. */
export function callsOf(asked: RunDetails['calls'], { calls = {} }: Variation): readonly Call[] {
  return asked.flatMap(([node, count]) => {
    const places = calls[node] ?? Array.from({ length: count }, (_, place) => place)
    return places.map((place) => ({ node, place }))
  })
}

/** The candidate with only these calls. */
export function withCalls(
  candidate: Candidate,
  asked: RunDetails['calls'],
  kept: readonly Call[],
): Candidate {
  const places = (node: NodeId): number[] =>
    kept.filter((call) => call.node === node).map(({ place }) => place)
  const calls = Object.fromEntries(asked.map(([node]) => [node, places(node)]))
  return { ...candidate, variation: { ...candidate.variation, calls } }
}
