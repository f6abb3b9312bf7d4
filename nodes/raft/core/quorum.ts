// What a majority has: the largest value that more than half of the voters reach.

import { majority } from './configuration.ts'
import type { LogIndex } from './entry.ts'
import type { Progress } from './progress.ts'
import type { Leadership, RaftState } from './state.ts'
import type { Instant } from '../../../sim/index.ts'

/** The last entry that a majority of the voters holds on disk, as the leader knows it. */
export function majorityMatch(raft: RaftState, leadership: Leadership): LogIndex {
  return reached(raft, leadership, leadership.ownMatch, matchOf)
}

/** The latest instant at which a majority still followed this leader: what was sent then was answered. */
export function majorityEcho(raft: RaftState, leadership: Leadership): Instant {
  return reached(raft, leadership, raft.now, echoOf) as Instant
}

/** Whether a majority followed this server, as a leader, within the shortest election time-out. */
export function hasFreshMajority(raft: RaftState): boolean {
  const { leadership, now, settings } = raft
  return leadership !== null && wasFollowedSince(raft, leadership, now - settings.electionTimeoutMin + 1)
}

/**
 * Whether a majority has answered what was sent since an instant (check-quorum, thesis 6.2: a round of heartbeats). Answers
 * that merely arrived since then do not count: behind a long queue they go on arriving, each as late as the last, and would
 * keep a leader in office that nobody hears in time. The votes count as answers to the beginning.
 */
export function wasFollowedSince(raft: RaftState, leadership: Leadership, since: number): boolean {
  return Math.max(majorityEcho(raft, leadership), leadership.beganAt) >= since
}

const matchOf = (progress: Progress): number => progress.match
const echoOf = (progress: Progress): number => progress.echoedAt

// Reused, since this runs for every answer: the values of the voters, largest first.
const sorted: number[] = []

function reached(
  raft: RaftState,
  leadership: Leadership,
  own: number,
  valueOf: (progress: Progress) => number,
): number {
  const { voters } = raft.configuration
  sorted.length = 0
  for (const voter of voters) {
    const progress = leadership.progress.get(voter)
    if (voter === raft.id) insert(own)
    else insert(progress === undefined ? -1 : valueOf(progress))
  }
  return sorted[majority(raft.configuration) - 1] ?? -1
}

function insert(value: number): void {
  let place = sorted.length
  while (place > 0 && (sorted[place - 1] as number) < value) {
    sorted[place] = sorted[place - 1] as number
    place--
  }
  sorted[place] = value
}
