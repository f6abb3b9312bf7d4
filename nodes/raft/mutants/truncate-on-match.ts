import { mutant, type Mutant } from './mutant.ts'

/** A follower cuts its log after the entries of every append, also of one that is late. */
export const truncateOnMatch: Mutant = mutant(
  {
    name: 'truncate-on-match',
    bug: 'what follows the entries of an append is removed without a conflict (5.3)',
    needs: 'appends that overtake each other; then the follower lacks what it has acknowledged',
  },
  { truncateFrom: ({ conflict, end }) => conflict ?? end + 1 },
)
