// A compensation that is asked for until it is answered runs once more whenever an answer is lost or late: a refund is paid
// twice. Fixed as such sagas are: a compensation leaves a mark, and what has a mark is not compensated again.

import type { ZooBug } from './bug.ts'
import { allOrNothing, rightSaga, sagaNodes } from './parts/saga.ts'
import { ms, packetLoss, type Scenario, scenario, seconds } from '../../sim/index.ts'

const sagaCompensatedTwice: Scenario = scenario({
  title: 'the answer to a compensation is lost, it is asked for again, and takes effect twice',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => sagaNodes({ ...rightSaga, compensatesTwice: !isFixed }),
  faults: [packetLoss({ every: seconds(5), for: [ms(200), seconds(1)] })],
  invariants: [allOrNothing],
  duration: seconds(8),
  settle: seconds(3),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'saga-compensated-twice',
  source:
    'Hector Garcia-Molina and Kenneth Salem, "Sagas", SIGMOD 1987; the retry that settles twice: elizaOS/eliza issue 10846, finding 2',
  invariant: 'sagas are all or nothing',
  seedsMax: 100,
  scenario: sagaCompensatedTwice,
}

export default sagaCompensatedTwice
