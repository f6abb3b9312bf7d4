// Planted bugs, one a file: what a simulator must find. Each is a set of RaftRules for `kvStore({ raft: { rules } })`.

import { acceptStaleAppend } from './accept-stale-append.ts'
import { acknowledgeBeforeSync } from './acknowledge-before-sync.ts'
import { changeTooEarly } from './change-too-early.ts'
import { commitOlderTerm } from './commit-older-term.ts'
import { countStaleVotes } from './count-stale-votes.ts'
import { forgetVote } from './forget-vote.ts'
import { ignoreLogOnVote } from './ignore-log-on-vote.ts'
import { longLease } from './long-lease.ts'
import { loseSession } from './lose-session.ts'
import type { Mutant } from './mutant.ts'
import { truncateOnMatch } from './truncate-on-match.ts'
import { voteTwice } from './vote-twice.ts'

export type { Mutant } from './mutant.ts'

/** All planted bugs by name. */
export const mutants: ReadonlyMap<string, Mutant> = new Map(
  [
    voteTwice,
    ignoreLogOnVote,
    countStaleVotes,
    acceptStaleAppend,
    commitOlderTerm,
    forgetVote,
    acknowledgeBeforeSync,
    truncateOnMatch,
    loseSession,
    changeTooEarly,
    longLease,
  ].map((planted) => [planted.name, planted]),
)
