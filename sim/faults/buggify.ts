// Buggify sites: points in programs at which the simulation may take the unlikely branch. Whether a site is switched on
// is drawn once a run; whether a pass takes the branch is drawn at each pass, from a stream of the site on that node, so
// that a site more or a pass more changes nothing anywhere else. (FoundationDB's scheme: Zhou et al., SIGMOD 2021, 4.)

import type { NodeId } from '../event.ts'
import type { RandomStream } from '../random.ts'

/** How likely the unlikely is. */
export interface BuggifyRatios {
  /** The share of sites that are switched on in a run (default 0.25). */
  readonly sites?: number
  /** The share of passes at which a site that is switched on takes the branch (default 0.25). */
  readonly passes?: number
}

/** What became of one site in a run. */
export interface BuggifyTally {
  readonly site: string
  readonly isOn: boolean
  readonly passes: number
  readonly taken: number
}

interface Site {
  readonly isOn: boolean
  readonly streams: Map<NodeId, RandomStream>
  passes: number
  taken: number
}

/** The buggify sites of one run, found as programs reach them. */
export class Buggify {
  readonly #stream: (name: string) => RandomStream
  readonly #sitesRatio: number
  readonly #passesRatio: number
  readonly #sites = new Map<string, Site>()
  #isStopped = false

  /** `stream` gives the simulation's stream of a name. */
  constructor(stream: (name: string) => RandomStream, { sites = 0.25, passes = 0.25 }: BuggifyRatios = {}) {
    this.#stream = stream
    this.#sitesRatio = sites
    this.#passesRatio = passes
  }

  /** Whether a node that passes a site takes the unlikely branch. */
  takes(node: NodeId, name: string): boolean {
    const site = this.#sites.get(name) ?? this.#open(name)
    site.passes++
    if (!site.isOn || this.#isStopped) return false
    if (!this.#streamOf(site, name, node).boolean(this.#passesRatio)) return false
    site.taken++
    return true
  }

  /** No site takes its branch any more: the run heals. */
  stop(): void {
    this.#isStopped = true
  }

  /** What became of each site that was passed, in the order in which they were first passed. */
  tallies(): readonly BuggifyTally[] {
    return [...this.#sites].map(([site, { isOn, passes, taken }]) => ({ site, isOn, passes, taken }))
  }

  #open(name: string): Site {
    const isOn = this.#stream(`buggify/${name}`).boolean(this.#sitesRatio)
    const site = { isOn, streams: new Map<NodeId, RandomStream>(), passes: 0, taken: 0 }
    this.#sites.set(name, site)
    return site
  }

  #streamOf(site: Site, name: string, node: NodeId): RandomStream {
    let stream = site.streams.get(node)
    if (stream === undefined) {
      stream = this.#stream(`buggify/${name}/${node}`)
      site.streams.set(node, stream)
    }
    return stream
  }
}
