// The disk of the chat refuses, fills up, stalls and tears what is written: who is told that a message is stored can rely on it,
// and who is not, says it again.

import { chatExitsAllowed, chatInvariants, chatNodes, chatSettle } from './parts/chat-room.ts'
import {
  crashes,
  diskErrors,
  fsyncFailures,
  fullDisks,
  ms,
  type Scenario,
  scenario,
  seconds,
  shortReads,
  stalledDisks,
  tornWrites,
} from '../sim/index.ts'

const chatDisk: Scenario = scenario({
  title: 'a chat acknowledges only what is on a disk that fails in every way',
  parameters: { mutant: 'none' },
  nodes: ({ mutant }) => chatNodes({ mutant, clients: 8 }),
  faults: [
    diskErrors({ of: 'chat', every: seconds(4) }),
    fsyncFailures({ of: 'chat', every: seconds(4) }),
    fullDisks({ of: 'chat', every: seconds(5) }),
    stalledDisks({ of: 'chat', every: seconds(6) }),
    shortReads({ of: 'chat', every: seconds(6) }),
    tornWrites({ of: 'chat', every: seconds(5), for: [ms(100), seconds(1)] }),
    crashes({ of: 'chat', every: seconds(5), for: [ms(100), seconds(1)] }),
  ],
  exitsAllowed: chatExitsAllowed,
  invariants: chatInvariants(),
  duration: seconds(20),
  settle: chatSettle,
})

export default chatDisk
