// The viewer in a real browser, of traces that are not there as a whole: cut, damaged, or too long for a page.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { hasBrowser, keepPicture, openPage, type OpenPage, startBrowser } from './testing/browser.ts'
import { Workplace } from './testing/workplace.ts'
import { viewerBundle } from './viewer-bundle.ts'
import { packTrace, pageHtml } from '../reports/index.ts'
import { TraceFile } from '../sim/index.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe.runIf(hasBrowser())('in a browser', () => {
  let place: Workplace
  let browser: Browser
  /** The shrunk failure that a sweep has kept. */
  let failure: string

  beforeAll(async () => {
    place = new Workplace()
    browser = await startBrowser()
    await place.faultline('sweep', 'zoo/split-brain', '--seeds', '1..3')
    const folder = '.faultline/split-brain'
    const [cause = ''] = readdirSync(place.path(folder)).filter((name) => name.startsWith('linearizable'))
    failure = join(folder, cause, 'shrunk.ndjson.gz')
    await place.faultline('report', failure, '--html', 'failure.html')
  })

  afterAll(async () => {
    await browser.close()
    place.remove()
  })

  const open = (name: string): Promise<OpenPage> => openPage(browser, place.path(name))

  test('a part begins where it was cut, and shows what lasted then: roles, faults, open calls', async () => {
    const { page: whole } = await open('failure.html')
    await whole.keyboard.press('v')
    await whole.click('#tab-state')
    const states = await whole.innerText('.panel')
    const legend = await whole.innerText('.legend')
    await place.faultline('report', failure, '--html', 'part.html', '--from', '#140')
    const { page, complaints } = await open('part.html')
    expect(await page.innerText('.partial')).toContain('events 140 to 276 of 276')
    expect(await page.innerText('.count')).toBe('137 events')
    const least = Number(await page.getAttribute('.scrubber', 'aria-valuemin'))
    expect(least).toBeGreaterThan(0)
    expect(await page.innerText('.legend')).toBe(legend)
    await page.keyboard.press('v')
    await page.click('#tab-state')
    expect(await page.innerText('.panel')).toBe(states)
    expect(states).toMatch(/primary\s+2/)
    // Back to the beginning, and to where it began for all that was cut off.
    await page.keyboard.press('Escape')
    await page.focus('.scrubber')
    await page.keyboard.press('Home')
    expect(Number(await page.getAttribute('.scrubber', 'aria-valuenow'))).toBe(least)
    await page.keyboard.press('0')
    await keepPicture(page, 'part')
    expect(complaints).toEqual([])
  })

  test('of a damaged trace it says what is not there', async () => {
    const text = gunzipSync(readFileSync(place.path(failure)))
    writeFileSync(place.path('cut.ndjson'), text.subarray(0, Math.floor(text.length / 2)))
    await place.faultline('report', 'cut.ndjson', '--html', 'cut.html', '--partial')
    const { page, complaints } = await open('cut.html')
    expect(await page.innerText('.partial')).toMatch(
      /^Partial: only what stands before the damage: cut\.ndjson:\d+: got the end of the file/,
    )
    expect(await page.innerText('.badge')).toBe('? not known how it ended')
    expect(complaints).toEqual([])
  })

  test('of a run that is too long it says which part is here', async () => {
    const trace = await TraceFile.open(place.path(failure))
    const bounds = { eventsMax: 100, bytesMax: 1e6 }
    const { info, sections } = await packTrace(trace, { name: 'long', command: 'replay' }, 0, { bounds })
    writeFileSync(
      place.path('part.html'),
      pageHtml({ view: 'trace', runs: [info] }, sections, await viewerBundle()),
    )
    const { page, complaints } = await open('part.html')
    expect(await page.innerText('.partial')).toMatch(/events \d+ to \d+ of 276/)
    const panel = await page.innerText('.panel')
    const found = Number(/found\s+at event #(\d+)/.exec(panel)?.[1])
    expect(found).toBe(trace.footer?.violations[0]?.['seq'])
    expect(await page.innerText('.partial')).toContain(`events ${found - 90} to`)
    expect(panel).not.toContain('which is not on this page')
    await page.keyboard.press('v')
    expect(complaints).toEqual([])
  })
})
