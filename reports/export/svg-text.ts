// The drawing of a space-time diagram as SVG 1.1: lanes, bands behind them, arrows and marks on them. Colours follow the
// reader's light or dark scheme; what is lost or sent again also differs in its dashes, and everything has its text.

import { formatInstant, type Instant, type NodeId } from '../../sim/index.ts'
import { xmlText } from './safe-text.ts'

/** A message. */
export interface Arrow {
  readonly source: NodeId
  readonly target: NodeId
  readonly begin: number
  readonly end: number
  readonly kind: 'delivered' | 'again' | 'lost'
  readonly text: string
}
/** Something that lasts; one of the world ('') is behind all lanes. */
export interface Band {
  readonly node: NodeId
  readonly begin: number
  readonly end: number
  readonly kind: 'fault' | 'down' | 'paused' | 'operation'
  readonly text: string
}
/** Something at one instant. */
export interface Mark {
  readonly node: NodeId
  readonly at: number
  readonly kind: 'probe' | 'timer' | 'sent'
  readonly text: string
}
/** What is drawn. */
export interface Picture {
  readonly title: string
  readonly note: string
  readonly nodes: readonly NodeId[]
  readonly arrows: readonly Arrow[]
  readonly bands: readonly Band[]
  readonly marks: readonly Mark[]
}

const laneHeight = 56
const labelWidth = 120
const columnWidth = 36
const top = 44
const labelsOfInstants = 90
/** What a letter takes at most of what stands above and below the lanes, most of the time; how much of it there is room for. */
const letterWidth = 6.5
const lettersMax = 200

const style = `text{font:11px system-ui,sans-serif;fill:#222;paint-order:stroke;stroke:#fff;stroke-width:3px}.note,.tick{fill:#555}.lane{stroke:#999}
.delivered{stroke:#0b62a4}.again{stroke:#0b62a4;stroke-dasharray:6 3}.lost{stroke:#b3261e;stroke-dasharray:2 3}
.delivered,.again,.lost{fill:none;stroke-width:1.5}.head{fill:#0b62a4}.end{stroke:#b3261e;stroke-width:2}
.fault{fill:#d98200;fill-opacity:.18}.down{fill:#444;fill-opacity:.45}.paused{fill:#777;fill-opacity:.3}
.operation{fill:#2e7d32;fill-opacity:.6}.probe{fill:#6a3fb5}.timer{fill:#999}.sent{fill:#0b62a4}
.page{fill:#fff}@media (prefers-color-scheme:dark){.page{fill:#16181c}text{fill:#eee;stroke:#16181c}.note,.tick{fill:#aaa}
.delivered,.again{stroke:#7ab8ff}.head,.sent{fill:#7ab8ff}.lost,.end{stroke:#ff8a80}.down{fill:#bbb}.operation{fill:#81c784}.probe{fill:#c3a6ff}}`

