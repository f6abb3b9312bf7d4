// The page of a scenario's folder below `.faultline/`.

import { basename, join, resolve } from 'node:path'

import { replayLine, viewLine } from './command-line.ts'
import { recordedSweeps } from './recorded-sweeps.ts'
import { UsageError } from './usage-error.ts'
import { viewerBundle } from './viewer-bundle.ts'
import { type CampaignEntry, campaignInfo, pageHtml } from '../reports/index.ts'
import { type CorpusEntry, keptFailures, TraceError, TraceFile } from '../sim/index.ts'

/** The page. Rejects with a CorpusError when a failure's description is damaged; damaged traces are named on the page. */
export async function campaignPage(folder: string): Promise<string> {
  const kept = keptFailures(folder)
  const { sweeps, ...read } = recordedSweeps(folder)
  const notes = [...read.notes]
  if (kept.length === 0 && sweeps.length === 0)
    throw new UsageError(
      `${folder}: got a folder without failures or sweeps, wanted one that a sweep has made, such as .faultline/chaos`,
    )
  const entries: CampaignEntry[] = []
  for (const entry of kept) entries.push(await entryOf(entry, notes))
  const name = kept[0]?.failure.scenario ?? basename(resolve(folder))
  const campaign = await campaignInfo({ name, entries, sweeps, notes })
  return pageHtml({ view: 'campaign', campaign }, new Map(), await viewerBundle())
}

async function entryOf({ folder, failure }: CorpusEntry, notes: string[]): Promise<CampaignEntry> {
  const shrunk = join(folder, 'shrunk.ndjson.gz')
  const trace = await openTrace(join(folder, 'trace.ndjson.gz'), notes)
  return { folder, failure, command: replayLine(shrunk), view: viewLine(shrunk), trace }
}

async function openTrace(path: string, notes: string[]): Promise<TraceFile | null> {
  try {
    return await TraceFile.open(path)
  } catch (error) {
    if (!(error instanceof TraceError)) throw error
    notes.push(error.message)
    return null
  }
}
