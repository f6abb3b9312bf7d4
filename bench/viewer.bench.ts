// How soon a trace of 200,000 events is a page, how large that is, how soon a browser shows it, and how long it works for a
// frame while somebody moves it.

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { calls } from './baselines.ts'
import { median } from './measure.ts'
import { measureRow, type Row } from './row.ts'
import { storeEvents, writeTo } from './trace.bench.ts'
import { judgeFigure } from './verdict.ts'
import { frameMilliseconds } from './viewer-frames.ts'
import { viewerBundle } from '../cli/index.ts'
import { packTrace, pageHtml } from '../reports/index.ts'
import { TraceFile } from '../sim/index.ts'

const eventCount = 200_000
const loadRounds = 3
/** Of 60 frames a second. */
const frameBudget = 1000 / 60
const chromium = process.env['FAULTLINE_CHROMIUM'] ?? '/usr/bin/chromium'

/** Measures the rows of the viewer; that of the browser only where there is one. */
export async function benchViewer(rounds: number): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'))
  try {
    const [trace, page] = [join(folder, 'run.ndjson'), join(folder, 'run.html')]
    writeTo(trace, storeEvents(eventCount))
    const written = await measureWriting(trace, page, rounds)
    const size = sizeRow(statSync(page).size / 1e6)
    return [written, size, ...(await loadRows(page))]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function measureWriting(trace: string, page: string, rounds: number): Promise<Row> {
  const name = 'page of 200,000 events written'
  const run = async (): Promise<number> => {
    const names = { name: trace, command: 'npx faultline replay run.ndjson' }
    const { info, sections } = await packTrace(await TraceFile.open(trace), names)
    writeFileSync(page, pageHtml({ view: 'trace', runs: [info] }, sections, await viewerBundle()))
    if (info.count !== eventCount) throw new Error(`packed ${info.count} events of ${eventCount}`)
    return eventCount
  }
  const workload = { name, unit: 'event', run }
  const budget = { bound: 'at-most', figure: 3 } as const
  const figure = (rate: number): number => eventCount / rate
  return measureRow({ name, unit: 's', workload, baseline: calls, budget, figure }, rounds)
}

function sizeRow(megabytes: number): Row {
  return plainRow('size of that page', 'MB', megabytes, 25)
}

async function loadRows(page: string): Promise<readonly Row[]> {
  // Without a browser there is nothing to measure.
  if (statSync(chromium, { throwIfNoEntry: false }) === undefined) return []
  const { chromium: launcher } = await import('playwright-core')
  const browser = await launcher.launch({
    executablePath: chromium,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  try {
    const [times, pans, zooms]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round < loadRounds; round++) {
      const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      await tab.goto(pathToFileURL(page).href)
      await tab.waitForSelector('#viewer[data-ready]')
      times.push(await tab.evaluate<number>("performance.getEntriesByName('faultline-ready')[0].startTime"))
      // The whole does not pan.
      await tab.click('[aria-label="Zoom in"]')
      pans.push(await frameMilliseconds(tab, 'pan'))
      zooms.push(await frameMilliseconds(tab, 'zoom'))
      await tab.close()
    }
    return [
      plainRow('that page shown in Chromium', 's', median(times) / 1000, 2),
      plainRow('main thread for a frame of panning it', 'ms', median(pans), frameBudget),
      plainRow('the same for a frame of zooming', 'ms', median(zooms), frameBudget),
    ]
  } finally {
    await browser.close()
  }
}

function plainRow(name: string, unit: string, figure: number, most: number): Row {
  const budget = { bound: 'at-most', figure: most } as const
  const verdict = judgeFigure(figure, budget, 1)
  return { name, unit, figure, wallFigure: null, baseline: null, budget, verdict }
}
