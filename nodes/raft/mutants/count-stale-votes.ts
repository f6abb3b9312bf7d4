import { mutant, type Mutant } from './mutant.ts'

/** A candidate counts answers to questions that it asked before: of an earlier term, or of its pre-vote. */
export const countStaleVotes: Mutant = mutant(
  {
    name: 'count-stale-votes',
    bug: 'answers of an earlier election, or of the pre-vote, count in the present one (5.2; thesis 9.6)',
    needs: 'two candidates in one term, and answers that come late; shows as two leaders of a term',
  },
  { mayCountVote: () => true },
)
