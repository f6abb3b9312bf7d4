// What is counted while a run goes on, whoever else listens.

import type { EventLog } from './log/index.ts'

/** The counts of a run. */
export interface RunTally {
  readonly drops: ReadonlyMap<string, number>
  readonly operations: { readonly ok: number; readonly fail: number; readonly info: number }
  /** What became of the writes that were not synced when their node crashed. */
  readonly unsynced: { readonly kept: number; readonly lost: number; readonly torn: number }
}

/** Counts from now on. */
export function tallyOf(log: EventLog): RunTally {
  const drops = new Map<string, number>()
  const operations = { ok: 0, fail: 0, info: 0 }
  const unsynced = { kept: 0, lost: 0, torn: 0 }
  log.subscribe('drop', ({ why }) => {
    drops.set(why, (drops.get(why) ?? 0) + 1)
  })
  log.subscribe('operation', ({ phase }) => {
    if (phase !== 'invoke') operations[phase]++
  })
  log.subscribe('disk-crash', ({ kept, lost, torn }) => {
    unsynced.kept += kept
    unsynced.lost += lost
    unsynced.torn += torn
  })
  return { drops, operations, unsynced }
}
