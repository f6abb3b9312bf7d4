import { mutant, type Mutant } from './mutant.ts'

/** A leader counts copies of entries of former terms, and has no entry of its own to commit them with. */
export const commitOlderTerm: Mutant = mutant(
  {
    name: 'commit-older-term',
    bug: 'an entry of an older term is committed by counting its copies (5.4.2, figure 8)',
    needs:
      'figure 8: leaders that change while an old entry is on a majority, and a later leader that lacks it',
  },
  { mayCommit: () => true, beginsTermWithEntry: () => false },
)
