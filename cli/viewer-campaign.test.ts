// The page of a campaign in a real browser: what its cells say of what sweeps recorded, and what its plots show.
import { appendFileSync, readFileSync } from 'node:fs'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { bandsExpected, bandsSeen } from './testing/bands.ts'
import { hasBrowser, keepPicture, type Look, openPage, startBrowser } from './testing/browser.ts'
import { storeCampaign } from './testing/store-campaign.ts'
import { Workplace } from './testing/workplace.ts'
import type { SweepRecord } from '../reports/index.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const folder = '.faultline/store'
const records = `${folder}/sweeps.ndjson`
const quick = ['--shrink-seconds', '0', '--effects', '0'] as const

describe.runIf(hasBrowser())('in a browser', () => {
  let place: Workplace
  let browser: Browser
  /** The page as one opens it. */
  let page: Page
  /** What went wrong in the page that was opened last. */
  let complaints: readonly string[] = []

  beforeAll(async () => {
    place = new Workplace()
    place.write('store.ts', storeCampaign)
    const starting = startBrowser()
    await place.faultline('sweep', 'store.ts', '--seeds', '1..11', ...quick)
    await place.faultline('sweep', 'store.ts', '--seeds', '1..2', '--set', 'bug=none', ...quick)
    await place.faultline('report', folder, '--html', 'campaign.html')
    browser = await starting
    page = await open()
  })

  afterAll(async () => {
    await browser.close()
    place.remove()
  })

  const open = async (look?: Look): Promise<Page> => {
    const opened = await openPage(browser, place.path('campaign.html'), look)
    complaints = opened.complaints
    return opened.page
  }

  const recorded = (): readonly SweepRecord[] =>
    readFileSync(place.path(records), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as SweepRecord)

  test('failures by cause: how many seeds, their share, the first one, and that one of them is kept', async () => {
    expect(await page.innerText('.subtitle')).toBe('3 kept failures, 2 sweeps of 13 seeds')
    expect(await cellsOf(page, section('Failures by cause'))).toEqual([
      [
        expect.stringMatching(/^✗ raft safety one vote per term: store-# voted/),
        '4',
        '67 %',
        '2',
        'yes, below',
      ],
      [
        expect.stringMatching(/^✗ no uncaught error store-#: Error: must hold: a comm/),
        '1',
        '17 %',
        '10',
        'yes, below',
      ],
      [
        expect.stringMatching(/^✗ raft safety committed entries stay: store-# rem/),
        '1',
        '17 %',
        '11',
        'yes, below',
      ],
    ])
    const kept = await page.locator('.failure h3').allInnerTexts()
    expect(kept.toSorted()).toEqual([
      '✗ no uncaught error seed 10',
      '✗ raft safety seed 11',
      '✗ raft safety seed 2',
    ])
  })

  test('what was not tested: warnings of the last sweep, points that no seed reached, and those that some did', async () => {
    const [first, last] = recorded()
    expect(await page.locator('.warnings li').allInnerTexts()).toEqual(last?.warnings)
    expect(last?.warnings).toContain('invariant "locks are free" never looked at anything')
    const [, second = 0] = first?.points.find(([point]) => point === 'a second one leads') ?? []
    const [, again = 0] = last?.points.find(([point]) => point === 'a second one leads') ?? []
    expect(second + again).toBeGreaterThan(0)
    expect(await page.locator(`${section('Points that some run should reach')} li`).allInnerTexts()).toEqual([
      '✗ none of 13 seeds reached “a lock is taken”',
      '✓ 13 of 13 seeds reached “somebody leads”',
      `✓ ${second + again} of 13 seeds reached “a second one leads”`,
    ])
    const effects = await page.locator(`${section('Faults that had an effect')} li`).allInnerTexts()
    expect(effects).toEqual([
      expect.stringMatching(/^✓ crash: \d+ of \d+$/),
      expect.stringMatching(/^✓ partition: /),
    ])
  })

  test('which faults hit servers in which role, in how many runs, and what never happened', async () => {
    const table = section('Which faults hit nodes in which state')
    expect(await page.innerText(table)).toContain('counted over the seeds of all sweeps')
    const [, ...states] = await page.locator(`${table} thead th`).allInnerTexts()
    expect(states).toEqual(['candidate', 'follower', 'leader', 'pre-candidate', 'no state'])
    const coverage = recorded().flatMap((record) => record.coverage)
    const count = (fault: string, state: string): number =>
      coverage.reduce((sum, each) => sum + (each.fault === fault && each.state === state ? each.count : 0), 0)
    const cells = await cellsOf(page, table)
    expect(cells).toEqual(
      ['crash', 'partition'].map((fault) => [
        fault,
        ...states.map((state) => String(count(fault, state) || 'never')),
      ]),
    )
    for (const fault of ['crash', 'partition'])
      for (const state of ['follower', 'leader'])
        expect(count(fault, state), `${fault} at ${state}`).toBeGreaterThan(0)
    expect(cells.flat()).toContain('never')
  })

  test('seeds over time: a line for each sweep, and a plot of both', async () => {
    const progress = section('Seeds over time')
    const [first, last] = await cellsOf(page, `${progress} table.stacked`)
    expect(first?.slice(1, 5)).toEqual(['1..11', '5', '6', '0'])
    expect(last?.slice(1, 5)).toEqual(['1..2', '2', '0', '0'])
    // At its right end stands what all sweeps come to.
    await pointAt(page.locator(`${progress} .plot`), 1)
    expect(await page.locator(`${progress} .u-value`).allInnerTexts()).toEqual([
      expect.stringMatching(/^\d+\.\d{3}s$/),
      '13',
      '6',
    ])
  })

  test('what clients saw: failures first, and of a run that passed its faults behind', async () => {
    const plots = section('What clients saw')
    const options = await page.locator(`${plots} option`).allInnerTexts()
    const [first, last] = recorded()
    const passed = options.findIndex((name) => name.startsWith('passed: '))
    expect(passed).toBe(3)
    expect(
      options.slice(0, passed).every((name) => /^failed: (raft safety|no uncaught error), seed/.test(name)),
    ).toBe(true)
    expect(options.slice(passed)).toEqual([
      expect.stringMatching(`^passed: seed ${last?.run?.seed} of 1\\.\\.2, 20`),
      expect.stringMatching(`^passed: seed ${first?.run?.seed} of 1\\.\\.11, 20`),
    ])
    await page.locator(`${plots} select`).selectOption({ index: passed })
    const run = last?.run
    if (run === undefined) throw new Error('wanted a run of the last sweep')
    const { series, bands } = run
    expect(new Set(bands.map(({ label }) => label))).toEqual(new Set(['crash', 'partition']))
    expect(await page.locator('.band-legend li').allInnerTexts()).toEqual([
      'node: crash',
      'network: partition',
    ])
    const expected = bandsExpected(run)
    const times = expected.map(([at]) => at)
    expect(new Set(expected.map(([, ...families]) => families.join()))).toContain('')
    await expect.poll(() => bandsSeen(page, 'What clients saw', run, times)).toEqual(expected)
    // What stands under the pointer, in both plots.
    const place = series.p50.findIndex((each, index) => each !== null && each < (series.p95[index] ?? 0))
    const [begin, end] = [series.at[0] ?? 0, series.at.at(-1) ?? 0]
    const share = ((series.at[place] ?? 0) - begin) / (end - begin)
    const [rates, latencies] = await page.locator(`${plots} .plot`).all()
    await pointAt(rates, share)
    const at = `${((series.at[place] ?? 0) / 1e9).toFixed(3)}s`
    const [rateAt, ok] = (await rates?.locator('.u-value').allInnerTexts()) ?? []
    expect(rateAt).toBe(at)
    expect(Math.abs(Number(ok) - (series.rate[place] ?? Number.NaN))).toBeLessThan(1)
    await pointAt(latencies, share)
    const [latencyAt, ...percentiles] = (await latencies?.locator('.u-value').allInnerTexts()) ?? []
    expect(latencyAt).toBe(at)
    for (const [line, column] of [series.p50, series.p95, series.p99].entries()) {
      const wanted = column[place] ?? Number.NaN
      expect(Math.abs(nanoseconds(percentiles[line]) - wanted) / wanted).toBeLessThan(0.01)
    }
    expect(complaints).toEqual([])
  })

  test.each([1280, 400])('at %i pixels, light and dark, nothing is cut off', async (width) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open({ width, colorScheme })
      expect(
        await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
      ).toBeLessThanOrEqual(0)
      const cut = `[...document.querySelectorAll('.scrolled')].map((each) => each.scrollWidth - each.clientWidth)`
      expect(Math.max(...(await page.evaluate<number[]>(cut)))).toBeLessThanOrEqual(0)
      expect(await page.locator('.u-wrap canvas').count()).toBe(3)
      expect(complaints).toEqual([])
      await keepPicture(page, `store-campaign-${width}-${colorScheme}`)
      await page.close()
    }
  })

  test('a line that is no record is named, left out, and no markup', async () => {
    appendFileSync(place.path(records), '{"begin":"<img src=x onerror=alert(1)>","wallMs":"long"}\n')
    await place.faultline('report', folder, '--html', 'campaign.html')
    const page = await open()
    expect(await page.innerText('.note')).toBe(
      `${records}: line 3 is no record of a sweep, and left out: wallMs: got "long", wanted a number of at least 0`,
    )
    expect(await page.innerText('.subtitle')).toContain('2 sweeps of 13 seeds')
    expect(complaints).toEqual([])
    await page.close()
  })
})

/** A duration as it is shown, such as `1.25ms`. */
function nanoseconds(text: string | undefined): number {
  const [, count, unit = ''] = /^([\d.]+)(ns|µs|ms|s)$/.exec(text ?? '') ?? []
  return Number(count) * ({ ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }[unit] ?? Number.NaN)
}

/** The section under a heading. */
function section(heading: string): string {
  return `section:has(> h2:text-is("${heading}"))`
}

/** Puts the pointer over a plot, so far from its left end to its right one. */
async function pointAt(plot: Locator | undefined, share: number): Promise<void> {
  const over = plot?.locator('.u-over')
  const { width = 0, height = 0 } = (await over?.boundingBox()) ?? {}
  await over?.hover({ position: { x: Math.min(width - 1, width * share), y: height / 2 } })
}

/** The texts of a table's cells, row by row. */
async function cellsOf(page: Page, inside: string): Promise<readonly (readonly string[])[]> {
  const rows = await page.locator(`${inside} tbody tr`).all()
  return Promise.all(
    rows.map(async (row) =>
      (await row.locator('th, td').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
    ),
  )
}
