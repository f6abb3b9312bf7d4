// The colours of the page for what is drawn on a canvas, and patterns, so that nothing is told apart by colour alone.

/** What a canvas is drawn with. */
export interface Theme {
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly surface: string
  readonly raised: string
  readonly accent: string
  readonly bad: string
  readonly onlyA: string
  readonly onlyB: string
  readonly states: readonly string[]
  /** By the place of a fate. */
  readonly fates: readonly string[]
  readonly families: { readonly [family: string]: string }
  readonly down: CanvasPattern | string
  readonly paused: CanvasPattern | string
  readonly patterns: { readonly [family: string]: CanvasPattern | string }
}

const families = ['node', 'clock', 'network', 'names', 'disk'] as const

let known: { readonly name: string | undefined; readonly theme: Theme } | null = null

/** The colours and patterns of the page as it is now; read anew when its theme has changed. */
export function readTheme(root: HTMLElement, context: CanvasRenderingContext2D): Theme {
  const name = root.dataset['theme']
  if (known?.name !== name || known === null) known = { name, theme: makeTheme(root, context) }
  return known.theme
}

function makeTheme(root: Element, context: CanvasRenderingContext2D): Theme {
  const style = getComputedStyle(root)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const muted = colour('muted')
  const familyColours = Object.fromEntries(families.map((family) => [family, colour(`fault-${family}`)]))
  return {
    ink: colour('ink'),
    muted,
    line: colour('line'),
    surface: colour('surface'),
    raised: colour('raised'),
    accent: colour('accent'),
    bad: colour('bad'),
    onlyA: colour('only-a'),
    onlyB: colour('only-b'),
    states: Array.from({ length: 8 }, (_, place) => colour(`state-${place}`)),
    fates: ['delivered', 'late', 'duplicated', 'lost', 'under-way'].map((fate) => colour(`fate-${fate}`)),
    families: familyColours,
    down: patternOf(context, colour('fault-node'), strokes.hatch),
    paused: patternOf(context, colour('fault-node'), strokes.bars),
    patterns: Object.fromEntries(
      families.map((family) => [
        family,
        patternOf(context, familyColours[family] ?? muted, strokes[patternNames[family]]),
      ]),
    ),
  }
}

type Stroke = (context: CanvasRenderingContext2D) => void

const size = 8
const patternNames = {
  node: 'hatch',
  clock: 'dots',
  network: 'backHatch',
  names: 'grid',
  disk: 'rows',
} as const

const strokes = {
  hatch: line([0, size, size, 0], [-1, 1, 1, -1], [size - 1, size + 1, size + 1, size - 1]),
  backHatch: line([0, 0, size, size], [-1, size - 1, 1, size + 1], [size - 1, -1, size + 1, 1]),
  bars: line([2, 0, 2, size], [6, 0, 6, size]),
  rows: line([0, 2, size, 2], [0, 6, size, 6]),
  grid: line([0, 4, size, 4], [4, 0, 4, size]),
  dots: (context: CanvasRenderingContext2D): void => {
    for (const place of [2, 6]) context.fillRect(place - 1, place - 1, 2, 2)
  },
} satisfies { readonly [name: string]: Stroke }

function line(...lines: readonly (readonly [number, number, number, number])[]): Stroke {
  return (context) => {
    context.beginPath()
    for (const [x1, y1, x2, y2] of lines) {
      context.moveTo(x1, y1)
      context.lineTo(x2, y2)
    }
    context.stroke()
  }
}

function patternOf(
  context: CanvasRenderingContext2D,
  colour: string,
  stroke: Stroke,
): CanvasPattern | string {
  const tile = document.createElement('canvas')
  tile.width = size
  tile.height = size
  const tileContext = tile.getContext('2d')
  if (tileContext === null) return colour
  tileContext.strokeStyle = colour
  tileContext.fillStyle = colour
  tileContext.globalAlpha = 0.75
  stroke(tileContext)
  return context.createPattern(tile, 'repeat') ?? colour
}
