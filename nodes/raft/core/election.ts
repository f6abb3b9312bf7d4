// Leader election: 5.2 and 5.4.1 of the paper, pre-vote (thesis 9.6), the loyalty to a fresh leader that makes leases and
// removed servers harmless (section 6, thesis 4.2.3 and 6.4.1), and the election that a leader asks for (thesis 3.10).

import { majority } from './configuration.ts'
import { startLeadership } from './leadership.ts'
import type { TimeoutNowMessage, VoteMessage, VoteReplyMessage } from './message.ts'
import { becomeFollower, beginTerm, changeRole } from './role.ts'
import type { RaftState } from './state.ts'
import { hasFreshMajority } from './quorum.ts'
import type { Instant, NodeId } from '../../../sim/index.ts'

/** How an election begins: with the question whether it would succeed, at once, or at the leader's wish. */
export type Campaign = 'pre-vote' | 'election' | 'transfer'

/** Asks for votes. */
export function campaign(raft: RaftState, how: Campaign): void {
  if (how !== 'pre-vote') beginTerm(raft, raft.term + 1)
  raft.leader = null
  changeRole(raft, how === 'pre-vote' ? 'pre-candidate' : 'candidate')
  raft.drawElectionTimeout()
  raft.voteAgainAt = (raft.now + raft.settings.heartbeat) as Instant
  if (how === 'pre-vote') {
    raft.votes.set(raft.id, true)
    askForVotes(raft, false)
    if (tally(raft)) campaign(raft, 'election')
  } else {
    // One's own vote counts when it is on disk, like everyone's: `ownVoteStored`.
    raft.vote = raft.id
    raft.staging.stageVote(raft.hardState)
    askForVotes(raft, how === 'transfer')
  }
}

// Real requests leave only when the term, one's own vote and the log they speak of are on disk. Otherwise a candidate that
// crashed and lost its unsynced entries could count a vote that was given for the longer log.
function askForVotes(raft: RaftState, isTransfer: boolean): void {
  const isPreVote = raft.role === 'pre-candidate'
  const message: VoteMessage = {
    kind: 'raft.vote',
    term: isPreVote ? raft.term + 1 : raft.term,
    isPreVote,
    isTransfer,
    lastIndex: raft.log.lastIndex,
    lastTerm: raft.log.lastTerm,
  }
  for (const voter of raft.configuration.voters) {
    if (voter === raft.id || raft.votes.has(voter)) continue
    if (isPreVote) raft.host.send(voter, message)
    else raft.release(voter, message)
  }
}

/** Requests without an answer are sent again (5.1). */
export function askForVotesAgain(raft: RaftState): void {
  raft.voteAgainAt = (raft.now + raft.settings.heartbeat) as Instant
  askForVotes(raft, false)
}

/** The vote that this server gave itself is on disk. */
export function ownVoteStored(raft: RaftState): void {
  raft.votes.set(raft.id, true)
  if (tally(raft)) startLeadership(raft)
}

function tally(raft: RaftState): boolean {
  let granted = 0
  for (const voter of raft.configuration.voters) if (raft.votes.get(voter) === true) granted++
  return granted >= majority(raft.configuration)
}

/** RequestVote, and the question before it. */
export function onVote(raft: RaftState, source: NodeId, message: VoteMessage): void {
  if (!message.isTransfer && hasLeader(raft)) return reply(raft, source, message, false)
  if (!message.isPreVote && message.term > raft.term) becomeFollower(raft, message.term, null)
  const isGranted = mayGrant(raft, source, message)
  if (isGranted && !message.isPreVote) grant(raft, source)
  reply(raft, source, message, isGranted)
}

/** Whether a leader was heard so recently that no other may be elected yet. */
function hasLeader(raft: RaftState): boolean {
  if (raft.role === 'leader') return hasFreshMajority(raft)
  return raft.role === 'follower' && raft.now - raft.contactAt < raft.settings.electionTimeoutMin
}

function mayGrant(raft: RaftState, source: NodeId, message: VoteMessage): boolean {
  const { rules } = raft.settings
  const candidate = { term: message.lastTerm, index: message.lastIndex }
  const own = { term: raft.log.lastTerm, index: raft.log.lastIndex }
  if (!rules.isLogUpToDate(candidate, own)) return false
  if (message.isPreVote) return message.term > raft.term
  return message.term === raft.term && rules.mayGrantVote(raft.vote, source)
}

function grant(raft: RaftState, candidate: NodeId): void {
  raft.vote = candidate
  raft.staging.stageVote(raft.hardState)
  raft.restartElectionTimer()
}

function reply(raft: RaftState, source: NodeId, message: VoteMessage, isGranted: boolean): void {
  const isPreVote = message.isPreVote
  const term = isPreVote && isGranted ? message.term : raft.term
  raft.release(source, { kind: 'raft.vote-reply', term, isPreVote, isGranted })
}

/** The answer to a vote that was asked for, in this election or an earlier one. */
export function onVoteReply(raft: RaftState, source: NodeId, message: VoteReplyMessage): void {
  const isPromise = message.isPreVote && message.isGranted
  if (message.term > raft.term && !isPromise) return becomeFollower(raft, message.term, null)
  if (!raft.settings.rules.mayCountVote(message, { term: raft.term, role: raft.role })) return
  raft.votes.set(source, message.isGranted)
  if (!tally(raft)) return
  if (raft.role === 'pre-candidate') campaign(raft, 'election')
  else if (raft.role === 'candidate') startLeadership(raft)
}

/** The leader wants this server to take over. */
export function onTimeoutNow(raft: RaftState, source: NodeId, message: TimeoutNowMessage): void {
  if (message.term < raft.term) return
  if (message.term > raft.term) becomeFollower(raft, message.term, source)
  if (raft.isVoter && raft.role !== 'leader') campaign(raft, 'transfer')
}

/** The election time-out has passed without a leader. */
export function onElectionTimeout(raft: RaftState): void {
  if (raft.isVoter) campaign(raft, 'pre-vote')
  else raft.restartElectionTimer()
}
