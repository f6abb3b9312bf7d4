// The page of what was named on the command line: a trace, two of them, or the folder of a scenario.

import { statSync } from 'node:fs'

import { type BoundFlags, boundsOf } from './bounds.ts'
import { campaignPage } from './campaign-page.ts'
import { replayLine } from './command-line.ts'
import { UsageError } from './usage-error.ts'
import { viewerBundle } from './viewer-bundle.ts'
import { type PackedRun, packComparison, packTrace, pageHtml, type PageRange } from '../reports/index.ts'
import { TraceFile } from '../sim/index.ts'

/** The page of one path or two. Rejects with a TraceError when one cannot be read. */
export async function pageOf(path: string, other?: string, bounds: BoundFlags = {}): Promise<string> {
  const range = boundsOf(bounds)
  const hasRange = range.from !== undefined || range.to !== undefined
  if (hasRange && (other !== undefined || isFolder(path)))
    throw new UsageError('--from and --to: got two traces or a folder, wanted one trace')
  if (other !== undefined) return comparisonPage(path, other)
  return isFolder(path) ? campaignPage(path) : tracePage(path, range)
}

async function tracePage(path: string, range: PageRange): Promise<string> {
  const { info, sections } = await packedTrace(await TraceFile.open(path), path, 0, range)
  if (info.count === 0 && info.total > 0)
    throw new UsageError('--from and --to: got a part without any event')
  return pageHtml({ view: 'trace', runs: [info] }, sections, await viewerBundle())
}

async function comparisonPage(pathA: string, pathB: string): Promise<string> {
  const folder = [pathA, pathB].find(isFolder)
  if (folder !== undefined)
    throw new UsageError(`${folder}: got a folder, wanted a trace: only traces are compared`)
  const [a, b] = [await TraceFile.open(pathA), await TraceFile.open(pathB)]
  const [runA, runB] = [await packedTrace(a, pathA, 0), await packedTrace(b, pathB, 1)]
  const counts = { a: runA.info.count, b: runB.info.count }
  const { comparison, sections } = await packComparison(a, b, counts)
  const document = { view: 'comparison', runs: [runA.info, runB.info], comparison } as const
  const all = new Map([...runA.sections, ...runB.sections, ...sections])
  return pageHtml(document, all, await viewerBundle())
}

function packedTrace(
  trace: TraceFile,
  path: string,
  index: number,
  range: PageRange = {},
): Promise<PackedRun> {
  return packTrace(trace, { name: path, command: replayLine(path) }, index, { range })
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
