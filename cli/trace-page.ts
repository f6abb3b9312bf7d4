// The page of what was named on the command line: a trace, two of them, or the folder of a scenario.

import { statSync } from 'node:fs'

import { type BoundFlags, boundsOf } from './bounds.ts'
import { campaignPage } from './campaign-page.ts'
import { replayLine } from './command-line.ts'
import { GoodPart } from './good-part.ts'
import type { PartialFlag } from './partial-hint.ts'
import { UsageError } from './usage-error.ts'
import { viewerBundle } from './viewer-bundle.ts'
import { type PackedRun, packComparison, packTrace, pageHtml, type PageRange } from '../reports/index.ts'

/** What of traces is shown. */
export interface PageFlags extends BoundFlags, PartialFlag {}

/** The page of one path or two. Rejects with a TraceError when one cannot be read. */
export async function pageOf(path: string, other: string | undefined, flags: PageFlags): Promise<string> {
  const range = boundsOf(flags)
  const hasRange = range.from !== undefined || range.to !== undefined
  if (hasRange && (other !== undefined || isFolder(path)))
    throw new UsageError('--from and --to: got two traces or a folder, wanted one trace')
  if (other === undefined) return isFolder(path) ? campaignPage(path) : tracePage(path, range, flags)
  const folder = [path, other].find(isFolder)
  if (folder !== undefined)
    throw new UsageError(`${folder}: got a folder, wanted a trace: only traces are compared`)
  const [a, b] = [await GoodPart.open(path, flags), await GoodPart.open(other, flags)]
  for (const trace of [a, b]) await trace.check()
  const page = await comparisonPage(a, b)
  for (const trace of [a, b]) tell(trace)
  return page
}

async function tracePage(path: string, range: PageRange, flags: PartialFlag): Promise<string> {
  const trace = await GoodPart.open(path, flags)
  const { info, sections } = await packed(trace, 0, range)
  if (info.count === info.earlier.length && info.total > 0)
    throw new UsageError('--from and --to: got a part without any event')
  tell(trace)
  return pageHtml({ view: 'trace', runs: [info] }, sections, await viewerBundle())
}

/** The page of two traces that were checked. */
export async function comparisonPage(a: GoodPart, b: GoodPart): Promise<string> {
  const [runA, runB] = [await packed(a, 0), await packed(b, 1)]
  const parts = { a: runA.info, b: runB.info }
  const { comparison, sections } = await packComparison(a, b, parts)
  const document = { view: 'comparison', runs: [runA.info, runB.info], comparison } as const
  const all = new Map([...runA.sections, ...runB.sections, ...sections])
  return pageHtml(document, all, await viewerBundle())
}

function packed(trace: GoodPart, index: number, range: PageRange = {}): Promise<PackedRun> {
  const names = { name: trace.name, command: replayLine(trace.name) }
  return packTrace(trace, names, index, { range, damage: () => trace.problem })
}

function tell({ problem }: GoodPart): void {
  if (problem !== '') console.error(`partial: ${problem}`)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
