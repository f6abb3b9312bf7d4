// Goals about single events, for `eventually(goal, {within})` and a scenario's liveness phase.

import { type Event, type EventKind, type Goal, type NodeId, unitOf } from '../sim/index.ts'
import { askAbout, type EventTest } from './event-test.ts'

/** The goal that an event happens which answers yes. */
export function happens<K extends EventKind>(name: string, question: EventTest<K>): Goal {
  const ask = askAbout(question)
  return {
    name,
    kinds: question.kinds,
    unit: unitOf(question),
    begin: () => {
      let isCounting = false
      let isReached = false
      let counted: ReadonlySet<NodeId> | null = null
      const isCounted = ({ node }: Event): boolean => node === '' || counted?.has(node) !== false
      return {
        on: (event) => {
          if (isCounting && isCounted(event) && ask(event) === true) isReached = true
        },
        count: (_from, among) => {
          isCounting = true
          counted = among ?? null
        },
        isReached: () => isReached,
        lacking: () => `not once: ${name}`,
      }
    },
  }
}
