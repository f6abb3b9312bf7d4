// Clocks jump and run at their own pace: the order of messages and the keep-alive go by neither of them.

import { chatInvariants, chatNodes, chatSettle } from './parts/chat-room.ts'
import { clockDrifts, clockSteps, type Scenario, scenario, seconds } from '../sim/index.ts'

const chatClockSteps: Scenario = scenario({
  title: 'the order of a chat does not depend on clocks',
  parameters: { mutant: 'none' },
  nodes: ({ mutant }) => chatNodes({ mutant }),
  faults: [clockSteps({ every: seconds(1) }), clockDrifts({ ppm: [100, 50_000] })],
  invariants: chatInvariants(),
  duration: seconds(20),
  settle: chatSettle,
})

export default chatClockSteps
