// A run as a picture in characters: a column for each node, time going down, messages as arrows where they arrive.

import { type Event, formatInstant, type NodeId } from '../sim/index.ts'

import { eventText } from './event-text.ts'
import { type Palette, plain } from './palette.ts'
import { shownText } from './shown-text.ts'

/** How many nodes fit. */
export const diagramNodesMax = 8

const columnWidth = 18
/** Beside these every kind that is asked for shows; without a wish these. */
const shownKinds: ReadonlySet<string> = new Set([
  'deliver',
  'datagram-deliver',
  'drop',
  'start',
  'stop',
  'crash',
  'exit',
  'pause',
  'resume',
  'operation',
  'fault-begin',
  'fault-end',
  'phase',
  'core',
])

/** Which events a diagram shows when nobody says. */
export function isInDiagram({ kind }: Event): boolean {
  return shownKinds.has(kind)
}

/**
 * The diagram, a line each event, with the nodes as its head. Events of other nodes are left out.
 * Throws a RangeError for more nodes than fit.
 */
export function spaceTimeLines(
  events: readonly Event[],
  nodes: readonly NodeId[],
  palette: Palette = plain,
): readonly string[] {
  if (nodes.length > diagramNodesMax)
    throw new RangeError(`diagram: got ${nodes.length} nodes, wanted at most ${diagramNodesMax}`)
  const margin = Math.max(0, ...events.map(({ at }) => formatInstant(at).length))
  const head = nodes.map((node) => fit(shownText(node), columnWidth)).join('')
  const rows = events.flatMap((event) => rowOf(event, nodes, palette).map((row) => [event, row] as const))
  return [
    `${' '.repeat(margin)}  ${palette.node(head)}`.trimEnd(),
    ...rows.map(([event, row]) => `${formatInstant(event.at).padStart(margin)}  ${row}`.trimEnd()),
  ]
}

function rowOf(event: Event, nodes: readonly NodeId[], palette: Palette): readonly string[] {
  if (event.node === '') return [palette.warning(`=== ${shownText(event.kind)} ${eventText(event)}`)]
  const place = nodes.indexOf(event.node)
  if (place < 0) return []
  const arrow = arrowOf(event, nodes)
  if (arrow !== null) return [arrowRow(arrow, nodes.length)]
  return [lane(nodes.length, place, `${symbolOf(event)} ${wordsOf(event)}`, palette)]
}

interface Arrow {
  readonly from: number
  readonly to: number
  readonly label: string
  readonly isLost: boolean
}

function arrowOf(event: Event, nodes: readonly NodeId[]): Arrow | null {
  if (event.kind === 'deliver' || event.kind === 'datagram-deliver') {
    const label = event.kind === 'deliver' ? kindOf(event.message) : 'datagram'
    return between(nodes, event.source, event.node, { label, isLost: false })
  }
  if (event.kind === 'drop')
    return between(nodes, event.node, event.target, { label: event.why, isLost: true })
  return null
}

function between(
  nodes: readonly NodeId[],
  source: NodeId,
  target: NodeId,
  how: Pick<Arrow, 'label' | 'isLost'>,
): Arrow | null {
  const [from, to] = [nodes.indexOf(source), nodes.indexOf(target)]
  return from < 0 || to < 0 || from === to ? null : { from, to, ...how }
}

function kindOf(message: { readonly [field: string]: unknown }): string {
  return typeof message['kind'] === 'string' ? message['kind'] : 'message'
}

/** `o---- label --->` from the sender's column to the receiver's; lost ones end in an x. Other lanes go on beside it. */
function arrowRow({ from, to, label, isLost }: Arrow, count: number): string {
  const lanes = lane(count, -1, '')
  const [left, right] = [Math.min(from, to) * columnWidth, Math.max(from, to) * columnWidth]
  const room = right - left - 1
  const text = ` ${shownText(label)} `.slice(0, room - 2)
  const before = Math.floor((room - text.length) / 2)
  const line = `${'-'.repeat(before)}${text}`.padEnd(room, '-')
  const head = isLost ? 'x' : from < to ? '>' : '<'
  const shaft = from < to ? `o${line.slice(0, -1)}${head}|` : `|${head}${line.slice(1)}o`
  return `${lanes.slice(0, left)}${shaft}${lanes.slice(right + 1)}`
}

/** The lanes, with a text in one of them, which may run over those to its right. */
function lane(count: number, place: number, text: string, palette: Palette = plain): string {
  const lanes = Array.from({ length: count }, () => fit('|', columnWidth))
    .join('')
    .trimEnd()
  if (place < 0) return lanes
  const begin = place * columnWidth
  const shown = text.slice(0, Math.max(columnWidth - 1, columnWidth * (count - place) + 20))
  return `${lanes.slice(0, begin)}${palette.bold(shown)}${lanes.slice(begin + shown.length)}`
}

const symbols: { readonly [kind: string]: string } = {
  start: '^',
  resume: '^',
  crash: 'X',
  exit: 'X',
  stop: 'X',
  pause: '"',
}

function symbolOf({ kind }: Event): string {
  return symbols[kind] ?? '*'
}

function wordsOf(event: Event): string {
  const text = eventText(event)
  if (event.kind === 'operation') return text.slice(text.indexOf(':') + 2)
  const kind = shownText(event.kind)
  return text === '' ? kind : `${kind} ${text}`
}

function fit(text: string, width: number): string {
  return text.length < width ? text.padEnd(width) : `${text.slice(0, width - 2)}… `
}
