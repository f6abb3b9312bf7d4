// How the viewer looks: without colours, and on a narrow screen.
import { writeFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { hasBrowser, keepPicture, openPage, startBrowser } from './testing/browser.ts'
import { stylesTrace } from './testing/styles-trace.ts'
import { alike, deficiencies, differenceOf, type Sample, samplesOf } from './testing/vision.ts'
import { Workplace } from './testing/workplace.ts'
import { TraceFile } from '../sim/index.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Of the pixels of two marks, so many must differ in lightness alone. */
const shareMin = 0.12

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
      for (const type of deficiencies)
        for (const [group, count] of groups) {
          const samples = await samplesOf(page, group, type)
          expect(samples).toHaveLength(count)
          expect(alike(samples, shareMin), `${type}, ${group}`).toEqual([])
        }
      expect(complaints).toEqual([])
    },
  )

  test('two marks of the same form and lightness are found to be alike, whatever their hues', async () => {
    const { page } = await openPage(browser, place.path('styles.html'), { height: 1600 })
    // Blue and red that achromatopsia makes one grey, and the same bar twice.
    await page.evaluate(`(() => {
      const [one, other] = document.querySelectorAll('.legend .state-bar')
      other.innerHTML = one.innerHTML
      one.querySelector('rect').setAttribute('fill', 'rgb(0, 114, 178)')
      other.querySelector('rect').setAttribute('fill', 'rgb(187, 79, 0)')
    })()`)
    const found = alike(await samplesOf(page, '.legend .state-bar', 'achromatopsia'), shareMin)
    expect(found).toEqual(['leader and follower: 0 %'])
  })
})

const groups = [
  ['.legend .state-bar', 8],
  ['.legend .fate', 5],
  ['.legend .swatch.fault', 5],
  ['.legend .only', 2],
] as const

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
