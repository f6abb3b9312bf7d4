// The page of what was named on the command line.

import { replayLine } from './command-line.ts'
import { viewerBundle } from './viewer-bundle.ts'
import { packTrace, pageHtml } from '../reports/index.ts'
import { TraceFile } from '../sim/index.ts'

/** The page of a trace. Rejects with a TraceError when it cannot be read. */
export async function tracePage(paths: readonly [string]): Promise<string> {
  const [path] = paths
  const trace = await TraceFile.open(path)
  const { info, sections } = await packTrace(trace, { name: path, command: replayLine(path) })
  return pageHtml({ view: 'trace', runs: [info] }, sections, await viewerBundle())
}
