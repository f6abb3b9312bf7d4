// How fast a trace leaves in the formats of other tools, reading and checking it included, and how long a query over ten
// traces takes. The trace is of a store under faults, repeated until it is long enough.

import { linkSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { calls } from './baselines.ts'
import type { Extent } from './extent.ts'
import { writeTrace } from './long-trace.ts'
import { expectCount } from './measure.ts'
import { measureRow, type Row } from './row.ts'
import { judgeFigure } from './verdict.ts'
import { type Format, formats, query } from '../reports/index.ts'
import { TraceFile } from '../sim/index.ts'

const eventCount = 40_000
const queriedEvents = 200_000
const queriedTraces = 10
const question = 'select trace, kind, count(*) as n from events group by trace, kind'
/** The formats in which each event costs something, those in which it costs most first. */
export const exportedFormats: readonly string[] = ['parquet', 'otlp', 'shiviz', 'perfetto', 'history-edn']
const measuredInShort: ReadonlySet<string> = new Set(['parquet', 'otlp'])

/** Measures the row of a format: events a second. In a process of its own, as an export is: each format would slow the next one. */
export async function benchExport(
  formatName: string,
  { rounds, hasDetails }: Extent,
): Promise<readonly Row[]> {
  if (!hasDetails && !measuredInShort.has(formatName)) return []
  const format = formats.find(({ name }) => name === formatName)
  if (format === undefined) throw new RangeError(`no format ${formatName}`)
  return inFolder(async (folder) => {
    const path = join(folder, 'run.ndjson')
    await writeTrace(path, eventCount)
    const name = `trace exported as ${format.name}`
    const workload = { name, unit: 'event', run: () => exportOnce(path, format) }
    const budget = { bound: 'at-least', figure: 100_000 } as const
    return [await measureRow({ name, unit: 'events/s', workload, baseline: calls, budget }, rounds)]
  })
}

/** Measures a query that groups the events of ten traces, checking them included: the best of three, by wall time. */
export async function benchQuery(): Promise<Row> {
  return inFolder(async (folder) => {
    const paths = Array.from({ length: queriedTraces }, (_, place) => join(folder, `${place}.ndjson`))
    const [first = '', ...others] = paths
    await writeTrace(first, queriedEvents)
    for (const path of others) linkSync(first, path)
    let best = Infinity
    for (let round = 0; round < 3; round++) best = Math.min(best, await queryOnce(paths))
    const budget = { bound: 'at-most', figure: 3 } as const
    return {
      name: 'a group-by over 10 traces of 200,000 events',
      unit: 's',
      figure: best,
      wallFigure: best,
      baseline: null,
      budget,
      verdict: judgeFigure(best, budget, 1),
    }
  })
}

async function exportOnce(path: string, format: Format): Promise<number> {
  const trace = await TraceFile.open(path)
  let length = 0
  for await (const piece of format.write(trace, { name: path, header: trace.header }, {}))
    length += piece.length
  if (length < eventCount) throw new Error(`${format.name}: got ${length} characters of ${eventCount} events`)
  return eventCount
}

async function queryOnce(paths: readonly string[]): Promise<number> {
  const begin = performance.now()
  const traces = []
  for (const path of paths) {
    const { name, header, isCompressed, footer } = await checked(path)
    traces.push({ name, path, header, footer, isCompressed })
  }
  let count = 0
  for await (const piece of query(traces, question, 'json'))
    for (const [, n] of String(piece).matchAll(/"n":(\d+)/g)) count += Number(n)
  expectCount('events grouped', count, queriedTraces * queriedEvents)
  return (performance.now() - begin) / 1000
}

async function checked(path: string): Promise<TraceFile> {
  const trace = await TraceFile.open(path)
  if (!(await trace.isIntact())) throw new Error(`${path} is damaged`)
  return trace
}

async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'))
  try {
    return await body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
