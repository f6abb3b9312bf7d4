import { mutant, type Mutant } from './mutant.ts'

/** A follower takes entries from a leader that has been replaced. */
export const acceptStaleAppend: Mutant = mutant(
  {
    name: 'accept-stale-append',
    bug: 'appends of a former term are taken (5.1: a server rejects requests with a stale term)',
    needs:
      'a leader cut off with entries of its own that comes back, or late messages, after another leader committed',
  },
  { acceptAppend: () => true },
)
