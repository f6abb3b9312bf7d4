// The decisions on which the promises of the chat rest, so that a test can put a wrong one in the place of each, and see that the
// invariants notice.

import type { StoredMessage } from './protocol.ts'

/** When and how messages are stored, told and numbered. */
export interface ChatRules {
  /** When a message is acknowledged and told. */
  readonly tellsWhen: 'synced' | 'appended'
  /** Whether a message that came before is not stored again. */
  readonly knowsIds: boolean
  /** Whether a room that is opened knows the messages that came before it was. */
  readonly recallsIds: boolean
  /** What of the messages that were stored together one member is told, in which order. */
  readonly orderFor: (batch: readonly StoredMessage[], nick: string) => readonly StoredMessage[]
  /** The first message that one is told who has those up to `after`. */
  readonly resumesAt: (after: number) => number
}

/** The right ones. */
export const chatRules: ChatRules = {
  tellsWhen: 'synced',
  knowsIds: true,
  recallsIds: true,
  orderFor: (batch) => batch,
  resumesAt: (after) => after + 1,
}

/** A planted bug. */
export interface ChatMutant {
  readonly name: string
  readonly bug: string
  readonly rules: ChatRules
}

const all: readonly ChatMutant[] = [
  {
    name: 'acknowledge-before-sync',
    bug: 'a message is acknowledged and told while a crash can still take it away',
    rules: { ...chatRules, tellsWhen: 'appended' },
  },
  {
    name: 'forget-ids',
    bug: 'a message that is sent again, since its acknowledgement was lost, is stored again',
    rules: { ...chatRules, knowsIds: false },
  },
  {
    name: 'recall-nothing',
    bug: 'a room that was closed, or whose server started again, does not know a message that came before',
    rules: { ...chatRules, recallsIds: false },
  },
  {
    name: 'own-first',
    bug: 'who says something is told it before what others said at the same time, under a number of its own',
    rules: { ...chatRules, orderFor: ownFirst },
  },
  {
    name: 'resume-too-late',
    bug: 'who comes back is told what was said after the first message that they missed',
    rules: { ...chatRules, resumesAt: (after) => (after === 0 ? 1 : after + 2) },
  },
]

function ownFirst(batch: readonly StoredMessage[], nick: string): readonly StoredMessage[] {
  const first = batch[0]?.seq ?? 0
  const own = batch.filter((message) => message.nick === nick)
  const others = batch.filter((message) => message.nick !== nick)
  return [...own, ...others].map((message, place) => ({ ...message, seq: first + place }))
}

/** The planted bugs by their names. */
export const chatMutants: ReadonlyMap<string, ChatMutant> = new Map(all.map((each) => [each.name, each]))
