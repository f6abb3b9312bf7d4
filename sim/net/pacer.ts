// How long deliveries take when something other than chance has a say: a strategy that makes some of them slow, or a
// shrunk run in which only some are late. Every delivery still draws one number, so that nothing else shifts.

import type { LinkCharacter } from './link.ts'
import type { NodeId } from '../event.ts'
import type { RandomStream } from '../random.ts'

/** Who has a say in how long deliveries take. */
export interface Pacing {
  /** Where in its distribution (0 up to 1) the latency of a delivery to a node is taken, given what was drawn for it. */
  readonly place?: (target: NodeId, drawn: number) => number
  /** These deliveries are late, by their names (see `Way`), whatever was drawn; all others take the usual time at most. */
  readonly late?: ReadonlySet<string>
  /** Told the name of every delivery that is late. */
  readonly onLate?: (delivery: string) => void
}

/** What one protocol sends over one link. A delivery's name is that of the way with a number: `link/a>b#17`. */
export interface Way {
  readonly name: string
  readonly target: NodeId
  readonly character: LinkCharacter
  count: number
}

/** Deliveries beyond this part of their distribution are late: in the default profile, twice what the rest is. */
const lateFrom = 0.9
const usual = 0.5
/** Where a delivery is taken that has to be late and was not drawn so: well in the tail, so that others overtake it. */
const overtaken = { from: 0.98, spread: 0.01 }

/** Draws latencies under a pacing. */
export class Pacer {
  readonly #pacing: Pacing

  constructor(pacing: Pacing) {
    this.#pacing = pacing
  }

  /** The latency of the next delivery on a way, in whole nanoseconds; takes one number of the stream. */
  latency(way: Way, random: RandomStream): number {
    const { place, late, onLate } = this.#pacing
    const drawn = random.float()
    const wanted = place === undefined ? drawn : place(way.target, drawn)
    const { latencyMin, sampler } = way.character
    const name = way.count++
    if (wanted <= lateFrom && late === undefined) return latencyMin + sampler.at(wanted)
    const delivery = `${way.name}#${name}`
    const isLate = late === undefined || late.has(delivery)
    if (isLate) onLate?.(delivery)
    return latencyMin + sampler.at(isLate ? latePlace(wanted) : usualPlace(wanted))
  }
}

function latePlace(wanted: number): number {
  return wanted > lateFrom ? wanted : overtaken.from + overtaken.spread * wanted
}

function usualPlace(wanted: number): number {
  return wanted > lateFrom ? usual : wanted
}
