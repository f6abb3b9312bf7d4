// The chat server loses its power again and again, in the middle of writing: what it acknowledged is there when it comes back, and
// everybody reads on where they were. `--set mutant=NAME` plants one of the bugs of nodes/chat/chat-rules.ts.

import { chatExitsAllowed, chatInvariants, chatNodes, chatSettle } from './parts/chat-room.ts'
import { crashes, ms, type Scenario, scenario, seconds, slowDisks, tornWrites } from '../sim/index.ts'

const chatCrash: Scenario = scenario({
  title: 'a chat loses no acknowledged message while its server loses power',
  parameters: { mutant: 'none' },
  nodes: ({ mutant }) => chatNodes({ mutant }),
  faults: [
    tornWrites({ of: 'chat', every: seconds(2), for: [ms(100), seconds(1)] }),
    crashes({ of: 'chat', every: seconds(3), for: [ms(100), seconds(1)], disk: 'lost' }),
    // Where several fall together their factors multiply, and what was begun then takes as long as was said: not beyond the end.
    slowDisks({ of: 'chat', every: seconds(4), factor: [2, 20] }),
    crashes({ of: ['lines', 'web'], every: seconds(5), for: [ms(100), seconds(1)] }),
  ],
  exitsAllowed: chatExitsAllowed,
  invariants: chatInvariants(),
  duration: seconds(20),
  settle: chatSettle,
})

export default chatCrash
