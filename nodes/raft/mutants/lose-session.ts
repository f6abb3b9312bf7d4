import { mutant, type Mutant } from './mutant.ts'

/** A snapshot lacks the session that was used last. */
export const loseSession: Mutant = mutant(
  {
    name: 'lose-session',
    bug: 'a snapshot does not hold all client sessions (section 8; thesis 6.3)',
    needs:
      'a server that goes on from a snapshot; shows as replicas that differ, and as a command applied twice',
  },
  { snapshotSessions: (sessions) => sessions.slice(0, -1) },
)
