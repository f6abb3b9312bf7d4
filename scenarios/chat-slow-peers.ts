// Peers begin a name, a line, a request or a frame and never end it, some with a byte now and then, while clocks jump: a chat with few
// connections takes them back, and whoever comes to talk finds one. `--set commandForMs=3600000` waits for the rest of a line or frame,
// `--set handshakeForMs=3600000` for a name or a request, and `--set usesWall=true` plants the bug of measuring waits by the wall clock.

import { chatInvariants, chatNodes, chatSettle } from './parts/chat-room.ts'
import { othersAreServed } from './parts/others-served.ts'
import { connectionsAreTakenBack, slowTalker } from './parts/slow-talkers.ts'
import { wallForMonotonic } from './parts/wall-for-monotonic.ts'
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

const chatSlowPeers: Scenario = scenario({
  title: 'slow peers and wrong clocks take no connection from who talks in a chat',
  parameters: { commandForMs: 2000, handshakeForMs: 2000, usesWall: false },
  nodes: ({ commandForMs, handshakeForMs, usesWall }) => [
    ...chatNodes({
      limits: {
        connectionsMax: 30,
        commandFor: ms(commandForMs),
        namelessFor: ms(handshakeForMs),
        requestFor: ms(handshakeForMs),
        requestlessFor: ms(handshakeForMs),
      },
      clocked: (program: Program): Program => (usesWall ? wallForMonotonic(program) : program),
    }),
    ...group('peer', 5, slowTalker('chat-1'), { quorum: 0 }),
  ],
  faults: [
    clockSteps({ of: 'chat', every: ms(400), by: [ms(100), minutes(10)] }),
    clockSteps({ of: ['lines', 'web'], every: seconds(2), by: [ms(100), minutes(10)] }),
    clockDrifts({ of: ['chat', 'lines', 'web'], ppm: [100, 50_000] }),
    // Who comes back needs a connection that the peers would have as well.
    crashes({ of: ['lines', 'web'], every: seconds(2), for: [ms(50), ms(500)] }),
  ],
  invariants: [...chatInvariants(), othersAreServed, connectionsAreTakenBack(seconds(6))],
  duration: seconds(15),
  settle: chatSettle,
})

export default chatSlowPeers
