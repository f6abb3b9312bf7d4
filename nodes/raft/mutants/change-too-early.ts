import { mutant, type Mutant } from './mutant.ts'

/** Single-server membership change as first published. */
export const changeTooEarly: Mutant = mutant(
  {
    name: 'change-too-early',
    bug: 'a leader changes members before it has committed an entry of its term (Ongaro, raft-dev, 10 July 2015)',
    needs:
      'two leaders that begin different changes, of which the first is not committed; their majorities do not overlap',
  },
  { mayChangeMembership: () => true },
)
