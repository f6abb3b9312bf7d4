// Networks whose links differ by where nodes are: zones with links between them, or a whole matrix of latencies.

import type { LinkOverride, LinkProfile, NetworkProfile } from './profile.ts'
import type { NodeId } from '../event.ts'
import type { Duration } from '../time.ts'

/** Nodes that are close to each other. */
export interface Zone {
  readonly name: string
  readonly nodes: readonly NodeId[]
}

/** What links between two zones are like, both ways, where that differs from the rest. */
export interface ZoneLink {
  readonly between: readonly [string, string]
  readonly link: Partial<LinkProfile>
}

/** The profile with other links between zones. Throws a RangeError when a link names a zone that is not there. */
export function zoned(
  profile: NetworkProfile,
  zones: readonly Zone[],
  links: readonly ZoneLink[],
): NetworkProfile {
  const nodesOf = (name: string): readonly NodeId[] => {
    const zone = zones.find((candidate) => candidate.name === name)
    if (zone !== undefined) return zone.nodes
    throw new RangeError(`zone: got "${name}", wanted one of ${zones.map((each) => each.name).join(', ')}`)
  }
  const overrides = links.map(({ between, link }) => ({
    from: nodesOf(between[0]),
    to: nodesOf(between[1]),
    link,
  }))
  return withOverrides(profile, overrides)
}

/**
 * The profile with the least latency of each link from a matrix: the row is the source, the column the target. Throws a
 * RangeError when the matrix is not as large as the list of nodes.
 */
export function latencyMatrix(
  profile: NetworkProfile,
  nodes: readonly NodeId[],
  matrix: readonly (readonly Duration[])[],
): NetworkProfile {
  const overrides = nodes.flatMap((source, row) =>
    nodes.map((target, column): LinkOverride => {
      const latencyMin = matrix[row]?.[column]
      if (latencyMin === undefined)
        throw new RangeError(`latency matrix: got nothing at ${source}>${target}, wanted a duration`)
      return { from: [source], to: [target], isSymmetric: false, link: { latencyMin } }
    }),
  )
  return withOverrides(profile, overrides)
}

function withOverrides(profile: NetworkProfile, overrides: readonly LinkOverride[]): NetworkProfile {
  return { ...profile, overrides: [...(profile.overrides ?? []), ...overrides] }
}
