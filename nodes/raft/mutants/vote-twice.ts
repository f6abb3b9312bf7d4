import { mutant, type Mutant } from './mutant.ts'

/** A server forgets, when asked again, that it has voted in this term. */
export const voteTwice: Mutant = mutant(
  {
    name: 'vote-twice',
    bug: 'a server votes for every candidate of a term (5.2: at most one candidate in a given term)',
    needs: 'two candidates in one term that share a voter; shows as two votes of a term, then as two leaders',
  },
  { mayGrantVote: () => true },
)
