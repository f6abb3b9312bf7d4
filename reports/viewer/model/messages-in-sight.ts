// Which messages lie in a stretch of time, found without looking at all others.

import type { Stretch } from './crowd.ts'
import { firstAtLeast, lastAtMost } from './run.ts'
import type { RunScene } from './scene.ts'

/** More messages than this are no arrows any more, but marks on the lanes of those that they were for. */
export const arrowsMax = 1500

/** The messages of which something lies in a stretch. */
export interface MessagesInSight {
  readonly count: number
  /** Their places, in the order in which they were sent; empty where they are too many for arrows. */
  readonly places: readonly number[]
}

/** The messages that are shown, in lists that binary search can look into. To be made anew when what is shown changes. */
export class MessageIndex {
  readonly #scene: RunScene
  // Of each list the first entry stands for no message; all hold events, whose order is that of time, however it is drawn.
  readonly #places: Uint32Array
  readonly #begins: Uint32Array
  readonly #ends: Uint32Array
  /** The last end of all messages up to this one. */
  readonly #reach: Uint32Array
  readonly #sortedEnds: Uint32Array

  /** A message is shown while either end of it is. */
  constructor(scene: RunScene, shown: Uint8Array | undefined) {
    const { send, end, count } = scene.messages
    const over = (place: number): number => (end[place] as number) || (send[place] as number)
    const places = [-1]
    for (let place = 0; place < count; place++)
      if (shown?.[send[place] as number] === 1 || shown?.[over(place)] === 1) places.push(place)
    this.#scene = scene
    this.#places = Uint32Array.from(places)
    this.#begins = Uint32Array.from(places, (place) => (place < 0 ? 0 : (send[place] as number)))
    this.#ends = Uint32Array.from(places, (place) => (place < 0 ? 0 : over(place)))
    let latest = 0
    this.#reach = this.#ends.map((seq) => (latest = Math.max(latest, seq)))
    this.#sortedEnds = this.#ends.slice().sort()
  }

  /** Those in a stretch. */
  within({ from, to }: Stretch): MessagesInSight {
    const { x } = this.#scene.run
    const [firstSeq, lastSeq] = [firstAtLeast(x, from), lastAtMost(x, to)]
    const last = lastAtMost(this.#begins, lastSeq)
    // Whatever was over before the stretch had begun before it.
    const count = last + 1 - firstAtLeast(this.#sortedEnds, firstSeq)
    if (count > arrowsMax) return { count, places: [] }
    const places: number[] = []
    for (let index = firstAtLeast(this.#reach, firstSeq); index <= last; index++)
      if ((this.#ends[index] as number) >= firstSeq) places.push(this.#places[index] as number)
    return { count, places }
  }
}
