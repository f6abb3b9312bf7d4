// Changing the log: every append and every truncation of a server, whatever its role, happens here.

import { assert } from '../assert.ts'
import type { Entry, LogIndex } from './entry.ts'
import type { RaftState } from './state.ts'

/** Puts entries at the end of the log and stages them; returns the last index. */
export function appendToLog(raft: RaftState, entries: readonly Entry[]): LogIndex {
  const { log } = raft
  const first = log.lastIndex + 1
  for (const entry of entries) {
    const index = log.append(entry)
    if (entry.configuration !== undefined) {
      raft.noteConfiguration(index, entry)
      probeConfiguration(raft)
    }
  }
  raft.staging.stageEntries(first)
  raft.host.probe('raft.append', log.describe(first, log.lastIndex))
  return log.lastIndex
}

/** Drops the entries from an index on. None of them may be committed. */
export function truncateLog(raft: RaftState, from: LogIndex): void {
  assert(from > raft.commit, 'a committed entry is never removed', { from, commit: raft.commit })
  raft.log.truncate(from)
  raft.staging.stageEntries(from)
  raft.host.probe('raft.truncate', { from })
  if (raft.configurations.truncate(from)) probeConfiguration(raft)
}

/** Tells which members the server counts with. */
export function probeConfiguration(raft: RaftState): void {
  const { currentIndex, current } = raft.configurations
  raft.host.probe('raft.config', { index: currentIndex, voters: current.voters })
}
