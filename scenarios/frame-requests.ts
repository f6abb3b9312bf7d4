// Clients ask a server over streams that break, stall and come back: half of them find their answers by ids, half by order.
// `--set plant=…` plants a bug that the invariants have to find.

import { frameAnswersBelong, frameClient, frameServer, unsentIsUnserved } from './parts/frame-load.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import {
  clockDrifts,
  crashes,
  group,
  ms,
  packetLoss,
  partitions,
  pauses,
  type Scenario,
  scenario,
  seconds,
  slowCpu,
} from '../sim/index.ts'

const frameRequests: Scenario = scenario({
  title: 'answers find their requests, whatever happens to the connections',
  parameters: { plant: 'none' },
  nodes: ({ plant }) => [
    ...group('server', 1, frameServer(plant), { quorum: 0 }),
    ...group('client', 4, frameClient(plant), { quorum: 0, operations: ['ask'] }),
  ],
  faults: [
    partitions({ every: seconds(4), for: [ms(100), seconds(2)] }),
    crashes({ of: 'server', every: seconds(5), for: [ms(100), seconds(1)] }),
    crashes({ of: 'client', every: seconds(9), for: [ms(100), seconds(1)] }),
    pauses({ of: 'server', every: seconds(3), for: [ms(100), seconds(1)] }),
    // No slower than what is asked of it: a server that falls behind for good is another story.
    slowCpu({ of: 'server', every: seconds(5), factor: [2, 8] }),
    packetLoss(),
    // The wall clock is not read: steps of it change nothing.
    clockDrifts(),
  ],
  invariants: [
    frameAnswersBelong,
    unsentIsUnserved,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(20),
  settle: seconds(12),
})

export default frameRequests
