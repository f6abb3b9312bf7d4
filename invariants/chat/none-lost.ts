import { type Duration, type Instant, type Invariant, seconds } from '../../sim/index.ts'
import { fold } from '../fold.ts'
import { chatProbe, within } from './probe.ts'

interface State {
  /** The last message that each node heard of its rooms, while it runs. */
  readonly heard: Map<string, Map<string, number>>
  /** The messages that were acknowledged, by room: number and instant, numbers not in order. */
  readonly acknowledged: Map<string, { readonly seq: number; readonly at: Instant }[]>
  looked: number
}

/**
 * No message is lost for a member: it hears every one after that at which it entered, without a gap, also across connections;
 * and at the end of a run that healed every member that runs has heard all that was acknowledged until `within` before (default 6 s).
 */
export function chatNoneLost(options: { readonly within?: Duration } = {}): Invariant {
  const patience = options.within ?? seconds(6)
  return fold({
    name: 'no message is lost for a member',
    kinds: ['probe', 'start', 'crash', 'exit'],
    unit: 'messages heard',
    initial: (): State => ({ heard: new Map(), acknowledged: new Map(), looked: 0 }),
    on: (state, event) => {
      if (event.kind !== 'probe') {
        state.heard.delete(event.node)
        return null
      }
      const probe = chatProbe(event)
      if (probe?.kind === 'acknowledged') {
        const list = state.acknowledged.get(probe.room) ?? []
        list.push({ seq: probe.seq, at: event.at })
        state.acknowledged.set(probe.room, list)
      }
      if (probe?.kind !== 'heard' && probe?.kind !== 'entered') return null
      const heard = within(state.heard, event.node)
      const last = heard.get(probe.room)
      if (probe.kind === 'entered') {
        heard.set(probe.room, probe.after)
        return last === undefined || probe.after <= last
          ? null
          : gap(event.node, probe.room, last, probe.after + 1)
      }
      state.looked++
      heard.set(probe.room, probe.seq)
      return last === undefined || probe.seq <= last + 1 ? null : gap(event.node, probe.room, last, probe.seq)
    },
    end: (state, { at, healedAt }) => {
      if (healedAt === null) return null
      for (const [room, list] of state.acknowledged) {
        const due = list
          .filter((each) => each.at + patience <= at)
          .reduce((most, { seq }) => Math.max(most, seq), 0)
        for (const [node, rooms] of state.heard) {
          const last = rooms.get(room)
          if (last !== undefined && last < due)
            return {
              kind: 'violated',
              message: `a member never heard a message that was acknowledged\n${node} heard ${room} up to ${last}, and ${due} was acknowledged`,
              lacksProgress: true,
            }
        }
      }
      return null
    },
    looked: ({ looked }) => looked,
  })
}

function gap(node: string, room: string, last: number, next: number): string {
  return `a member missed a message\n${node} heard ${next} of ${room} after ${last}`
}
