import { mutant, type Mutant } from './mutant.ts'

/** A server votes for candidates that lack what it has committed. */
export const ignoreLogOnVote: Mutant = mutant(
  {
    name: 'ignore-log-on-vote',
    bug: 'votes are given without comparing logs (5.4.1: the election restriction)',
    needs:
      'a follower that lacks committed entries and is the first to begin an election after the leader is gone',
  },
  { isLogUpToDate: () => true },
)
