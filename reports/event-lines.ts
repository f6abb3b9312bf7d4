// Events as lines for people, in columns: seq, instant, node, kind, what it says, and the event that led to it.

import { type Event, formatInstant } from '../sim/index.ts'

import { eventText } from './event-text.ts'
import { type Palette, plain } from './palette.ts'
import { shownText } from './shown-text.ts'

/** How events are shown. */
export interface EventLinesOptions {
  readonly palette?: Palette
  /** Seqs of events to point at: `>` in front, in bold. */
  readonly marked?: ReadonlySet<number>
}

/** One line an event, aligned among themselves, without a line feed at the end. */
export function eventLines(events: readonly Event[], options: EventLinesOptions = {}): readonly string[] {
  const { palette = plain, marked = new Set<number>() } = options
  const rows = events.map((event) => cellsOf(event))
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((cells) => (cells[column] ?? '').length)),
  )
  return events.map((event, row) =>
    lineOf(rows[row] ?? [], widths, { palette, isMarked: marked.has(event.seq), event }),
  )
}

/** One event on one line. */
export function eventLine(event: Event, palette: Palette = plain): string {
  return eventLines([event], { palette })[0] ?? ''
}

function cellsOf(event: Event): readonly string[] {
  const node = event.node === '' ? '(world)' : shownText(event.node)
  return [`#${event.seq}`, formatInstant(event.at), node, shownText(event.kind)]
}

interface LineStyle {
  readonly palette: Palette
  readonly isMarked: boolean
  readonly event: Event
}

function lineOf(cells: readonly string[], widths: readonly number[], style: LineStyle): string {
  const { palette, isMarked, event } = style
  const [seq = '', instant = '', node = '', kind = ''] = cells
  const [seqWidth = 0, instantWidth = 0, nodeWidth = 0, kindWidth = 0] = widths
  const text = eventText(event)
  const front = `${isMarked ? '>' : ' '} ${palette.dim(seq.padStart(seqWidth))}  ${instant.padStart(instantWidth)}`
  const middle = `${palette.node(node.padEnd(nodeWidth))}  ${kind.padEnd(kindWidth)}`
  const cause = event.cause > 0 ? palette.dim(`  <- #${event.cause}`) : ''
  const line = `${front}  ${middle}${text === '' ? '' : `  ${text}`}${cause}`
  return isMarked ? palette.bold(line) : line.trimEnd()
}
