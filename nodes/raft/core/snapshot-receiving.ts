// InstallSnapshot, the follower's side (section 7, figure 13).

import { adoptSnapshot, holdsEntry } from './compaction.ts'
import { probeConfiguration } from './appending.ts'
import { heardLeader, acknowledge } from './following.ts'
import type { SnapshotMessage } from './message.ts'
import type { Snapshot } from './progress.ts'
import { reportApplied } from './role.ts'
import type { IncomingSnapshot, RaftState } from './state.ts'
import type { NodeId } from '../../../sim/index.ts'

/** A part of a snapshot: kept if it is the one that is wanted next; with the last one the snapshot takes hold. */
export function onSnapshot(raft: RaftState, source: NodeId, message: SnapshotMessage): void {
  const { rules } = raft.settings
  if (!rules.acceptAppend(message.term, raft.term)) return askForPart(raft, source, message, 0)
  heardLeader(raft, source, message.term)
  if (message.index <= raft.commit) return acknowledgeUpTo(raft, source, message, raft.commit)
  const incoming = incomingOf(raft, message)
  if (message.offset === incoming.text.length) incoming.text += message.part
  const isWhole = message.isLast && message.offset + message.part.length === incoming.text.length
  if (!isWhole) return askForPart(raft, source, message, incoming.text.length)
  raft.incoming = null
  install(raft, snapshotOf(message, incoming.text))
  acknowledgeUpTo(raft, source, message, message.index)
}

function incomingOf(raft: RaftState, { term, index }: SnapshotMessage): IncomingSnapshot {
  const known = raft.incoming
  if (known !== null && known.term === term && known.index === index) return known
  return (raft.incoming = { term, index, text: '' })
}

function snapshotOf({ index, indexTerm, configuration }: SnapshotMessage, state: string): Snapshot {
  return { index, term: indexTerm, configuration, state }
}

function install(raft: RaftState, snapshot: Snapshot): void {
  const { index, term, configuration } = snapshot
  reportApplied(raft)
  if (holdsEntry(raft, index, term)) {
    // What follows the snapshot stays (figure 13, 6).
    raft.log.compact(index)
    raft.configurations.forgetBefore(index)
  } else {
    raft.log.reset(index, term)
    raft.configurations.replace(index, configuration)
    raft.staging.stageEntries(index + 1)
    probeConfiguration(raft)
  }
  raft.commit = raft.applied = raft.reported = index
  raft.host.restoreSnapshot(snapshot.state)
  adoptSnapshot(raft, snapshot)
  raft.host.probe('raft.install', { index, term })
}

function askForPart(
  raft: RaftState,
  source: NodeId,
  { index, sentAt }: SnapshotMessage,
  offset: number,
): void {
  raft.release(source, { kind: 'raft.snapshot-reply', term: raft.term, index, offset, sentAt })
}

function acknowledgeUpTo(raft: RaftState, source: NodeId, { sentAt }: SnapshotMessage, index: number): void {
  acknowledge(raft, source, { kind: 'raft.append-reply', term: raft.term, isSuccess: true, index, sentAt })
}
