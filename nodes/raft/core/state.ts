// The state of one Raft server: figure 2 of the paper and what pre-vote, pipelining, leases, transfer and snapshots add.
// The modules beside this one hold the steps; each takes the state and changes it.

import { ConfigurationHistory } from './configuration-history.ts'
import type { Configuration } from './configuration.ts'
import type { Entry, LogIndex, Term } from './entry.ts'
import type { RaftHost } from './host.ts'
import { RaftLog } from './log.ts'
import type { AppendMessage, RaftMessage } from './message.ts'
import type { Progress, Snapshot } from './progress.ts'
import type { HardState, Role } from './rules.ts'
import type { RaftSettings } from './settings.ts'
import { Staging } from './staging.ts'
import type { Instant, NodeId } from '../../../sim/index.ts'

/** What a server finds on its disk when it starts. */
export interface Recovered {
  readonly state: HardState
  /** The snapshot that the log goes on from; null when the log begins at index 1. */
  readonly snapshot: Snapshot | null
  /** The entries after the snapshot. */
  readonly entries: readonly Entry[]
}

/** What a read's caller learns: it may read now what is applied, or this server is no longer sure to be the leader. */
export type ReadHandler = (outcome: 'ready' | 'lost') => void

/** A read that waits for a majority to confirm the leader (thesis 6.4). */
export interface PendingRead {
  readonly since: Instant
  readonly handler: ReadHandler
}

/** What a leader keeps, from its election to its end. */
export interface Leadership {
  readonly progress: Map<NodeId, Progress>
  /** The values of `progress`: they are gone through for every proposal. */
  followers: readonly Progress[]
  /** The end of this leader's own log on disk. */
  ownMatch: LogIndex
  /** The last index of the log when the term began; what is committed beyond it is of this term. */
  readonly beganAfter: LogIndex
  readonly beganAt: Instant
  readonly reads: PendingRead[]
  /** When the majority is looked at next (check-quorum, thesis 6.2). */
  quorumCheckAt: Instant
  /** The transfer under way (thesis 3.10). */
  transfer: { readonly target: NodeId; readonly deadline: Instant; isAsked: boolean } | null
  /** A follower was asked to begin an election at once: from now on no lease holds in this term. */
  isLeaseVoid: boolean
  /** The append built last, to be sent again as it is where it fits. */
  lastAppend: AppendMessage | null
  /** Entries in one append. */
  readonly entriesPerAppendMax: number
}

/** A snapshot that is arriving. */
export interface IncomingSnapshot {
  readonly term: Term
  readonly index: LogIndex
  text: string
}

/** The state of a server. */
export class RaftState {
  readonly id: NodeId
  readonly settings: RaftSettings
  readonly host: RaftHost
  readonly log: RaftLog
  readonly staging: Staging
  readonly configurations: ConfigurationHistory

  term: Term
  vote: NodeId | null
  role: Role = 'follower'
  leader: NodeId | null = null
  commit: LogIndex
  applied: LogIndex
  /** The last applied entry that a probe has told of. */
  reported: LogIndex
  /** The newest snapshot, taken or installed. */
  snapshot: Snapshot | null

  /** The instant of the current input, by this server's monotonic clock. */
  now: Instant
  /** When a leader was heard last; also when this server started, since it may have promised a leader not to vote. */
  contactAt: Instant
  electionTimeout = 0
  electionDeadline: Instant
  /** When unanswered votes are asked for again. */
  voteAgainAt: Instant
  readonly votes: Map<NodeId, boolean> = new Map<NodeId, boolean>()
  leadership: Leadership | null = null
  incoming: IncomingSnapshot | null = null

  constructor(id: NodeId, settings: RaftSettings, host: RaftHost, recovered: Recovered, now: Instant) {
    const { state, snapshot, entries } = recovered
    this.id = id
    this.settings = settings
    this.host = host
    this.term = state.term
    this.vote = state.vote
    this.snapshot = snapshot
    this.commit = this.applied = this.reported = snapshot?.index ?? 0
    this.log = new RaftLog(this.applied, snapshot?.term ?? 0, entries)
    this.staging = new Staging(this.log.lastIndex)
    this.configurations = new ConfigurationHistory(this.applied, snapshot?.configuration ?? initial(settings))
    entries.forEach((entry, place) => this.noteConfiguration(this.applied + 1 + place, entry))
    this.now = this.contactAt = this.electionDeadline = this.voteAgainAt = now
  }

  /** The members, as of the newest entry of the log that names them. */
  get configuration(): Configuration {
    return this.configurations.current
  }

  /** Whether this server may elect and be elected. */
  get isVoter(): boolean {
    return this.configuration.voters.includes(this.id)
  }

  get hardState(): HardState {
    return { term: this.term, vote: this.vote }
  }

  noteConfiguration(index: LogIndex, entry: Entry): void {
    if (entry.configuration !== undefined) this.configurations.add(index, entry.configuration)
  }

  /** Sends a message when all that has changed so far is on disk. */
  release(target: NodeId, message: RaftMessage): void {
    if (!this.staging.delay(target, message)) this.host.send(target, message)
  }

  /** Another randomised election time-out begins now (5.2). */
  restartElectionTimer(): void {
    this.electionDeadline = (this.now + this.electionTimeout) as Instant
  }

  /** Draws the next election time-out; drawn once a term, so that an append costs no draw. */
  drawElectionTimeout(): void {
    const { electionTimeoutMin, electionTimeoutMax } = this.settings
    const drawn = this.host.draw(electionTimeoutMin, electionTimeoutMax)
    this.electionTimeout = this.host.buggify('raft.early-election') ? electionTimeoutMin : drawn
    this.restartElectionTimer()
  }
}

function initial(settings: RaftSettings): Configuration {
  return { voters: settings.voters, learners: [] }
}
