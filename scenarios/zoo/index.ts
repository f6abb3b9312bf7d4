// The zoo: published bugs of distributed systems, each a small program with the bug and its fixed twin. One import and
// one entry a bug, in alphabetical order.

import type { ZooBug } from './bug.ts'
import { bug as figureEight } from './figure-eight.ts'
import { bug as lockWithoutFencing } from './lock-without-fencing.ts'
import { bug as lostVote } from './lost-vote.ts'
import { bug as membershipOverlap } from './membership-overlap.ts'
import { bug as sagaCompensatedTwice } from './saga-compensated-twice.ts'
import { bug as sagaOvertaken } from './saga-overtaken.ts'
import { bug as splitBrain } from './split-brain.ts'
import { bug as staleLease } from './stale-lease.ts'
import { bug as threePhaseCommit } from './three-phase-commit.ts'
import { bug as twoPhaseCommit } from './two-phase-commit.ts'

export type { ZooBug } from './bug.ts'

/** All bugs of the zoo. */
export const zoo: readonly ZooBug[] = [
  figureEight,
  lockWithoutFencing,
  lostVote,
  membershipOverlap,
  sagaCompensatedTwice,
  sagaOvertaken,
  splitBrain,
  staleLease,
  threePhaseCommit,
  twoPhaseCommit,
]
