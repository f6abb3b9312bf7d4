// Some clients stop reading for a while: what waits for them is bounded, so they are sent away, and come back for the rest from the
// history; nobody else waits for them.

import { chatInvariants, chatNodes, chatSettle } from './parts/chat-room.ts'
import { onProbe, sometimes } from '../invariants/index.ts'
import { ms, narrowLinks, pauses, type Scenario, scenario, seconds } from '../sim/index.ts'

const isSlow = (value: unknown): boolean => /slowly/.test(JSON.stringify(value))

const chatSlowReader: Scenario = scenario({
  title: 'a chat sends slow readers away, and they miss nothing',
  parameters: { mutant: 'none' },
  nodes: ({ mutant }) =>
    chatNodes({
      mutant,
      clients: 6,
      rooms: ['lobby'],
      rate: ms(100),
      textSize: 1500,
      limits: { outboxMax: 16 * 1024 },
    }),
  faults: [
    pauses({ of: ['lines', 'web'], every: seconds(2), for: [ms(500), seconds(4)] }),
    narrowLinks({ every: seconds(5) }),
  ],
  invariants: [
    ...chatInvariants(),
    sometimes('somebody was told that they read too slowly', onProbe('chat.lost', isSlow)),
  ],
  duration: seconds(20),
  settle: chatSettle,
})

export default chatSlowReader
