// The zoo: published bugs of distributed systems, each a small program with the bug and its fixed twin. One import and
// one entry a bug, in alphabetical order.

import type { ZooBug } from './bug.ts'
import { bug as asynchronousReplication } from './asynchronous-replication.ts'
import { bug as balancerHerd } from './balancer-herd.ts'
import { bug as cacheStampede } from './cache-stampede.ts'
import { bug as doubleRun } from './double-run.ts'
import { bug as figureEight } from './figure-eight.ts'
import { bug as fsyncRetried } from './fsync-retried.ts'
import { bug as hintResurrects } from './hint-resurrects.ts'
import { bug as lastWriteWins } from './last-write-wins.ts'
import { bug as leaseAba } from './lease-aba.ts'
import { bug as lockWithoutFencing } from './lock-without-fencing.ts'
import { bug as longFork } from './long-fork.ts'
import { bug as lostUpdate } from './lost-update.ts'
import { bug as lostVote } from './lost-vote.ts'
import { bug as membershipOverlap } from './membership-overlap.ts'
import { bug as nonMonotonicReads } from './non-monotonic-reads.ts'
import { bug as prunedClock } from './pruned-clock.ts'
import { bug as redeliveredJob } from './redelivered-job.ts'
import { bug as retryStorm } from './retry-storm.ts'
import { bug as sagaCompensatedTwice } from './saga-compensated-twice.ts'
import { bug as sagaOvertaken } from './saga-overtaken.ts'
import { bug as skippedItems } from './skipped-items.ts'
import { bug as splitBrain } from './split-brain.ts'
import { bug as staleLease } from './stale-lease.ts'
import { bug as threePhaseCommit } from './three-phase-commit.ts'
import { bug as tornPage } from './torn-page.ts'
import { bug as twoPhaseCommit } from './two-phase-commit.ts'
import { bug as uncleanElection } from './unclean-election.ts'
import { bug as unorderedMerge } from './unordered-merge.ts'
import { bug as writeSkew } from './write-skew.ts'

export type { ZooBug } from './bug.ts'

/** All bugs of the zoo. */
export const zoo: readonly ZooBug[] = [
  asynchronousReplication,
  balancerHerd,
  cacheStampede,
  doubleRun,
  figureEight,
  fsyncRetried,
  hintResurrects,
  lastWriteWins,
  leaseAba,
  lockWithoutFencing,
  longFork,
  lostUpdate,
  lostVote,
  membershipOverlap,
  nonMonotonicReads,
  prunedClock,
  redeliveredJob,
  retryStorm,
  sagaCompensatedTwice,
  sagaOvertaken,
  skippedItems,
  splitBrain,
  staleLease,
  threePhaseCommit,
  tornPage,
  twoPhaseCommit,
  uncleanElection,
  unorderedMerge,
  writeSkew,
]
