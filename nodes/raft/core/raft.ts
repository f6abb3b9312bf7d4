// One Raft server as a pure, synchronous state machine: inputs are messages, the passing of time, proposals and «this batch
// is on disk»; outputs go to its host, except what must be written, which the owner takes as batches. The same inputs
// give the same outputs; the core knows no disk, no timers and no network. (The shape is etcd-io/raft's.)

import { probeConfiguration } from './appending.ts'
import { onAppendReply } from './append-replies.ts'
import { ownLogStored } from './committing.ts'
import type { MembershipChange } from './configuration.ts'
import {
  askForVotesAgain,
  onElectionTimeout,
  onTimeoutNow,
  onVote,
  onVoteReply,
  ownVoteStored,
} from './election.ts'
import type { Term } from './entry.ts'
import { onAppend } from './following.ts'
import type { ProposalResult, RaftHost } from './host.ts'
import { appendAsLeader, leaderDeadline, onLeaderTick } from './leadership.ts'
import { proposeChange } from './membership.ts'
import type { RaftMessage } from './message.ts'
import { read, serveConfirmedReads, type ReadMode } from './reads.ts'
import type { Role } from './rules.ts'
import type { RaftSettings } from './settings.ts'
import { onSnapshot } from './snapshot-receiving.ts'
import { onSnapshotReply } from './snapshot-sending.ts'
import type { Batch } from './staging.ts'
import { RaftState, type ReadHandler, type Recovered } from './state.ts'
import { transferLeadership } from './transfer.ts'
import { instantMax, type Data, type Instant, type NodeId } from '../../../sim/index.ts'

/** A Raft server. Every input carries the instant at which it came, by the server's monotonic clock. */
export class Raft {
  readonly #raft: RaftState

  constructor(
    id: NodeId,
    settings: RaftSettings,
    host: RaftHost,
    start: { readonly recovered: Recovered; readonly now: Instant },
  ) {
    this.#raft = new RaftState(id, settings, host, start.recovered, start.now)
    if (this.#raft.snapshot !== null) host.restoreSnapshot(this.#raft.snapshot.state)
    probeRecovered(this.#raft)
    this.#raft.drawElectionTimeout()
  }

  get role(): Role {
    return this.#raft.role
  }

  get term(): Term {
    return this.#raft.term
  }

  /** The leader as far as this server knows. */
  get leader(): NodeId | null {
    return this.#raft.leader
  }

  /** The state, for tests and drivers that look closer. */
  get state(): RaftState {
    return this.#raft
  }

  /** A message arrived. */
  step(now: Instant, source: NodeId, message: RaftMessage): void {
    const raft = this.#raft
    raft.now = now
    switch (message.kind) {
      case 'raft.append':
        return onAppend(raft, source, message)
      case 'raft.append-reply':
        return onAppendReply(raft, source, message)
      case 'raft.vote':
        return onVote(raft, source, message)
      case 'raft.vote-reply':
        return onVoteReply(raft, source, message)
      case 'raft.snapshot':
        return onSnapshot(raft, source, message)
      case 'raft.snapshot-reply':
        return onSnapshotReply(raft, source, message)
      case 'raft.timeout-now':
        return onTimeoutNow(raft, source, message)
    }
  }

  /** Time has passed; to be called at `deadline`, and harmless at any other instant. */
  tick(now: Instant): void {
    const raft = this.#raft
    raft.now = now
    if (raft.leadership !== null) return onLeaderTick(raft, raft.leadership)
    if (now >= raft.electionDeadline) return onElectionTimeout(raft)
    if (raft.role !== 'follower' && now >= raft.voteAgainAt) askForVotesAgain(raft)
  }

  /** The instant by which `tick` has to be called; may move with every input. */
  get deadline(): Instant {
    const raft = this.#raft
    if (raft.leadership !== null) return leaderDeadline(raft, raft.leadership)
    if (raft.role === 'follower') return raft.isVoter ? raft.electionDeadline : instantMax
    return Math.min(raft.electionDeadline, raft.voteAgainAt) as Instant
  }

  /** Appends a command to the leader's log. Whether it is committed shows when it is applied under its index and term. */
  propose(now: Instant, command: Data): ProposalResult {
    const raft = this.#raft
    raft.now = now
    if (raft.leadership === null) return { kind: 'refused', why: 'not-leader' }
    if (raft.leadership.transfer !== null) return { kind: 'refused', why: 'transferring' }
    if (raft.log.lastIndex - raft.commit >= raft.settings.waitingMax)
      return { kind: 'refused', why: 'overloaded' }
    const { term } = raft
    return { kind: 'accepted', term, index: appendAsLeader(raft, { term, command }) }
  }

  /** Proposes a change of members; see `proposeChange` for when it is refused. */
  changeMembers(now: Instant, change: MembershipChange): ProposalResult {
    this.#raft.now = now
    return proposeChange(this.#raft, change)
  }

  /** Asks for a linearizable read; see `read`. */
  read(now: Instant, mode: ReadMode, handler: ReadHandler): void {
    this.#raft.now = now
    read(this.#raft, mode, handler)
  }

  /** Hands leadership to another voter; see `transferLeadership`. */
  transfer(now: Instant, target: NodeId): boolean {
    this.#raft.now = now
    return transferLeadership(this.#raft, target)
  }

  /** Whether there is a batch to write and none being written. */
  get hasBatch(): boolean {
    return this.#raft.staging.isReady
  }

  /** What has to be written and synced now, in one piece; then `persisted` is to be called with it. */
  takeBatch(): Batch {
    const raft = this.#raft
    return raft.staging.cut(raft.log, raft.hardState, raft.settings.rules)
  }

  /** A batch is on disk: what waited for it happens. */
  persisted(now: Instant, batch: Batch): void {
    const raft = this.#raft
    raft.now = now
    raft.staging.complete(batch)
    for (const { term, vote } of batch.votes) raft.host.probe('raft.vote', { term, candidate: vote })
    for (const { target, message } of batch.outbound) raft.host.send(target, message)
    if (batch.term !== raft.term) return
    if (raft.role === 'candidate') ownVoteStored(raft)
    else if (raft.leadership !== null) {
      ownLogStored(raft, raft.leadership, batch.lastIndex)
      if (raft.leadership !== null) serveConfirmedReads(raft, raft.leadership)
    }
  }
}

function probeRecovered(raft: RaftState): void {
  const { log, term, vote, commit, host } = raft
  const first = log.base + 1
  const entries = log.describe(first, log.lastIndex)
  host.probe('raft.recover', { term, vote, last: log.lastIndex, commit, baseTerm: log.baseTerm, ...entries })
  probeConfiguration(raft)
}
