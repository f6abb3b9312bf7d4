import type { Invariant } from '../../sim/index.ts'
import { fold } from '../fold.ts'
import { chatProbe, type MessageProbe, within } from './probe.ts'

interface State {
  /** The id of each message, by room and number, and who told of it first. */
  readonly ids: Map<string, Map<number, { readonly id: string; readonly by: string }>>
  /** The last message that a node heard in a room. */
  readonly heard: Map<string, Map<string, number>>
  looked: number
}

/**
 * The messages of a room are in the same order for everybody: under one number everyone hears, sees in the history, and has
 * acknowledged, the same message; and numbers only rise for who stays.
 */
export const chatSameOrder: Invariant = fold({
  name: 'everybody in a room hears the same messages in the same order',
  kinds: ['probe', 'start'],
  unit: 'messages told',
  initial: (): State => ({ ids: new Map(), heard: new Map(), looked: 0 }),
  on: (state, event) => {
    if (event.kind === 'start') {
      state.heard.delete(event.node)
      return null
    }
    const probe = chatProbe(event)
    switch (probe?.kind) {
      case 'heard': {
        const heard = within(state.heard, event.node)
        const last = heard.get(probe.room) ?? 0
        heard.set(probe.room, probe.seq)
        return probe.seq <= last
          ? `a member heard a message after a later one\n${event.node} heard ${probe.seq} of ${probe.room} after ${last}`
          : differs(state, probe, event.node)
      }
      case 'acknowledged':
        return differs(state, probe, event.node)
      case 'page':
        for (const message of probe.messages) {
          const problem = differs(state, message, event.node)
          if (problem !== null) return problem
        }
        return null
      case 'entered':
        within(state.heard, event.node).set(probe.room, probe.after)
        return null
      case 'recovered':
      case 'lost':
      case undefined:
        return null
    }
  },
  looked: ({ looked }) => looked,
})

function differs(state: State, { room, seq, id }: MessageProbe, node: string): string | null {
  state.looked++
  const { ids } = state
  const known = within(ids, room).get(seq)
  if (known === undefined) {
    within(ids, room).set(seq, { id, by: node })
    return null
  }
  return known.id === id
    ? null
    : `one number, two messages\n${seq} of ${room} is ${known.id} to ${known.by}, and ${id} to ${node}`
}
