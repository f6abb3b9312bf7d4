// The chat as the scenarios use it: its machines, and what must hold of it.

import {
  chatAcknowledgedKept,
  chatNoneLost,
  chatNoneTwice,
  chatSameOrder,
  eventually,
  operationsSucceed,
} from '../../invariants/index.ts'
import {
  chat,
  chatExitCodes,
  type ChatLimits,
  chatMutants,
  chatOperations,
  chatRules,
  type ChatRules,
  chatter,
  type ChatterOptions,
} from '../../nodes/chat/index.ts'
import {
  type Duration,
  group,
  type Invariant,
  ms,
  type NodeOptions,
  type NodeSpec,
  type Program,
  seconds,
} from '../../sim/index.ts'

/** How the chat is made up. */
export interface ChatRoom {
  /** How many people, in turns over lines and over WebSocket (default 4), as `client-1`, … */
  readonly clients?: number
  readonly rooms?: ChatterOptions['rooms']
  readonly rate?: Duration
  readonly textSize?: number
  readonly limits?: Partial<ChatLimits>
  /** The name of a planted bug (see nodes/chat/chat-rules.ts); 'none' for a right server. */
  readonly mutant?: string
  /** What is done to the server's program before it runs (default: nothing). */
  readonly clocked?: (program: Program) => Program
  /** Options of the server's machine. */
  readonly machine?: NodeOptions
}

/** The machines: `chat-1`, and `lines-1`…, `web-1`… that talk in it. */
export function chatNodes(room: ChatRoom = {}): readonly NodeSpec[] {
  const { clients = 4, rooms = ['lobby', 'kitchen'], rate = ms(250), textSize = 0, limits = {} } = room
  const person = (over: 'lines' | 'web') => chatter({ server: 'chat-1', over, rooms, rate, textSize })
  const server = chat({ limits, rules: rulesOf(room.mutant ?? 'none') })
  const options = { quorum: 0, operations: chatOperations }
  return [
    ...group('chat', 1, room.clocked?.(server) ?? server, {
      restartAfterExit: seconds(1),
      quorum: 0,
      ...room.machine,
    }),
    ...group('lines', Math.ceil(clients / 2), person('lines'), options),
    ...group('web', Math.floor(clients / 2), person('web'), options),
  ]
}

/** What must hold of the chat in every scenario. */
export function chatInvariants(): readonly Invariant[] {
  return [
    chatSameOrder,
    chatNoneTwice,
    chatNoneLost(),
    chatAcknowledgedKept,
    eventually(operationsSucceed(['lines', 'web']), { within: seconds(10) }),
  ]
}

/** A server whose disk fails it ends itself on purpose. */
export const chatExitsAllowed: readonly number[] = [chatExitCodes.disk]

/** How long the healed chat runs on. */
export const chatSettle: Duration = seconds(12)

/** The names that the parameter `mutant` can have. */
const mutantNames: readonly string[] = ['none', ...chatMutants.keys()]

function rulesOf(name: string): ChatRules {
  if (name === 'none') return chatRules
  const mutant = chatMutants.get(name)
  if (mutant === undefined)
    throw new RangeError(`mutant: got "${name}", wanted one of ${mutantNames.join(', ')}`)
  return mutant.rules
}
