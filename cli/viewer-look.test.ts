// How the viewer looks: without colours, and on a narrow screen.
import { writeFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { hasBrowser, keepPicture, openPage, startBrowser } from './testing/browser.ts'
import { crowdTrace, stylesTrace } from './testing/styles-trace.ts'
import { alike, deficiencies, differenceOf, type Sample, samplesOf } from './testing/vision.ts'
import { Workplace } from './testing/workplace.ts'
import { TraceFile } from '../sim/index.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Of the pixels of two marks, so many must differ in lightness alone. */
const shareMin = 0.12
/** More messages than are drawn as arrows. */
const crowd = 6000

describe.runIf(hasBrowser())('in a browser', () => {
  let place: Workplace
  let browser: Browser

  beforeAll(async () => {
    place = new Workplace()
    browser = await startAll()
  })

  afterAll(async () => {
    await browser.close()
    place.remove()
  })

  async function startAll(): Promise<Browser> {
    await place.faultline('run', 'zoo/split-brain', '--seed', '1', '--trace', 'real.ndjson')
    const real = await TraceFile.open(place.path('real.ndjson'))
    writeFileSync(place.path('one.ndjson'), stylesTrace(real))
    writeFileSync(place.path('two.ndjson'), stylesTrace(real, 5))
    const told = await place.faultline('diff', 'one.ndjson', 'two.ndjson', '--html', 'styles.html')
    if (told.error !== '') throw new Error(told.error)
    return startBrowser()
  }

  test.each(['light', 'dark'] as const)(
    'in %s, marks of the legend are told apart by form or lightness with every deficiency',
    async (colorScheme) => {
      const { page, complaints } = await openPage(browser, place.path('styles.html'), {
        colorScheme,
        height: 1600,
      })
      await keepPicture(page, `styles-${colorScheme}`)
      for (const type of deficiencies) {
        const samples = await samplesOf(page, groups, type)
        expect(samples.map(({ length }) => length)).toEqual([8, 5, 5, 2])
        expect(
          samples.map((group) => alike(group, shareMin)),
          type,
        ).toEqual([[], [], [], []])
      }
      expect(complaints).toEqual([])
    },
  )

  test('at 400 pixels nothing is wider than its room: run, comparison, campaign', async () => {
    await place.faultline('sweep', 'zoo/split-brain', '--seeds', '1..3')
    await place.faultline('report', '.faultline/split-brain', '--html', 'campaign.html')
    await place.faultline('report', 'real.ndjson', '--html', 'run.html')
    for (const name of ['run', 'styles', 'campaign']) {
      const { page, complaints } = await openPage(browser, place.path(`${name}.html`), { width: 400 })
      const tabs = await page.locator('.tabs button').count()
      for (let tab = 0; tab < Math.max(1, tabs); tab++) {
        if (tabs > 0) await page.locator('.tabs button').nth(tab).click()
        expect(await tooWide(page), `${name}, tab ${tab}`).toEqual([])
      }
      for (const title of name === 'campaign' ? [] : ['Nodes', 'Kinds']) {
        await page.click(`summary:has-text("${title}")`)
        expect(await page.evaluate('document.documentElement.scrollWidth'), title).toBe(400)
        await page.click(`summary:has-text("${title}")`)
      }
      await keepPicture(page, `narrow-${name}`)
      await page.evaluate(`(() => {
        const wide = document.createElement('p')
        wide.append('a_name_without_a_place_to_break_it_'.repeat(9))
        document.querySelector('main').append(wide)
      })()`)
      expect((await tooWide(page)).join(' ')).toContain('p ')
      expect(complaints).toEqual([])
    }
  })

  test('at 1280 pixels a comparison has its tabs in one row, and the time beside the tools', async () => {
    const { page } = await openPage(browser, place.path('styles.html'))
    const rowsOf = (selector: string): Promise<string> => page.evaluate(`rowsOf('${selector}')`)
    await page.evaluate(`globalThis.rowsOf = (selector) => {
      const middles = [...document.querySelectorAll(selector)].map((each) => each.offsetTop + each.offsetHeight / 2)
      return Math.max(...middles) - Math.min(...middles) < 10 ? 'one row' : middles.join()
    }`)
    expect(await page.locator('.tabs button').count()).toBe(6)
    expect(await rowsOf('.tabs button')).toBe('one row')
    expect(await page.locator('.toolbar .time').count()).toBe(1)
    expect(await rowsOf('[aria-label="Time"].toolbar > *')).toBe('one row')
    // Nor where instants have a digit more.
    await page.evaluate(`document.querySelector('.toolbar .time').prepend('12')`)
    expect(await rowsOf('[aria-label="Time"].toolbar > *')).toBe('one row')
    await keepPicture(page, 'comparison-rows')
  })

  test('a crowd of messages is drawn as marks, and moving the cursor draws nothing anew', async () => {
    const real = await TraceFile.open(place.path('real.ndjson'))
    writeFileSync(place.path('crowd.ndjson'), crowdTrace(real, crowd))
    const told = await place.faultline('report', 'crowd.ndjson', '--html', 'crowd.html')
    expect(told.error).toBe('')
    const { page, complaints } = await openPage(browser, place.path('crowd.html'))
    expect(await page.innerText('.legend .crowded')).toContain('messages in sight: zoom in for arrows')
    await page.evaluate(`(() => {
      globalThis.cleared = 0
      const canvas = document.querySelector('.diagram canvas')
      const context = canvas.getContext('2d')
      const fill = context.fillRect.bind(context)
      context.fillRect = (...box) => { globalThis.cleared++; fill(...box) }
    })()`)
    const cursor = (): Promise<string | null> => page.getAttribute('.diagram .cursor', 'style')
    const before = await cursor()
    const box = await page.locator('.scrubber canvas').boundingBox()
    await page.mouse.click((box?.x ?? 0) + 700, (box?.y ?? 0) + 20)
    await expect.poll(cursor).not.toBe(before)
    expect(await page.evaluate('cleared')).toBe(0)
    await page.click('[aria-label="Zoom in"]')
    await expect.poll(() => page.evaluate('cleared')).toBeGreaterThan(0)
    await keepPicture(page, 'crowd')
    expect(complaints).toEqual([])
  })

  test('the state panel says how much more there is than it shows', async () => {
    const { page } = await openPage(browser, place.path('styles.html'))
    const box = await page.locator('.scrubber canvas').boundingBox()
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 20, (box?.y ?? 0) + 20)
    await page.click('#tab-state')
    const panel = await page.innerText('.panel')
    expect(panel).toContain('… and 5 more')
    expect(panel).toMatch(/open calls[^]*, … and 4 more/)
  })

  test('two marks of the same form and lightness are found to be alike, whatever their hues', async () => {
    const { page } = await openPage(browser, place.path('styles.html'), { height: 1600 })
    // Blue and red that achromatopsia makes one grey, and the same bar twice.
    await page.evaluate(`(() => {
      const colours = ['rgb(0, 114, 178)', 'rgb(187, 79, 0)']
      const bars = [...document.querySelectorAll('.legend .state')].slice(0, colours.length)
      for (const [place, bar] of bars.entries()) {
        const context = bar.getContext('2d')
        context.fillStyle = colours[place]
        context.fillRect(0, 1, bar.width, 9)
      }
    })()`)
    const [bars = []] = await samplesOf(page, groups, 'achromatopsia')
    const found = alike(bars, shareMin)
    expect(found).toEqual(['leader and follower: 0 %'])
  })
})

/** What must be told apart: roles, fates of messages, families of faults, and of which run something is. */
const groups = ['.legend .state', '.legend .fate', '.legend .fault', '.legend .only'] as const

test('a difference in lightness is one, a shift of stripes is none', () => {
  const striped = (name: string, dark: number, shift: number): Sample => ({
    name,
    width: 36,
    height: 10,
    light: Array.from({ length: 360 }, (_, at) => (((at % 36) + shift) % 9 < 4 && at > 36 ? dark : 100)),
  })
  expect(differenceOf(striped('a', 40, 0), striped('b', 40, 3))).toBe(0)
  expect(differenceOf(striped('a', 40, 0), striped('b', 70, 0))).toBeGreaterThan(0.9)
})

/** The elements that hold something wider than themselves; pictures, and what nobody sees, left out. */
function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`[...document.querySelectorAll('body, body *')]
    .filter((each) => each.clientWidth > 0 && !each.closest('svg, canvas, .announcer, .cursor, .choices, .u-over, .u-under'))
    .filter((each) => getComputedStyle(each).display !== 'inline' && each.scrollWidth > each.clientWidth + 1)
    .map((each) => each.localName + ' ' + each.className + ' ' + each.scrollWidth + ' > ' + each.clientWidth)`)
}
