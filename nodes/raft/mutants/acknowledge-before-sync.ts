import { mutant, type Mutant } from './mutant.ts'

/** Followers, and the leader to itself, acknowledge entries that a crash can still take away. */
export const acknowledgeBeforeSync: Mutant = mutant(
  {
    name: 'acknowledge-before-sync',
    bug: 'entries are acknowledged when received, not when synced (figure 2: updated on stable storage before responding)',
    needs:
      'crashes that lose unsynced writes on so many servers that a committed entry has no copy in a later majority',
  },
  { acknowledgeWhen: () => 'received' },
)
