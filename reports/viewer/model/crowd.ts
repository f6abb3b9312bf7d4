// What is left of events and messages where there is no room for each by itself: how many there are in each column of the
// picture, node by node. Columns lie on a grid of their own and not at the edge of the picture, so that they stay what they are
// while somebody pans, and only those are counted that come into sight.

import { fates } from './messages.ts'
import { firstAtLeast } from './run.ts'
import type { RunScene } from './scene.ts'

/** A stretch of virtual time. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Things that happened, each to a node: what columns count. */
export interface Happenings {
  /** Their instants, ascending; place 0 stands for none. */
  readonly x: Float64Array
  readonly node: Uint32Array
}

/** How many columns are counted at once. */
export const tileColumns = 64
/** More tiles than these are not kept: whoever comes back has them counted again. */
const tilesMax = 512

/** Counts by node and column. */
export class Tally {
  readonly #of: Happenings
  readonly #nodes: number
  readonly #tiles = new Map<number, Uint32Array>()
  #width = 0
  #counted = 0

  /** `nodes`: how many there are. */
  constructor(of: Happenings, nodes: number) {
    this.#of = of
    this.#nodes = nodes
  }

  /** How many happenings were looked at so far: tells whether panning counts anew. */
  get counted(): number {
    return this.#counted
  }

  /**
   * The counts of columns of a width, `number * tileColumns` and those behind it, where column n begins at the instant
   * `n * width`: the one of a node's column stands at `node * tileColumns + column`.
   */
  tile(width: number, number: number): Uint32Array {
    if (width !== this.#width || this.#tiles.size >= tilesMax) this.#tiles.clear()
    this.#width = width
    const known = this.#tiles.get(number)
    if (known !== undefined) return known
    const counts = this.#count(number * tileColumns * width, width)
    this.#tiles.set(number, counts)
    return counts
  }

  #count(from: number, width: number): Uint32Array {
    const { x, node } = this.#of
    const counts = new Uint32Array(this.#nodes * tileColumns)
    const to = from + width * tileColumns
    for (let place = firstAtLeast(x, from); place < x.length && (x[place] as number) < to; place++) {
      this.#counted++
      const column = Math.min(tileColumns - 1, Math.floor(((x[place] as number) - from) / width))
      const cell = (node[place] as number) * tileColumns + column
      counts[cell] = (counts[cell] as number) + 1
    }
    return counts
  }
}

/**
 * The width of columns that are at least so many pixels wide, and not half as wide again: one of a row of widths, so that what
 * was counted is of use while somebody zooms a little.
 */
export function columnWidth(timeOfPixel: number, pixelsMin: number): number {
  const exponent = Math.ceil(Math.log2(timeOfPixel * pixelsMin) * stepsOfDoubling)
  return 2 ** (exponent / stepsOfDoubling)
}

const stepsOfDoubling = 2

/** Tallies of a run, of what is shown. */
export interface Crowd {
  readonly events: Tally
  /** Of events that only one of two runs has; null where there is one run. */
  readonly only: Tally | null
  /** Of messages, by the place of their fate. */
  readonly fates: readonly Tally[]
}

/** Makes the tallies. Nothing is counted before it is looked at. */
export function makeCrowd(
  scene: RunScene,
  shown: Uint8Array | undefined,
  only: Uint8Array | undefined,
): Crowd {
  const nodes = scene.run.info.nodes.length
  const isShown = (seq: number): boolean => shown?.[seq] === 1
  return {
    events: new Tally(eventsWhere(scene, isShown), nodes),
    only:
      only === undefined
        ? null
        : new Tally(
            eventsWhere(scene, (seq) => isShown(seq) && only[seq] === 1),
            nodes,
          ),
    fates: fateHappenings(scene, isShown).map((of) => new Tally(of, nodes)),
  }
}

function eventsWhere({ run }: RunScene, isWanted: (seq: number) => boolean): Happenings {
  const x = new Float64Array(run.count + 1)
  const node = new Uint32Array(run.count + 1)
  let count = 0
  x[0] = -Infinity
  for (let seq = 1; seq <= run.count; seq++) {
    if (!isWanted(seq)) continue
    count++
    x[count] = run.x[seq] as number
    node[count] = run.node[seq] as number
  }
  return { x: x.subarray(0, count + 1), node: node.subarray(0, count + 1) }
}

/**
 * How messages fared, by fate: on the lane of the node that they were for, or, where that has none, of their sender; when
 * they arrived or were lost, or, where nobody knows, when they were sent.
 */
function fateHappenings(
  { messages, run, laneOf }: RunScene,
  isShown: (seq: number) => boolean,
): readonly Happenings[] {
  const over = (place: number): number => (messages.end[place] as number) || (messages.send[place] as number)
  const nodeOf = (place: number): number => {
    const target = messages.target[place] as number
    return (laneOf[target] ?? -1) < 0 ? (messages.source[place] as number) : target
  }
  const places: readonly number[][] = fates.map(() => [])
  for (let place = 0; place < messages.count; place++)
    if (isShown(messages.send[place] as number) || isShown(over(place)))
      places[messages.fate[place] as number]?.push(place)
  return places.map((of) => {
    of.sort((a, b) => over(a) - over(b) || a - b)
    return {
      x: Float64Array.from([-Infinity, ...of.map((place) => run.x[over(place)] as number)]),
      node: Uint32Array.from([0, ...of.map(nodeOf)]),
    }
  })
}
