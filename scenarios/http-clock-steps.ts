// Clocks of HTTP clients and servers jump and run at their own pace: how long is waited for anything goes by neither of them.
// `--set usesWall=true` plants the bug of measuring waits by the wall clock.

import { answersBelong, httpClient, httpOperations, httpServer, postsAtMostOnce } from './parts/http-load.ts'
import { allAreAnswered } from './parts/others-served.ts'
import { wallForMonotonic } from './parts/wall-for-monotonic.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import {
  clockDrifts,
  clockSteps,
  group,
  minutes,
  ms,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const servers = ['server-1', 'server-2']

const httpClockSteps: Scenario = scenario({
  title: 'no request over HTTP is lost to clocks that jump and drift',
  parameters: { usesWall: false },
  nodes: ({ usesWall }) => {
    const clocked = (program: Program): Program => (usesWall ? wallForMonotonic(program) : program)
    return [
      ...group('server', servers.length, clocked(httpServer({ redirects: true }))),
      ...group('client', 3, clocked(httpClient({ servers })), { quorum: 0, operations: httpOperations }),
    ]
  },
  faults: [clockSteps({ every: ms(500), by: [ms(100), minutes(10)] }), clockDrifts({ ppm: [100, 50_000] })],
  invariants: [
    answersBelong,
    postsAtMostOnce,
    allAreAnswered,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(15),
  settle: seconds(12),
})

export default httpClockSteps
