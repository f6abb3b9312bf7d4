// The viewer in a real browser: what it shows of real failures, by keyboard alone, in every size and theme, and that
// nothing of a trace is taken for markup.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import {
  hasBrowser,
  keepPicture,
  type Look,
  openPage,
  type OpenPage,
  startBrowser,
} from './testing/browser.ts'
import { Workplace } from './testing/workplace.ts'
import { encodeTrace, type Event, TraceFile } from '../sim/index.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe.runIf(hasBrowser())('in a browser', () => {
  let place: Workplace
  let browser: Browser

  beforeAll(async () => {
    place = new Workplace()
    browser = await startBrowser()
    await place.faultline('sweep', 'zoo/split-brain', '--seeds', '1..3')
    await place.faultline('report', shrunk(), '--html', 'failure.html')
  })

  afterAll(async () => {
    await browser.close()
    place.remove()
  })

  /** The shrunk failure that the sweep has kept. */
  function shrunk(): string {
    const folder = '.faultline/split-brain'
    const [cause = ''] = readdirSync(place.path(folder)).filter((name) => name.startsWith('linearizable'))
    return join(folder, cause, 'shrunk.ndjson.gz')
  }

  const open = (name: string, look?: Look): Promise<OpenPage> => openPage(browser, place.path(name), look)

  test('a shrunk failure: its invariant, the calls without an order, what led to it, how to run it again', async () => {
    const { page, complaints } = await open('failure.html')
    expect(await page.title()).toBe('zoo/split-brain seed 1 · Faultline')
    const panel = await page.innerText('.panel')
    expect(panel).toContain('linearizable register')
    expect(panel).toContain('no order of these 2 operations is legal')
    expect(panel).toContain(`npx faultline replay ${shrunk()}`)
    expect(await page.locator('.bar.witness').count()).toBe(2)
    expect(await page.locator('.bar small').first().innerText()).toMatch(/^at 1\.\d+s, [\d.]+(µs|us|ms)$/)
    expect(await page.locator('.event-link.marked').count()).toBe(4)
    expect(await colours(page)).toBeGreaterThan(8)
    await keepPicture(page, 'failure')
    await page.click('text=Show it close up')
    await keepPicture(page, 'failure-close-up')
    expect(complaints).toEqual([])
  })

  test('with the keyboard alone: to the violation, along causes, to faults, through time, and around', async () => {
    const { page, complaints } = await open('failure.html')
    const said = (): Promise<string> => page.innerText('.announcer')
    await page.keyboard.press('v')
    expect(await said()).toMatch(/^Event 180 .* operation client-3: invoke write client-3\.22/)
    await page.keyboard.press('ArrowUp')
    expect(await said()).toMatch(/^Event 178 .* timer-fire/)
    await page.keyboard.press('ArrowDown')
    expect(await said()).toMatch(/^Event 1[78]\d /)
    await page.keyboard.press('0')
    await page.keyboard.press('Escape')
    await page.keyboard.press('F')
    expect(await said()).toMatch(/fault-(begin|end)/)
    const before = await page.innerText('.time')
    await page.keyboard.press('+')
    expect(await page.innerText('.time')).not.toBe(before)
    await page.keyboard.press('ArrowRight')
    expect(await said()).toMatch(/^Event \d+ /)
    await page.keyboard.press(']')
    await page.keyboard.press('[')
    await page.keyboard.press('?')
    expect(await page.isVisible('.help')).toBe(true)
    await page.keyboard.press('t')
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark')
    expect(complaints).toEqual([])
  })

  test('everything that has a button is reached by tab, and shows that it is', async () => {
    const { page } = await open('failure.html')
    const reached = new Set<string>()
    for (let times = 0; times < 40; times++) {
      await page.keyboard.press('Tab')
      reached.add(
        await page.evaluate<string>(
          "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''",
        ),
      )
    }
    for (const name of [
      'Dark',
      'Play',
      'Next event',
      'Next fault',
      'Zoom in',
      'Only events with this text',
      'Time',
    ])
      expect([...reached]).toContain(name)
    await page.focus('#tab-violation')
    await page.keyboard.press('ArrowRight')
    expect(await page.getAttribute('#tab-event', 'aria-selected')).toBe('true')
  })

  test('the state of every node at the cursor', async () => {
    const { page } = await open('failure.html')
    await page.keyboard.press('v')
    await page.click('#tab-state')
    const panel = await page.innerText('.panel')
    expect(panel).toMatch(/store-1 up[\s\S]*primary\s+2/)
    expect(panel).toMatch(/client-3 up[\s\S]*open calls\s+write client-3\.22/)
  })

  test('filters by text, node and kind, and steps only where something is shown', async () => {
    const { page } = await open('failure.html')
    await page.keyboard.press('/')
    await page.keyboard.type('client-3.22')
    await page.keyboard.press('Escape')
    const count = await page.innerText('.count')
    expect(count).toMatch(/^\d+ of 276 events$/)
    await page.keyboard.press('ArrowRight')
    expect(await page.innerText('.announcer')).toContain('client-3.22')
    await page.click('text=Show all')
    await page.keyboard.press('/')
    await page.keyboard.type('#17')
    await page.keyboard.press('Enter')
    expect(await page.getAttribute('#tab-event', 'aria-selected')).toBe('true')
    expect(await page.innerText('.panel')).toContain('#17')
    await page.keyboard.press('ArrowUp')
    expect(await page.innerText('.panel')).toMatch(/What came of it \(1\)\s+#17 /)
    await page.click('text=Show all')
    await page.click('summary:has-text("Kinds")')
    await page.click('.choices >> visible=true >> text=None')
    expect(await page.innerText('.count')).toBe('0 of 276 events')
  })

  test('playing goes on by itself', async () => {
    const { page } = await open('failure.html')
    const before = await page.getAttribute('.scrubber', 'aria-valuenow')
    await page.keyboard.press(' ')
    await expect.poll(() => page.getAttribute('.scrubber', 'aria-valuenow')).not.toBe(before)
    expect(await page.isVisible('[aria-label=Pause]')).toBe(true)
  })

  test('pointing: a click selects, dragging moves, the wheel zooms', async () => {
    const { page } = await open('failure.html')
    await page.keyboard.press('v')
    await page.keyboard.press('Escape')
    const box = await page.locator('.diagram canvas').boundingBox()
    if (box === null) throw new Error('there is no diagram')
    const middle = { x: box.x + box.width / 2, y: box.y + 70 }
    await page.mouse.move(middle.x, middle.y)
    const whole = await page.innerText('.time')
    await page.mouse.wheel(0, -600)
    await expect.poll(() => page.innerText('.time')).not.toBe(whole)
    await page.mouse.down()
    await page.mouse.move(middle.x - 90, middle.y, { steps: 4 })
    await page.mouse.up()
    await page.keyboard.press('0')
    await page.mouse.click(box.x + box.width * 0.2, box.y + 20 + 25)
    expect(await page.getAttribute('.scrubber', 'aria-valuenow')).not.toBe('0')
  })

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [400, 'light'],
    [400, 'dark'],
  ] as const)('fits into %i pixels, %s', async (width, colorScheme) => {
    const { page, complaints } = await open('failure.html', { width, colorScheme })
    for (const tab of ['violation', 'event', 'state', 'plots', 'run']) {
      await page.click(`#tab-${tab}`)
      expect(await overflow(page)).toBeLessThanOrEqual(0)
    }
    expect(await page.getAttribute('html', 'data-theme')).toBe(colorScheme)
    await page.click('#tab-violation')
    await keepPicture(page, `failure-${width}-${colorScheme}`)
    expect(complaints).toEqual([])
  })

  test('two runs side by side: where they part, and what only one has', async () => {
    await place.faultline('run', 'zoo/split-brain', '--seed', '1', '--trace', 'broken.ndjson')
    await place.faultline(
      'run',
      'zoo/split-brain',
      '--seed',
      '1',
      '--set',
      'isFixed=true',
      '--trace',
      'fixed.ndjson',
    )
    await place.faultline('diff', 'broken.ndjson', 'fixed.ndjson', '--html', 'both.html')
    const { page, complaints } = await open('both.html')
    const panel = await page.innerText('.panel')
    expect(panel).toMatch(
      /The first 777 events are the same\. [\d,]+ are matched in all; [\d,]+ are only in A, [\d,]+ only in B/,
    )
    expect(panel).toContain('parameters.isFixed: A false, B true')
    expect(panel).toContain('causally first')
    await page.click('.panel .event-link >> nth=0')
    expect(await page.innerText('.panel')).toContain('other run')
    expect(await page.isChecked('text=align B')).toBe(true)
    await page.uncheck('text=align B')
    await page.check('text=align B')
    await page.keyboard.press('Escape')
    await page.click('#tab-comparison')
    for (let times = 0; times < 3; times++) await page.click('[aria-label="Zoom in"]')
    await keepPicture(page, 'comparison')
    expect(complaints).toEqual([])
  })

  test('a campaign: failures by cause, sweeps, coverage, plots', async () => {
    await place.faultline('report', '.faultline/split-brain', '--html', 'campaign.html')
    for (const width of [1280, 400]) {
      const { page, complaints } = await open('campaign.html', { width })
      const text = await page.innerText('main')
      expect(text).toMatch(/1 kept failure, 1 sweep of 3 seeds/)
      expect(text).toContain(`npx faultline open ${shrunk()}`)
      expect(text).toMatch(/linearizable register[^]*100 %/)
      expect(text).toContain('counted over the seeds of all sweeps')
      expect(text).toContain('partition')
      expect(await page.locator('.u-wrap canvas').count()).toBe(3)
      expect(await overflow(page)).toBeLessThanOrEqual(0)
      await keepPicture(page, `campaign-${width}`)
      expect(complaints).toEqual([])
    }
  })

  test('names and payloads that would be markup are text', async () => {
    const turn = '\u202e\u2066\u001b[31m'
    const trap = `</script><script>window.trapped = 1</script><img src=x onerror="window.trapped = 2">${turn}`
    writeFileSync(
      place.path('hostile.ndjson'),
      hostileTrace(await TraceFile.open(place.path(shrunk())), trap),
    )
    await place.faultline('report', 'hostile.ndjson', '--html', 'hostile.html')
    expect(readFileSync(place.path('hostile.html'), 'utf8')).not.toContain('window.trapped')
    const { page, complaints } = await open('hostile.html')
    for (const key of ['v', 'ArrowUp', 'ArrowRight', ']', 'f']) await page.keyboard.press(key)
    for (const tab of ['event', 'state', 'plots', 'run', 'violation']) {
      await page.click(`#tab-${tab}`)
      // Nothing of it turns the direction of what stands around it.
      // oxlint-disable-next-line no-control-regex -- which should not be there
      expect(await page.innerText('body')).not.toMatch(/[\u001b\u202a-\u202e\u2066-\u2069]/)
    }
    expect(await page.innerText('.panel')).toContain('<img src=x')
    expect(await page.evaluate<boolean>("'trapped' in window")).toBe(false)
    expect(await page.locator('img').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test.each([
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(22, 24, 28)'],
  ] as const)(
    'the diagram for documents, in %s: everything in sight, lines and letters',
    async (look, paper) => {
      await place.faultline('export', shrunk(), '--format', 'svg', '--out', `${look}.svg`)
      const { page, complaints } = await open(`${look}.svg`, { colorScheme: look, ready: 'text' })
      const box = await page.evaluate<{ readonly [side: string]: number }>(
        '(({ x, y, width, height }) => ({ x, y, width, height }))(document.documentElement.getBBox())',
      )
      const { width = 0, height = 0 } = (await page.locator('.page').boundingBox()) ?? {}
      expect(box).toEqual({ x: 0, y: 0, width, height })
      for (const kind of ['.delivered', '.operation', '.timer', '.lane'])
        expect(await page.locator(kind).count()).toBeGreaterThan(1)
      expect(await page.locator('.note').textContent()).toContain('violated: linearizable register')
      expect(await page.evaluate("getComputedStyle(document.querySelector('.page')).fill")).toBe(paper)
      await keepPicture(page, `diagram-${look}`, false)
      expect(complaints).toEqual([])
    },
  )

  test.each([
    ['stale-lease', 'clock-', 'clock'],
    ['torn-page', 'crash', 'node'],
    ['fsync-retried', 'fsync', 'disk'],
  ])('a shrunk failure of zoo/%s shows the fault that it takes', async (name, fault, picture) => {
    await place.faultline('sweep', `zoo/${name}`, '--seeds', '1..40', '--failures-max', '1', '--effects', '0')
    const folder = `.faultline/${name}`
    const cause = readdirSync(place.path(folder), { withFileTypes: true }).find((each) => each.isDirectory())
    const trace = join(folder, cause?.name ?? '', 'shrunk.ndjson.gz')
    await place.faultline('report', trace, '--html', `${name}.html`)
    const { page, complaints } = await open(`${name}.html`)
    expect(await page.locator('.violation').count()).toBeGreaterThan(0)
    await page.keyboard.press('v')
    expect(await page.innerText('.announcer')).toMatch(/^Event \d+ /)
    await page.keyboard.press('F')
    expect(await page.innerText('.announcer')).toContain(fault)
    expect(await page.innerText('.panel')).toContain(fault)
    expect(await colours(page)).toBeGreaterThan(6)
    await keepPicture(page, `failure-${picture}`)
    expect(complaints).toEqual([])
  })
})

/** How many colours the diagram has: a canvas on which nothing was drawn has one. */
function colours(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('.diagram canvas')
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
    return new Set(new Uint32Array(pixels.buffer)).size
  })()`)
}

/** By how many pixels a page is wider than what is seen of it. */
function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
}

/** A trace whose every text is a trap. */
function hostileTrace({ header }: TraceFile, trap: string): Uint8Array {
  const shapes = [
    { kind: 'start', node: trap, incarnation: 1, version: trap },
    { kind: 'probe', node: trap, name: 'role', value: { role: trap, term: 1 } },
    { kind: 'probe', node: trap, name: trap, value: { [trap]: trap } },
    { kind: 'send', node: trap, target: `${trap}2`, size: 1, message: { kind: trap, [trap]: trap } },
    { kind: 'deliver', node: `${trap}2`, cause: 4, source: trap, message: { kind: trap } },
    { kind: 'log', node: trap, level: trap, text: trap, fields: { [trap]: 1 } },
    { kind: 'operation', node: trap, phase: 'invoke', id: 1, process: trap, f: trap, key: trap, value: trap },
    { kind: 'fault-begin', node: '', index: 0, fault: { kind: trap, node: trap } },
    { kind: 'operation', node: trap, phase: 'ok', id: 1, process: trap, f: trap, key: trap, value: trap },
    { kind: trap, node: trap, [trap]: trap },
  ]
  const events = shapes.map(({ cause = 0, ...own }, place) => {
    const { kind, node, ...fields } = own
    const event: unknown = { seq: place + 1, at: place * 1000, node, kind, cause, ...fields }
    return event as Event
  })
  const violations = [{ invariant: trap, message: trap, at: 0, node: trap, seq: 9, witnesses: [7, 9] }]
  const own = { ...header, scenario: trap, title: trap, parameters: { [trap]: trap }, plan: [] }
  return encodeTrace(own, events, { outcome: trap, violations })
}
