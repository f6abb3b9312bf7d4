// What the canvas of the diagram really paints: where messages were lost, late and copied, and that its marks are told apart
// without colours. Positions follow from the traces, whose instants and lanes are known.
import { writeFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { hasBrowser, keepPicture, openPage, startBrowser } from './testing/browser.ts'
import { fateAt, fatesTrace, lasts, shownFates } from './testing/fates-trace.ts'
import { type Area, type Ink, inkOn } from './testing/ink.ts'
import { alike, type Box, deficiencies, samplesIn } from './testing/vision.ts'
import { Workplace } from './testing/workplace.ts'
import { TraceFile } from '../sim/index.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Of the pixels of two marks, so many must differ in lightness alone. */
const shareMin = 0.12
/** More messages than are drawn as arrows. */
const crowd = 2000
const marked = ['late', 'duplicated', 'lost'] as const

/** Where lanes lie in a picture of eight nodes and five faults: from its top, in pixels. */
const axis = 24
const gap = 6
const faultsHeight = 79
const faultRow = 15
const laneHeight = 48
const gutter = 116
const middleOf = (lane: number): number =>
  axis + gap + faultsHeight + gap + lane * (laneHeight + gap) + laneHeight / 2

describe.runIf(hasBrowser())('in a browser', () => {
  let place: Workplace
  let browser: Browser

  beforeAll(async () => {
    place = new Workplace()
    await place.faultline('run', 'zoo/split-brain', '--seed', '1', '--trace', 'real.ndjson')
    const real = await TraceFile.open(place.path('real.ndjson'))
    for (const [name, fates, others] of [
      ['arrows', shownFates, 60],
      ['usual-arrows', ['delivered'], 60],
      ['marks', shownFates, crowd],
      ['usual-marks', ['delivered'], crowd],
    ] as const) {
      writeFileSync(place.path(`${name}.ndjson`), fatesTrace(real, fates, others))
      const told = await place.faultline('report', `${name}.ndjson`, '--html', `${name}.html`)
      if (told.error !== '') throw new Error(told.error)
    }
    browser = await startBrowser()
  })

  afterAll(async () => {
    await browser.close()
    place.remove()
  })

  test.each(['light', 'dark'] as const)(
    'in %s, what became of single messages stands where it happened, and nowhere in a run where all went well',
    async (colorScheme) => {
      const { page } = await openPage(browser, place.path('arrows.html'), { colorScheme })
      await keepPicture(page, `arrows-${colorScheme}`)
      const usual = await openPage(browser, place.path('usual-arrows.html'), { colorScheme })
      for (const fate of marked) {
        const area = between(await xOf(page, fateAt[fate]))
        expect((await inkOn(page, `fate-${fate}`, area)).count, fate).toBeGreaterThan(20)
        expect((await inkOn(page, `fate-${fate}`, between(await xOf(page, 5800)))).count).toBe(0)
        expect((await inkOn(usual.page, `fate-${fate}`, area)).count, fate).toBe(0)
      }
      const lost = await inkOn(page, 'fate-lost', between(await xOf(page, fateAt.lost)))
      // What was lost does not reach the other lane.
      expect(lost.y).toBeLessThan((middleOf(0) + middleOf(1)) / 2 + 5)
    },
  )

  test.each(['light', 'dark'] as const)(
    'in %s, what became of messages of a crowd stands on the lane that they were for, and no mark where all went well',
    async (colorScheme) => {
      const { page } = await openPage(browser, place.path('marks.html'), { colorScheme })
      await keepPicture(page, `marks-${colorScheme}`)
      expect(await page.innerText('.legend .crowded')).toContain('messages in sight')
      const usual = await openPage(browser, place.path('usual-marks.html'), { colorScheme })
      for (const fate of marked) {
        const { count } = await markOf(page, fate)
        expect(count, fate).toBeGreaterThan(2)
        expect((await markOf(usual.page, fate)).count, fate).toBe(0)
      }
      expect((await markOf(page, 'lost')).y).toBeLessThan(middleOf(1))
      expect((await markOf(page, 'late')).y).toBeGreaterThan(middleOf(1))
      expect((await markOf(page, 'duplicated')).y).toBeGreaterThan(middleOf(1))
    },
  )

  test('marks of a crowd stay where they are in time while somebody pans', async () => {
    const { page } = await openPage(browser, place.path('marks.html'))
    const before = await markOf(page, 'lost')
    await page.click('[aria-label="Zoom in"]')
    await expect.poll(async () => (await page.innerText('.time')).includes('6.25')).toBe(true)
    const box = (await page.locator('.diagram canvas').boundingBox()) ?? { x: 0, y: 0 }
    const everywhere = { x: gutter, y: middleOf(1) - 20, width: 600, height: 40 }
    const zoomed = await inkOn(page, 'fate-duplicated', everywhere)
    expect(before.count).toBeGreaterThan(0)
    expect(zoomed.count).toBeGreaterThan(0)
    await page.mouse.move(box.x + 500, box.y + middleOf(3))
    await page.mouse.down()
    await page.mouse.move(box.x + 440, box.y + middleOf(3), { steps: 5 })
    await page.mouse.up()
    const panned = await inkOn(page, 'fate-duplicated', everywhere)
    expect(Math.abs(panned.x - zoomed.x + 60)).toBeLessThan(1.5)
  })

  test.each(['light', 'dark'] as const)(
    'in %s, what the canvas paints is told apart by form or lightness with every deficiency',
    async (colorScheme) => {
      const { page } = await openPage(browser, place.path('arrows.html'), { colorScheme })
      const marks = await openPage(browser, place.path('marks.html'), { colorScheme })
      const groups = [await statesOn(page), await faultsOn(page), await arrowsOn(page)]
      expect(groups.map(({ length }) => length)).toEqual([8, 5, 5])
      const markBoxes = await marksOn(marks.page)
      for (const type of deficiencies) {
        // One picture for all: taking it is what takes time.
        const samples = [...(await samplesIn(page, groups.flat(), type))]
        const apart = groups.map(({ length }) => alike(samples.splice(0, length), shareMin))
        apart.push(alike(await samplesIn(marks.page, markBoxes, type), shareMin))
        expect(apart, type).toEqual([[], [], [], []])
      }
      // Of the same place twice nothing differs: what passes above could have failed.
      const [first] = await statesOn(page)
      const twice = await samplesIn(page, [first!, first!], 'none')
      expect(alike(twice, shareMin)).toHaveLength(1)
    },
  )
})

/** Where an instant of these runs, in microseconds, lies on the canvas. */
async function xOf(page: Page, at: number): Promise<number> {
  const width = await page.evaluate<number>("document.querySelector('.diagram canvas').clientWidth")
  return gutter + (at / lasts) * (width - gutter)
}

/** What is drawn between the first two lanes beside an instant; not what stands on the lanes. */
function between(x: number): Area {
  return { x: Math.round(x) - 12, y: middleOf(0) + 8, width: 40, height: middleOf(1) - middleOf(0) - 12 }
}

/** The mark of a fate, which stands in a column that the instant lies in, above or below the lane. */
async function markOf(page: Page, fate: (typeof marked)[number]): Promise<Ink> {
  const x = Math.round(await xOf(page, fateAt[fate]))
  return inkOn(page, `fate-${fate}`, { x: x - 20, y: middleOf(1) - 24, width: 40, height: 56 })
}

async function boxOn(page: Page, name: string, area: Area): Promise<Box> {
  const canvas = await page.locator('.diagram canvas').boundingBox()
  return { ...area, name, x: area.x + (canvas?.x ?? 0), y: area.y + (canvas?.y ?? 0) }
}

/** The bar of each role, where nothing else stands on it. */
async function statesOn(page: Page): Promise<readonly Box[]> {
  const x = Math.round(await xOf(page, 4000))
  const lanes = Array.from({ length: 8 }, (_, lane) => lane)
  return Promise.all(
    lanes.map((lane) => boxOn(page, `role ${lane}`, { x, y: middleOf(lane) - 7, width: 70, height: 14 })),
  )
}

async function faultsOn(page: Page): Promise<readonly Box[]> {
  const x = Math.round(await xOf(page, 5000))
  const rows = Array.from({ length: 5 }, (_, row) => row)
  return Promise.all(
    rows.map((row) =>
      boxOn(page, `fault ${row}`, { x, y: axis + gap + row * faultRow, width: 40, height: faultRow + 1 }),
    ),
  )
}

async function arrowsOn(page: Page): Promise<readonly Box[]> {
  return Promise.all(
    shownFates.map(async (fate) => boxOn(page, fate, between(await xOf(page, fateAt[fate])))),
  )
}

async function marksOn(page: Page): Promise<readonly Box[]> {
  return Promise.all(
    marked.map(async (fate) => {
      const { x, y } = await markOf(page, fate)
      return boxOn(page, fate, { x: Math.round(x) - 10, y: Math.round(y) - 6, width: 20, height: 12 })
    }),
  )
}
