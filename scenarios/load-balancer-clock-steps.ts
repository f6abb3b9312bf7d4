// The clock of a balancer jumps and runs at its own pace: checks, ejections, deadlines and slow starts go by the other one.
// `--set usesWall=true` plants the bug of measuring waits by the wall clock.

import { balancer, serverNames } from './parts/balanced.ts'
import { answersBelong, httpClient, httpOperations, httpServer, postsAtMostOnce } from './parts/http-load.ts'
import { allAreAnswered } from './parts/others-served.ts'
import { wallForMonotonic } from './parts/wall-for-monotonic.ts'
import { eventually, fold, operationsSucceed } from '../invariants/index.ts'
import {
  clockDrifts,
  clockSteps,
  group,
  type Invariant,
  minutes,
  ms,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

/** Back-ends are well all the time. */
const nobodyIsTakenOut: Invariant = fold({
  name: 'no back-end is taken out because of a clock',
  kinds: ['probe', 'operation'],
  unit: 'operations ended',
  initial: () => ({ ended: 0 }),
  on: (state, event) => {
    if (event.kind === 'operation') state.ended += Number(event.phase !== 'invoke')
    else if (event.name === 'lb.backend' && stateOf(event.value) !== 'up')
      return `a back-end was taken out\n${JSON.stringify(event.value)}`
    return null
  },
  looked: ({ ended }) => ended,
})

function mistaken(programs: ReadonlyMap<string, Program>): ReadonlyMap<string, Program> {
  return new Map([...programs].map(([version, program]) => [version, wallForMonotonic(program)]))
}

function stateOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'state' in value ? value.state : undefined
}

const loadBalancerClockSteps: Scenario = scenario({
  title: 'a balancer whose clock jumps loses no request and no back-end',
  parameters: { usesWall: false },
  nodes: ({ usesWall }) => {
    const lb = balancer('lb', serverNames(3), { slowStartMs: 2000, check: 'http', checkPath: '/check' })
    return [
      ...group('server', 3, httpServer()),
      usesWall ? { ...lb, programs: mistaken(lb.programs) } : lb,
      ...group('client', 2, httpClient({ servers: ['lb'] }), { quorum: 0, operations: httpOperations }),
    ]
  },
  faults: [clockSteps({ every: ms(500), by: [ms(100), minutes(10)] }), clockDrifts({ ppm: [100, 50_000] })],
  invariants: [
    answersBelong,
    postsAtMostOnce,
    allAreAnswered,
    nobodyIsTakenOut,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(10),
  settle: seconds(12),
})

export default loadBalancerClockSteps
