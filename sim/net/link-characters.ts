// What each link is like: the profile with the overrides that concern the link, prepared once for all that are alike.

import { sampler } from './distribution.ts'
import type { LinkCharacter } from './link.ts'
import type { LinkOverride, LinkProfile, NetworkProfile } from './profile.ts'
import type { NodeId } from '../event.ts'

/** The characters of the links of a network. */
export class LinkCharacters {
  readonly #profile: NetworkProfile
  readonly #overrides: readonly LinkOverride[]
  /** By the places of the overrides that apply. */
  readonly #known = new Map<string, LinkCharacter>()

  constructor(profile: NetworkProfile) {
    this.#profile = profile
    this.#overrides = profile.overrides ?? []
  }

  /** What the link between two nodes is like. */
  of(source: NodeId, target: NodeId): LinkCharacter {
    const applying = this.#overrides.filter((override) => concerns(override, source, target))
    const isLoopback = source === target
    const key = `${isLoopback ? 'loopback ' : ''}${applying.map((override) => this.#overrides.indexOf(override)).join()}`
    let character = this.#known.get(key)
    if (character === undefined) {
      const profile: LinkProfile = Object.assign({}, this.#profile, ...applying.map(({ link }) => link))
      character = characterOf(isLoopback ? { ...profile, ...flawless } : profile)
      this.#known.set(key, character)
    }
    return character
  }
}

/** What a node sends to itself crosses no wire: it takes its time, and nothing else happens to it. */
const flawless = {
  bandwidth: 0,
  lossRatio: 0,
  duplicationRatio: 0,
  reorderRatio: 0,
  corruptionRatio: 0,
} as const

function concerns(override: LinkOverride, source: NodeId, target: NodeId): boolean {
  const { from, to, isSymmetric = true } = override
  if (includes(from, source) && includes(to, target)) return true
  return isSymmetric && includes(from, target) && includes(to, source)
}

function includes(nodes: readonly NodeId[] | 'any', node: NodeId): boolean {
  return nodes === 'any' || nodes.includes(node)
}

function characterOf(profile: LinkProfile): LinkCharacter {
  return { profile, latencyMin: profile.latencyMin, sampler: sampler(profile.latency) }
}
