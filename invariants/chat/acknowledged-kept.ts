import type { Invariant } from '../../sim/index.ts'
import { fold } from '../fold.ts'
import { chatProbe, within } from './probe.ts'

interface State {
  /** The ids of messages that were acknowledged, by room and number. */
  readonly acknowledged: Map<string, Map<number, string>>
  looked: number
}

/**
 * Whatever was acknowledged is in the history for good: a server that starts again still has it, and every page of the history
 * that reaches so far shows it.
 */
export const chatAcknowledgedKept: Invariant = fold({
  name: 'every acknowledged message stays in the history',
  kinds: ['probe'],
  unit: 'histories',
  initial: (): State => ({ acknowledged: new Map(), looked: 0 }),
  on: (state, event) => {
    const probe = chatProbe(event)
    if (probe === null || probe.kind === 'lost') return null
    const known = within(state.acknowledged, probe.room)
    switch (probe.kind) {
      case 'acknowledged':
        known.set(probe.seq, probe.id)
        return null
      case 'recovered': {
        state.looked++
        const most = [...known.keys()].reduce((last, seq) => Math.max(last, seq), 0)
        return most <= probe.last
          ? null
          : `an acknowledged message is gone\n${most} of ${probe.room} was acknowledged, and ${event.node} recovered ${probe.last}`
      }
      case 'page': {
        state.looked++
        const shown = new Map(probe.messages.map(({ seq, id }) => [seq, id]))
        const [first, last] = [probe.messages[0]?.seq ?? 1, probe.messages.at(-1)?.seq ?? 0]
        for (const [seq, id] of known)
          if (seq >= first && seq <= last && shown.get(seq) !== id)
            return `an acknowledged message is not in the history\n${seq} of ${probe.room} was ${id}, and ${event.node} is shown ${shown.get(seq) ?? 'nothing'}`
        return null
      }
      case 'heard':
      case 'entered':
        return null
    }
  },
  looked: ({ looked }) => looked,
})
