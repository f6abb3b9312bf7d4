// Peers that send a byte a second of a frame without an end hold connections of a server that has only so many, while clocks jump:
// a frame that does not come is not waited for, by whatever the clocks say. `--set frameTimeoutMs=3600000` lets it wait, and
// `--set usesWall=true` plants the bug of measuring waits by the wall clock.

import {
  frameAnswersBelong,
  frameClient,
  framePort,
  frameServer,
  unsentIsUnserved,
} from './parts/frame-load.ts'
import { othersAreServed } from './parts/others-served.ts'
import { slowPeer } from './parts/slow-peer.ts'
import { wallForMonotonic } from './parts/wall-for-monotonic.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import {
  clockDrifts,
  clockSteps,
  crashes,
  group,
  minutes,
  ms,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const frameSlowPeers: Scenario = scenario({
  title: 'slow peers and wrong clocks take no connection from who asks in frames',
  parameters: { plant: 'none', frameTimeoutMs: 2000, usesWall: false },
  nodes: ({ plant, frameTimeoutMs, usesWall }) => {
    const clocked = (program: Program): Program => (usesWall ? wallForMonotonic(program) : program)
    const limits = { connectionsMax: 30, frameTimeout: ms(frameTimeoutMs), writeTimeout: seconds(2) }
    const opening = '{"id":1,"token":"'
    return [
      ...group('server', 1, clocked(frameServer(plant, limits)), { quorum: 0 }),
      ...group('client', 4, clocked(frameClient(plant)), { quorum: 0, operations: ['ask'] }),
      ...group('peer', 5, slowPeer({ server: 'server-1', port: framePort, opening, every: ms(500) }), {
        quorum: 0,
      }),
    ]
  },
  faults: [
    clockSteps({ of: 'server', every: seconds(2), by: [seconds(2), minutes(10)] }),
    clockSteps({ of: 'client', every: seconds(1), by: [ms(100), minutes(10)] }),
    clockDrifts({ of: ['server', 'client'], ppm: [100, 50_000] }),
    // Who comes back needs a connection that the peers would have as well.
    crashes({ of: 'client', every: seconds(2), for: [ms(50), ms(500)] }),
  ],
  invariants: [
    frameAnswersBelong,
    unsentIsUnserved,
    othersAreServed,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(15),
  settle: seconds(12),
})

export default frameSlowPeers
