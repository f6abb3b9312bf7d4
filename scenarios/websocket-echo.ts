// Messages of all sizes go to an echo over WebSocket and back, cut into fragments, over links that lose, delay and narrow what they carry, are cut, and
// between machines that crash, stand still, and have clocks that jump. `--set bug=NAME` plants a bug that the invariants find.
//
// Nothing is compressed here: the bytes that zlib makes differ between its versions, and so would the run.

import { eventually, operationsSucceed } from '../invariants/index.ts'
import {
  answeringAreKept,
  closesAgree,
  deadAreNoticed,
  echoClient,
  echoServer,
  messagesArrive,
} from './parts/websocket-peers.ts'
import {
  clockDrifts,
  clockSteps,
  clogs,
  crashes,
  group,
  minutes,
  ms,
  narrowLinks,
  packetLoss,
  partitions,
  pauses,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const websocketEcho: Scenario = scenario({
  title: 'messages over WebSocket arrive whole, in order and once, and both ends know how it ended',
  parameters: { bug: 'none' },
  nodes: ({ bug }) => [
    ...group('server', 1, echoServer(bug), { quorum: 0 }),
    ...group('client', 4, echoClient('server-1', bug), { quorum: 0, operations: ['echo'] }),
  ],
  faults: [
    partitions({ every: seconds(4), for: [ms(300), seconds(9)] }),
    packetLoss({ every: seconds(4) }),
    clogs({ every: seconds(4) }),
    narrowLinks({ every: seconds(5) }),
    pauses({ every: seconds(4), for: [ms(100), seconds(1)] }),
    crashes({ of: 'server', every: seconds(6), for: [ms(100), seconds(1)] }),
    crashes({ of: 'client', every: seconds(6), for: [ms(100), seconds(1)] }),
    // Farther than any wait, so that a wait by the wall clock would end at once, or never.
    clockSteps({ every: seconds(1), by: [ms(100), minutes(10)] }),
    clockDrifts({ ppm: [100, 50_000] }),
  ],
  invariants: [
    messagesArrive,
    closesAgree,
    deadAreNoticed,
    answeringAreKept,
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(20),
  settle: seconds(15),
})

export default websocketEcho
