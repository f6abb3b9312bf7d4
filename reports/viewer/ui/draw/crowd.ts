// What is drawn where events and messages are many: of each lane how much happened when, and what became of the messages for
// it. Each fate has a form and a place of its own.

import { eventColumns, fateColumns } from '../../model/crowd.ts'
import type { RunScene } from '../../model/scene.ts'
import { type Frame, isVisible, middleOf } from './frame.ts'

const columnWidth = 2
/** What only one of two runs has stands on a foot: it differs in more than its colour. */
const footHeight = 3
const highShare = 0.98
const roomyMin = 44

/** Draws how many events each lane has in each column, those that only one run has by themselves. */
export function drawHistograms(frame: Frame, scene: RunScene, index: number): void {
  const { theme } = frame
  const columns = Math.max(1, Math.ceil((frame.width - frame.gutter) / columnWidth))
  const shown = frame.shown[index]
  const all = eventColumns(scene, [shown], frame, columns)
  const high = highOf(all, scene, columns)
  drawColumns(frame, scene, { counts: all, columns, high, foot: 0, fill: theme.muted })
  const only = frame.only?.[index]
  if (only === undefined) return
  const counts = eventColumns(scene, [shown, only], frame, columns)
  const fill = index === 0 ? theme.onlyA : theme.onlyB
  drawColumns(frame, scene, { counts, columns, high, foot: footHeight, fill })
}

/** What fills the height of a lane: nearly the most, so that one burst does not make all the rest small. */
function highOf(counts: Uint32Array, { run }: RunScene, columns: number): number {
  const some = counts.filter((count, cell) => count > 0 && Math.floor(cell / columns) !== run.world).sort()
  return some[Math.floor((some.length - 1) * highShare)] ?? 1
}

interface Histogram {
  readonly counts: Uint32Array
  readonly columns: number
  readonly high: number
  readonly foot: number
  readonly fill: string
}

function drawColumns(frame: Frame, scene: RunScene, { counts, columns, high, foot, fill }: Histogram): void {
  const { context, gutter } = frame
  context.fillStyle = fill
  context.beginPath()
  for (const [node, laneNumber] of scene.laneOf.entries()) {
    const lane = frame.scene.lanes[laneNumber]
    if (lane === undefined || lane.kind !== 'node' || !isVisible(frame, lane)) continue
    const height = lane.height >= roomyMin ? 8 : 5
    const base = middleOf(frame, lane) + height + 6
    for (let column = 0; column < columns; column++) {
      const count = counts[node * columns + column] as number
      if (count === 0) continue
      // By the root: of few events something is to be seen beside many.
      const share = Math.min(1, Math.sqrt(count / high))
      const top = Math.max(1.5, height * share)
      context.rect(gutter + column * columnWidth, base - top, columnWidth - 0.5, top + foot)
    }
  }
  context.fill()
}

/** Two marks stand side by side in a bucket. */
const bucketWidth = 12
const [late, duplicated, lost, underWay] = [1, 2, 3, 4] as const

type Fate = typeof late | typeof duplicated | typeof lost | typeof underWay

interface Slot {
  /** The gravest of these is drawn. */
  readonly fates: readonly Fate[]
  readonly dx: number
  /** From the middle of the lane. */
  readonly dy: number
}

const roomySlots: readonly Slot[] = [
  { fates: [lost], dx: 3, dy: -9 },
  { fates: [underWay], dx: 9, dy: -9 },
  { fates: [late], dx: 3, dy: 20 },
  { fates: [duplicated], dx: 9, dy: 20 },
]
const narrowSlots: readonly Slot[] = [
  { fates: [lost], dx: 3, dy: 14 },
  { fates: [duplicated, underWay, late], dx: 9, dy: 14 },
]

/** Draws what became of messages that are too many for arrows: a mark for those of a few pixels, larger for more. */
export function drawMarks(frame: Frame, scene: RunScene, places: readonly number[]): void {
  const columns = Math.max(1, Math.ceil((frame.width - frame.gutter) / bucketWidth))
  const stretch = { from: frame.from, to: frame.from + columns * bucketWidth * timeOfPixel(frame) }
  const counts = fateColumns(scene, places, stretch, columns)
  for (const fate of [late, underWay, duplicated, lost]) {
    const marks = marksOf(frame, scene, { fate, counts, columns })
    drawAll(frame, fate, marks)
  }
  frame.context.globalAlpha = 1
}

function timeOfPixel({ from, to, width, gutter }: Frame): number {
  return (to - from) / Math.max(1, width - gutter)
}

type Mark = readonly [x: number, y: number, count: number]

interface Counted {
  readonly fate: Fate
  readonly counts: readonly Uint32Array[]
  readonly columns: number
}

function marksOf(frame: Frame, scene: RunScene, { fate, counts, columns }: Counted): readonly Mark[] {
  const marks: Mark[] = []
  for (const [node, laneNumber] of scene.laneOf.entries()) {
    const lane = frame.scene.lanes[laneNumber]
    if (lane === undefined || lane.kind !== 'node' || !isVisible(frame, lane)) continue
    const slots = lane.height >= roomyMin ? roomySlots : narrowSlots
    const slot = slots.find(({ fates }) => fates.includes(fate))
    if (slot === undefined) continue
    const y = middleOf(frame, lane) + slot.dy
    for (let column = 0; column < columns; column++) {
      const cell = node * columns + column
      const gravest = slot.fates.find((each) => (counts[each]?.[cell] ?? 0) > 0)
      if (gravest === fate)
        marks.push([frame.gutter + column * bucketWidth + slot.dx, y, counts[fate]?.[cell] ?? 0])
    }
  }
  return marks
}

function drawAll(frame: Frame, fate: Fate, marks: readonly Mark[]): void {
  const { context, theme, cone } = frame
  context.globalAlpha = cone === null ? 1 : 0.3
  context.strokeStyle = theme.fates[fate] ?? theme.muted
  context.fillStyle = context.strokeStyle
  context.lineWidth = 1.6
  context.beginPath()
  for (const [x, y, count] of marks) trace(context, fate, { x, y, r: radiusOf(count) })
  if (fate === lost || fate === late) context.stroke()
  else context.fill()
}

/** Of one, of a few, of many. */
function radiusOf(count: number): number {
  if (count === 1) return 1.8
  return count < 6 ? 2.5 : 3.2
}

function trace(
  context: CanvasRenderingContext2D,
  fate: Fate,
  { x, y, r }: { readonly x: number; readonly y: number; readonly r: number },
): void {
  switch (fate) {
    case lost:
      context.moveTo(x - r, y - r)
      context.lineTo(x + r, y + r)
      context.moveTo(x + r, y - r)
      context.lineTo(x - r, y + r)
      return
    case late:
      context.moveTo(x + r, y)
      context.arc(x, y, r, 0, Math.PI * 2)
      return
    case duplicated:
      for (const left of [x - r, x]) {
        context.moveTo(left, y - r)
        context.lineTo(left + r, y)
        context.lineTo(left, y + r)
        context.closePath()
      }
      return
    case underWay:
      for (const step of [-1, 0, 1]) context.rect(x - 0.75, y + step * r - 0.75, 1.5, 1.5)
  }
}
