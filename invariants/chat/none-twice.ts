import type { Invariant } from '../../sim/index.ts'
import { fold } from '../fold.ts'
import { chatProbe, type MessageProbe, within } from './probe.ts'

interface State {
  /** The number of each message, by room and id. */
  readonly seqs: Map<string, Map<string, number>>
  looked: number
}

/** However often a message is sent, it is in its room once: nobody hears it, or finds it in the history, under two numbers. */
export const chatNoneTwice: Invariant = fold({
  name: 'no message is in its room twice',
  kinds: ['probe'],
  unit: 'messages told',
  initial: (): State => ({ seqs: new Map(), looked: 0 }),
  on: (state, event) => {
    const probe = chatProbe(event)
    if (probe?.kind === 'heard' || probe?.kind === 'acknowledged') return twice(state, probe, event.node)
    if (probe?.kind !== 'page') return null
    for (const message of probe.messages) {
      const problem = twice(state, message, event.node)
      if (problem !== null) return problem
    }
    return null
  },
  looked: ({ looked }) => looked,
})

function twice(state: State, { room, seq, id }: MessageProbe, node: string): string | null {
  state.looked++
  const seqs = within(state.seqs, room)
  const known = seqs.get(id)
  if (known === undefined) seqs.set(id, seq)
  return known === undefined || known === seq
    ? null
    : `one message under two numbers\n${id} of ${room} is ${known}, and ${seq} to ${node}`
}
