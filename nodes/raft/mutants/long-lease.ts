import { scale } from '../../../sim/index.ts'
import { mutant, type Mutant } from './mutant.ts'

/** A lease that outlives the loyalty of the followers. */
export const longLease: Mutant = mutant(
  {
    name: 'long-lease',
    bug: 'a leader reads by a lease several election time-outs long (thesis 6.4.1)',
    needs:
      'lease reads, and a leader cut off from the others but not from its clients while another is elected and writes',
  },
  { leaseDuration: (electionTimeoutMin) => scale(electionTimeoutMin, 8) },
)
