// Rooms in which nobody is are closed at once, and more of them are wanted than may be open: people lose their connections, their rooms
// empty, and when they come back the rooms are read from the disk again, with all that was said.

import { chatExitsAllowed, chatInvariants, chatNodes, chatSettle } from './parts/chat-room.ts'
import { onProbe, sometimes } from '../invariants/index.ts'
import { clogs, crashes, ms, packetLoss, partitions, type Scenario, scenario, seconds } from '../sim/index.ts'

/** Each is in a room that is its own most of the time, and in one with another. */
function roomsOf(name: string): readonly string[] {
  return [name, `pair-${name.slice(-1)}`]
}

const chatRooms: Scenario = scenario({
  title: 'rooms of a chat close when nobody is in them, and open with all that was said',
  parameters: { mutant: 'none' },
  nodes: ({ mutant }) => chatNodes({ mutant, clients: 6, rooms: roomsOf, limits: { emptyRoomsMax: 0 } }),
  faults: [
    partitions({ every: seconds(2), for: [ms(300), seconds(4)] }),
    clogs({ every: seconds(3) }),
    packetLoss({ every: seconds(5) }),
    crashes({ of: ['lines', 'web'], every: seconds(3), for: [ms(100), seconds(2)] }),
    crashes({ of: 'chat', every: seconds(8), for: [ms(100), seconds(1)], disk: 'lost' }),
  ],
  exitsAllowed: chatExitsAllowed,
  invariants: [
    ...chatInvariants(),
    sometimes(
      'a room was closed',
      onProbe('chat.closed', () => true),
    ),
  ],
  duration: seconds(20),
  settle: chatSettle,
})

export default chatRooms
