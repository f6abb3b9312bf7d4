// Going on with a sweep that was interrupted: where its journal is, and what of it is there.

import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { codeIdentity } from './code-identity.ts'
import type { FoundScenario } from './find-scenario.ts'
import { corpusRoot } from './keep-failure.ts'
import type { Output } from './output.ts'
import {
  corpusFolder,
  type Job,
  readJournal,
  type SeedRange,
  type SeedResult,
  SweepJournal,
} from '../sim/index.ts'

/** A sweep that can be interrupted and go on. */
export interface Resumable {
  readonly found: FoundScenario
  readonly job: Job
  readonly seeds: SeedRange
  readonly isResumed: boolean
  readonly output: Output
}

/** What is there of a sweep, and where more of it goes; `journal` is null where nothing can be written. */
export interface Resumed {
  readonly done: readonly SeedResult[]
  readonly journal: SweepJournal | null
}

/** Opens the journal of a sweep. Throws a JournalError when that is to be read and cannot be. */
export function openJournal({ found, job, seeds, isResumed, output }: Resumable): Resumed {
  const key = sweepKey(found, job, seeds)
  const folder = corpusFolder(corpusRoot, found.name)
  const path = join(folder, `sweep-${key}.ndjson`)
  const done = isResumed ? readJournal(path, key) : []
  if (done === null)
    output.text('nothing to go on with: no sweep of these seeds and settings was interrupted')
  if (isResumed && done !== null) output.text(`going on after ${done.length} seeds`)
  try {
    mkdirSync(folder, { recursive: true })
    return { done: done ?? [], journal: new SweepJournal(path, key, done ?? []) }
  } catch (error) {
    output.text(`this sweep cannot go on once it is interrupted: ${(error as Error).message}`)
    return { done: done ?? [], journal: null }
  }
}

// Whatever makes results other ones makes another journal: also the code that the runs are made by.
function sweepKey(found: FoundScenario, job: Job, seeds: SeedRange): string {
  const { set, plan, isChecked, variation = {}, isSwarm = false, hasCoverage = false } = job
  const { scenario, fingerprint } = codeIdentity(found)
  const settings = [...set].sort(([a], [b]) => (a < b ? -1 : 1))
  const { first, last, step = 1 } = seeds
  const runs = [settings, plan, isChecked, variation, isSwarm, hasCoverage]
  const parts = [scenario, fingerprint, runs, [first, last, step]]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
