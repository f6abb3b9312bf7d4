// Log compaction (section 7): each server takes snapshots of its own state machine and drops the log before them.

import type { LogIndex } from './entry.ts'
import type { Snapshot } from './progress.ts'
import { reportApplied } from './role.ts'
import type { RaftState } from './state.ts'

/** Takes a snapshot when enough entries were applied since the last one. */
export function compactIfDue(raft: RaftState): void {
  const grown = raft.applied - (raft.snapshot?.index ?? 0)
  const { compactionThreshold } = raft.settings
  // Few entries, often: a run of seconds then sees as many snapshots as a real server in weeks.
  const isDue = grown >= compactionThreshold || (grown >= 8 && raft.host.buggify('raft.compact-early'))
  if (isDue) compact(raft)
}

/** Takes a snapshot as of the entry applied last. The log on disk is cut when the snapshot is safe there. */
export function compact(raft: RaftState): void {
  reportApplied(raft)
  const index = raft.applied
  const snapshot: Snapshot = {
    index,
    term: raft.log.termAt(index) ?? 0,
    configuration: raft.configurations.asOf(index),
    state: raft.host.takeSnapshot(),
  }
  adoptSnapshot(raft, snapshot)
  const base = Math.max(raft.log.base, index - raft.settings.retainedEntries)
  raft.log.compact(base)
  raft.configurations.forgetBefore(base)
}

/** The snapshot is the newest one; it will replace what it stands for on disk. */
export function adoptSnapshot(raft: RaftState, snapshot: Snapshot): void {
  raft.snapshot = snapshot
  raft.staging.stageSnapshot(snapshot)
  raft.host.probe('raft.snapshot', { index: snapshot.index, term: snapshot.term })
}

/** Whether the log still holds the entry that a snapshot ends with, so that what follows it can stay (figure 13, 6). */
export function holdsEntry(raft: RaftState, index: LogIndex, term: number): boolean {
  return raft.log.termAt(index) === term
}
