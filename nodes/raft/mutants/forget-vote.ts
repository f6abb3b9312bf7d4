import { mutant, type Mutant } from './mutant.ts'

/** The disk holds the term but not the vote. */
export const forgetVote: Mutant = mutant(
  {
    name: 'forget-vote',
    bug: 'the vote is not on disk (figure 2: votedFor is persistent state)',
    needs:
      'a server that crashes after voting and comes back in the same term; shows as a recovered vote that differs',
  },
  { persistVote: ({ term }) => ({ term, vote: null }) },
)
