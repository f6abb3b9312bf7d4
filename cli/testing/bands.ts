// Which faults a plot shows behind its lines: looked for in the pixels of its canvas.

import type { Page } from 'playwright-core'

import type { SweepRun } from '../../reports/index.ts'

/** The kinds of faults that the tests have, by family. */
const families: ReadonlyMap<string, string> = new Map([
  ['crash', 'node'],
  ['partition', 'network'],
])
/** The families that the tests have, by the row of their line at the top of a plot. */
const rows: ReadonlyMap<string, number> = new Map([
  ['node', 0],
  ['network', 4],
])
const rowsHeight = 8
const instants = 60

/** An instant in nanoseconds, and the families of the faults that last then. */
export type BandsAt = readonly [at: number, ...families: readonly string[]]

/** What a plot has to show at many instants, none of them so close to the end of a band that a pixel could decide. */
export function bandsExpected({ series: { at }, bands }: SweepRun): readonly BandsAt[] {
  const [first, last] = [at[0] ?? 0, at.at(-1) ?? 0]
  const near = (last - first) / 100
  const all = Array.from(
    { length: instants },
    (_, place) => first + ((last - first) * (place + 0.5)) / instants,
  )
  return all
    .filter(
      (each) => !bands.some(({ from, to }) => Math.min(Math.abs(each - from), Math.abs(each - to)) < near),
    )
    .map((each) => {
      const lasting = bands.filter(({ from, to }) => from <= each && each <= to)
      const seen = new Set(lasting.map(({ label }) => families.get(label)))
      return [each, ...[...rows.keys()].filter((family) => seen.has(family))] as const
    })
}

/** What the first plot under a heading shows at these instants. */
export async function bandsSeen(
  page: Page,
  heading: string,
  { series: { at } }: SweepRun,
  times: readonly number[],
): Promise<readonly BandsAt[]> {
  const [first, last] = [at[0] ?? 0, at.at(-1) ?? 0]
  const looked = {
    heading,
    places: times.map((time) => (time - first) / (last - first)),
    rows: [...rows],
    rowsHeight,
  }
  const seen = await page.evaluate<readonly (readonly string[])[]>(
    `(${lookAtBands})(${JSON.stringify(looked)})`,
  )
  return times.map((time, place) => [time, ...(seen[place] ?? [])] as const)
}

/** Runs in the page. The plot's area is where uPlot lays its overlay. */
const lookAtBands = `({ heading, places, rows, rowsHeight }) => {
  const title = [...document.querySelectorAll('h2')].find((each) => each.textContent === heading)
  const wrap = title.parentElement.querySelector('.u-wrap')
  const { offsetLeft: left, offsetTop: top, offsetWidth: width } = wrap.querySelector('.u-over')
  const { data } = wrap.querySelector('canvas').getContext('2d').getImageData(left, top, width, rowsHeight)
  const near = 60
  // A line of the grid may lie over one of three places that are close to each other.
  const has = (place, [, row], colour) => [-3, 0, 3].some((beside) => {
    const column = Math.max(0, Math.min(width - 1, Math.round(place * width) + beside))
    const pixel = 4 * ((row + 1) * width + column)
    return data[pixel + 3] > 150 && [0, 1, 2].every((part) => Math.abs(data[pixel + part] - colour[part]) < near)
  })
  const colourOf = ([family]) => {
    const context = document.createElement('canvas').getContext('2d')
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--fault-' + family).trim()
    context.fillRect(0, 0, 1, 1)
    return context.getImageData(0, 0, 1, 1).data
  }
  const colours = rows.map(colourOf)
  return places.map((place) => rows.filter((row, index) => has(place, row, colours[index])).map(([family]) => family))
}`