/** The picture as a file. */
export function svgText(picture: Picture): string {
  const scale = new Scale(picture)
  const { width, height } = scale
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${xmlText(picture.title)}</title>`,
    `<style>${style}</style>`,
    `<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text x="8" y="18">${xmlText(picture.title)}</text>`,
    `<text class="note" x="8" y="${height - 8}">${xmlText(picture.note)}</text>`,
    ...picture.bands.filter(({ kind }) => kind !== 'operation').map((band) => bandText(band, scale)),
    ...picture.nodes.map((node) => laneText(node, scale)),
    ...scale.ticks().map(({ x, text }) => `<text class="tick" x="${x}" y="36">${text}</text>`),
    ...inRows(picture.bands.filter(({ kind }) => kind === 'operation')).map(([band, row]) =>
      operationText(band, row, scale),
    ),
    ...picture.arrows.map((arrow) => arrowText(arrow, scale)),
    ...picture.marks.map((mark) => markText(mark, scale)),
    '</svg>',
  ]
  return `${lines.join('\n')}\n`
}

class Scale {
  readonly width: number
  readonly height: number
  readonly #columns: ReadonlyMap<number, number>
  readonly #lanes: ReadonlyMap<NodeId, number>

  constructor({ title, note, nodes, arrows, bands, marks }: Picture) {
    const instants = [...arrows, ...bands]
      .flatMap(({ begin, end }) => [begin, end])
      .concat(marks.map(({ at }) => at))
    const columns = [...new Set(instants)].toSorted((a, b) => a - b)
    this.#columns = new Map(columns.map((at, column) => [at, column]))
    this.#lanes = new Map(nodes.map((node, lane) => [node, lane]))
    const letters = Math.min(lettersMax, Math.max(title.length, note.length))
    this.width = Math.ceil(
      Math.max(labelWidth + (columns.length + 2) * columnWidth, 16 + letters * letterWidth),
    )
    this.height = top + nodes.length * laneHeight + 28
  }

  x(at: number): number {
    return labelWidth + ((this.#columns.get(at) ?? 0) + 0.5) * columnWidth
  }

  y(node: NodeId): number {
    return top + ((this.#lanes.get(node) ?? 0) + 0.5) * laneHeight
  }

  /** Instants at which there is room for their text. */
  ticks(): readonly { readonly x: number; readonly text: string }[] {
    const every = Math.ceil(labelsOfInstants / columnWidth)
    return [...this.#columns.keys()]
      .filter((_, column) => column % every === 0)
      .map((at) => ({ x: this.x(at), text: formatInstant(at as Instant) }))
  }
}

function laneText(node: NodeId, scale: Scale): string {
  const y = scale.y(node)
  const name = node.length > 18 ? `${node.slice(0, 17)}…` : node
  return `<text x="8" y="${y + 4}">${xmlText(name)}</text><path class="lane" d="M${labelWidth} ${y}H${scale.width - 8}"/>`
}

function bandText({ node, begin, end, kind, text }: Band, scale: Scale): string {
  const x = scale.x(begin)
  const y = node === '' ? top : scale.y(node) - laneHeight / 2 + 4
  const height = node === '' ? scale.height - top - 28 : laneHeight - 8
  const label = `<text x="${x}" y="${y + 10}">${xmlText(text)}</text>`
  return `<g><title>${xmlText(text)}</title><rect class="${kind}" x="${x}" y="${y}" width="${Math.max(3, scale.x(end) - x)}" height="${height}"/>${label}</g>`
}

/** Operations of one node that overlap lie below one another; there is room for four, and for the text of the lowest. */
function operationText({ node, begin, end, text }: Band, row: number, scale: Scale): string {
  const x = scale.x(begin)
  const y = scale.y(node) + 3 + row * 4
  const label = row === 0 ? `<text x="${x}" y="${scale.y(node) + 27}">${xmlText(text)}</text>` : ''
  return `<g><title>${xmlText(text)}</title><rect class="operation" x="${x}" y="${y}" width="${Math.max(3, scale.x(end) - x)}" height="3"/>${label}</g>`
}

const rowsMax = 4

function inRows(bands: readonly Band[]): readonly (readonly [Band, number])[] {
  const ends = new Map<NodeId, number[]>()
  return bands
    .toSorted((a, b) => a.begin - b.begin)
    .map((band) => {
      const rows = ends.get(band.node) ?? []
      ends.set(band.node, rows)
      const free = Array.from({ length: rowsMax }, (_, row) => row).find(
        (row) => (rows[row] ?? -1) < band.begin,
      )
      const row = free ?? rowsMax - 1
      rows[row] = Math.max(rows[row] ?? 0, band.end)
      return [band, row] as const
    })
}

function arrowText({ source, target, begin, end, kind, text }: Arrow, scale: Scale): string {
  const [x1, y1, x2, y2] = [scale.x(begin), scale.y(source), scale.x(end), scale.y(target)]
  const title = `<title>${xmlText(`${source} to ${target}: ${text}`)}</title>`
  // What is lost ends in a cross short of where it was to go.
  const reach = kind === 'lost' ? 0.7 : 1
  const [x, y] = [x1 + (x2 - x1) * reach, y1 + (y2 - y1) * reach]
  const line = `<path class="${kind}" d="M${x1} ${y1}L${x} ${y}"${kind === 'lost' ? '' : ' marker-end="url(#head)"'}/>`
  const cross = kind === 'lost' ? `<path class="end" d="M${x - 4} ${y - 4}l8 8m0 -8l-8 8"/>` : ''
  // Nearer to where it begins: in the middle the labels of a question and its answer would meet.
  const label = `<text x="${x1 + (x - x1) * 0.35 + 4}" y="${y1 + (y - y1) * 0.35}">${xmlText(text)}</text>`
  return `<g>${title}${line}${cross}${label}</g>`
}

function markText({ node, at, kind, text }: Mark, scale: Scale): string {
  return `<circle class="${kind}" cx="${scale.x(at)}" cy="${scale.y(node)}" r="4"><title>${xmlText(text)}</title></circle>`
}
