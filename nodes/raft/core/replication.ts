// The leader's side of log replication (5.3): probing where logs agree, then sending ahead of the answers (thesis 10.2.1).
// An empty append is the heartbeat; as it names the entry before what is sent next, it also finds appends that got lost.

import type { LogIndex } from './entry.ts'
import type { AppendMessage } from './message.ts'
import type { Progress } from './progress.ts'
import { sendSnapshotPart } from './snapshot-sending.ts'
import type { Leadership, RaftState } from './state.ts'

const noEntries: AppendMessage['entries'] = Object.freeze([])

/** Sends every follower what it can take now; with `isHeartbeat` also those that have everything. */
export function broadcast(raft: RaftState, isHeartbeat: boolean): void {
  const { leadership } = raft
  if (leadership === null) return
  for (const progress of leadership.followers) sendAppend(raft, progress, isHeartbeat)
}

/** Sends a follower the entries that it can take now. Without any, sends only if this is a heartbeat. */
export function sendAppend(raft: RaftState, progress: Progress, isHeartbeat: boolean): void {
  const { leadership, log } = raft
  if (leadership === null) return
  if (progress.isWaiting && !isHeartbeat) return
  if (progress.mode === 'snapshot' || log.termAt(progress.next - 1) === undefined)
    return sendSnapshotPart(raft, progress)
  const count = sendable(raft, leadership, progress)
  if (count === 0 && !isHeartbeat) return
  const message = buildAppend(raft, leadership, progress.next - 1, count)
  progress.sentAt = raft.now
  if (progress.mode === 'probe') progress.isWaiting = true
  else progress.next += count
  raft.host.send(progress.node, message)
}

/** How many entries from `next` on may be sent: none beyond the window of what is not acknowledged. */
function sendable(raft: RaftState, leadership: Leadership, progress: Progress): number {
  const lacking = raft.log.lastIndex - progress.next + 1
  if (lacking === 0) return 0
  const inFlight = progress.mode === 'replicate' ? progress.next - 1 - progress.match : 0
  const room = raft.settings.entriesInFlightMax - inFlight
  return Math.max(0, Math.min(lacking, room, leadership.entriesPerAppendMax))
}

// In the steady state every follower gets the same append: it is built once.
function buildAppend(
  raft: RaftState,
  leadership: Leadership,
  previousIndex: LogIndex,
  count: number,
): AppendMessage {
  const { log, commit, now, term } = raft
  const last = leadership.lastAppend
  if (
    last !== null &&
    last.previousIndex === previousIndex &&
    last.entries.length === count &&
    last.commit === commit &&
    last.sentAt === now
  )
    return last
  const message: AppendMessage = {
    kind: 'raft.append',
    term,
    previousIndex,
    previousTerm: log.termAt(previousIndex) ?? 0,
    entries: count === 0 ? noEntries : log.slice(previousIndex + 1, count),
    commit,
    sentAt: now,
  }
  leadership.lastAppend = message
  return message
}
