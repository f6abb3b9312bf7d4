// An action that is late is taken for failed and compensated, and the compensation overtakes it: there is nothing to undo
// yet, and then the action takes effect in a saga that is over. Users of TCC call it suspension. Fixed as in Seata 1.5.1:
// a compensation that finds nothing leaves a mark, and the action is refused when it comes.

import type { ZooBug } from './bug.ts'
import { allOrNothing, rightSaga, sagaNodes } from './parts/saga.ts'
import { ms, reordering, type Scenario, scenario, seconds } from '../../sim/index.ts'

const sagaOvertaken: Scenario = scenario({
  title: 'a compensation overtakes the action that it undoes',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => sagaNodes({ ...rightSaga, actsAfterCompensation: !isFixed }),
  faults: [reordering({ every: seconds(3), for: [ms(200), seconds(2)], window: [ms(20), ms(300)] })],
  invariants: [allOrNothing],
  duration: seconds(8),
  settle: seconds(3),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'saga-overtaken',
  source:
    'apache/incubator-seata pull request 3545, "TCC mode support idempotent and anti hanging", 2021 (released in 1.5.1)',
  invariant: 'sagas are all or nothing',
  seedsMax: 100,
  scenario: sagaOvertaken,
}

export default sagaOvertaken
