// Clients are cut off from the chat and come back, packets are lost and held up: whoever was away hears what they missed, once.

import { chatInvariants, chatNodes, chatSettle } from './parts/chat-room.ts'
import { clogs, ms, packetLoss, partitions, type Scenario, scenario, seconds } from '../sim/index.ts'

const chatPartition: Scenario = scenario({
  title: 'whoever was cut off from a chat hears all that was said, once',
  parameters: { mutant: 'none' },
  nodes: ({ mutant }) => chatNodes({ mutant }),
  faults: [
    partitions({ every: seconds(3), for: [ms(300), seconds(5)] }),
    clogs({ every: seconds(3) }),
    packetLoss({ every: seconds(5) }),
  ],
  invariants: chatInvariants(),
  duration: seconds(20),
  settle: chatSettle,
})

export default chatPartition
