// What is drawn where events and messages are many: of each lane how much happened when, and what became of the messages for
// it. Each fate has a form and a place of its own.

import { columnWidth, type Tally, tileColumns } from '../../model/crowd.ts'
import type { RunScene } from '../../model/scene.ts'
import { duplicated, late, lost, underWay } from './forms.ts'
import { type Frame, isVisible, middleOf, timeOfPixel, xOf } from './frame.ts'
import { drawMarksOf, type Mark, type MarkedFate } from './marks.ts'

const columnPixels = 2
/** What only one of two runs has stands on a foot: it differs in more than its colour. */
const footHeight = 3
const highShare = 0.98
const roomyMin = 44

/** Draws how many events each lane has in each column, those that only one run has by themselves. */
export function drawHistograms(frame: Frame, scene: RunScene, index: number): void {
  const { theme, crowds } = frame
  const crowd = crowds[index]
  if (crowd === undefined) return
  const all = columnsInSight(frame, crowd.events, columnPixels)
  const high = highOf(all, scene)
  drawColumns(frame, scene, { columns: all, high, foot: 0, fill: theme.muted })
  if (crowd.only === null) return
  const columns = columnsInSight(frame, crowd.only, columnPixels)
  const fill = index === 0 ? theme.onlyA : theme.onlyB
  drawColumns(frame, scene, { columns, high, foot: footHeight, fill })
}

/** The columns that are to be seen, tile by tile. */
interface Columns {
  /** Of a column, in virtual time. */
  readonly width: number
  /** The number of the first column of the first tile. */
  readonly first: number
  readonly tiles: readonly Uint32Array[]
}

function columnsInSight(frame: Frame, tally: Tally, pixels: number): Columns {
  const width = columnWidth(timeOfPixel(frame), pixels)
  const first = Math.floor(frame.from / width / tileColumns)
  const last = Math.floor(frame.to / width / tileColumns)
  const tiles = Array.from({ length: last - first + 1 }, (_, place) => tally.tile(width, first + place))
  return { width, first: first * tileColumns, tiles }
}

/** What fills the height of a lane: nearly the most, so that one burst does not make all the rest small. */
function highOf({ tiles }: Columns, { run }: RunScene): number {
  const some: number[] = []
  for (const counts of tiles)
    for (const [cell, count] of counts.entries())
      if (count > 0 && Math.floor(cell / tileColumns) !== run.world) some.push(count)
  return Uint32Array.from(some).sort()[Math.floor((some.length - 1) * highShare)] ?? 1
}

interface Histogram {
  readonly columns: Columns
  readonly high: number
  readonly foot: number
  readonly fill: string
}

function drawColumns(frame: Frame, scene: RunScene, { columns, high, foot, fill }: Histogram): void {
  const { context } = frame
  context.fillStyle = fill
  for (const [node, laneNumber] of scene.laneOf.entries()) {
    const lane = frame.scene.lanes[laneNumber]
    if (lane === undefined || lane.kind !== 'node' || !isVisible(frame, lane)) continue
    const height = lane.height >= roomyMin ? 8 : 5
    // By the root: of few events something is to be seen beside many.
    const heightOf = (count: number): number =>
      count === 0 ? 0 : Math.max(1.5, Math.round(height * Math.min(1, Math.sqrt(count / high)) * 2) / 2)
    drawSkyline(frame, columns, node, { base: middleOf(frame, lane) + height + 6, foot, heightOf })
  }
}

interface Skyline {
  readonly base: number
  readonly foot: number
  readonly heightOf: (count: number) => number
}

/** Boxes with edges on whole pixels, one for neighbours of the same height: paths of thousands of edges take a browser long. */
function drawSkyline(
  frame: Frame,
  { width, first, tiles }: Columns,
  node: number,
  { base, foot, heightOf }: Skyline,
): void {
  const { context } = frame
  const [left, step] = [xOf(frame, first * width), width / timeOfPixel(frame)]
  let [begin, height] = [0, 0]
  const end = (place: number): void => {
    if (height === 0) return
    const x = Math.round(left + begin * step)
    context.fillRect(x, base - height, Math.round(left + place * step) - x, height + foot)
  }
  for (const [tile, counts] of tiles.entries())
    for (let column = 0; column < tileColumns; column++) {
      const next = heightOf(counts[node * tileColumns + column] as number)
      if (next === height) continue
      end(tile * tileColumns + column)
      begin = tile * tileColumns + column
      height = next
    }
  end(tiles.length * tileColumns)
}

/** Two marks stand side by side in a bucket. */
const bucketPixels = 14

interface Slot {
  /** The gravest of these is drawn. */
  readonly fates: readonly MarkedFate[]
  readonly dx: number
  /** From the middle of the lane. */
  readonly dy: number
}

const roomySlots: readonly Slot[] = [
  { fates: [lost], dx: 3.5, dy: -9 },
  { fates: [underWay], dx: 10.5, dy: -9 },
  { fates: [late], dx: 3.5, dy: 20 },
  { fates: [duplicated], dx: 10.5, dy: 20 },
]
const narrowSlots: readonly Slot[] = [
  { fates: [lost], dx: 3.5, dy: 14 },
  { fates: [duplicated, underWay, late], dx: 10.5, dy: 14 },
]

/** Draws what became of messages that are too many for arrows: a mark for those of a few pixels, larger for more. */
export function drawMarks(frame: Frame, scene: RunScene, index: number): void {
  const counted = frame.crowds[index]?.fates.map((tally) => columnsInSight(frame, tally, bucketPixels))
  if (counted === undefined) return
  const { context, theme, cone } = frame
  context.globalAlpha = cone === null ? 1 : 0.3
  for (const fate of [late, underWay, duplicated, lost] as const)
    drawMarksOf(context, theme, fate, marksOf(frame, scene, fate, counted))
  context.globalAlpha = 1
}

function marksOf(
  frame: Frame,
  scene: RunScene,
  fate: MarkedFate,
  counted: readonly Columns[],
): readonly Mark[] {
  const marks: Mark[] = []
  const { width = 1, first = 0, tiles = [] } = counted[fate] ?? {}
  const [left, step] = [xOf(frame, first * width), width / timeOfPixel(frame)]
  for (const [node, laneNumber] of scene.laneOf.entries()) {
    const lane = frame.scene.lanes[laneNumber]
    if (lane === undefined || lane.kind !== 'node' || !isVisible(frame, lane)) continue
    const slots = lane.height >= roomyMin ? roomySlots : narrowSlots
    const slot = slots.find(({ fates }) => fates.includes(fate))
    if (slot === undefined) continue
    const graver = slot.fates.slice(0, slot.fates.indexOf(fate))
    const y = middleOf(frame, lane) + slot.dy
    for (const [tile, counts] of tiles.entries())
      for (let column = 0; column < tileColumns; column++) {
        const cell = node * tileColumns + column
        const count = counts[cell] as number
        if (count === 0 || graver.some((each) => (counted[each]?.tiles[tile]?.[cell] ?? 0) > 0)) continue
        marks.push([left + (tile * tileColumns + column) * step + slot.dx, y, count])
      }
  }
  return marks
}
