// What a run is to reach once faults have ended: the first half of `eventually(goal, {within})`.

import type { Event, EventKind, Instant, InvariantWorld } from '../sim/index.ts'
import { askAbout, type EventTest } from './event-test.ts'

/** Something that a run is to reach. */
export interface Goal {
  readonly name: string
  readonly kinds: readonly EventKind[]
  readonly begin: (world: InvariantWorld) => GoalFold
}

/** How far one run is on its way to a goal. */
export interface GoalFold {
  /** Looks at an event of the declared kinds, from the start of the run. */
  readonly on: (event: Event) => void
  /** From this instant on it counts: what happened before does not, except for the state that it left. */
  readonly count: (from: Instant) => void
  /** Whether the goal is reached, when nothing else happens up to this instant. */
  readonly isReached: (now: Instant) => boolean
  /** What is missing, as part of a sentence. */
  readonly lacking: () => string
}

/** The goal that an event happens which answers yes. */
export function happens<K extends EventKind>(name: string, question: EventTest<K>): Goal {
  const ask = askAbout(question)
  return {
    name,
    kinds: question.kinds,
    begin: () => {
      let isCounting = false
      let isReached = false
      return {
        on: (event) => {
          if (isCounting && ask(event) === true) isReached = true
        },
        count: () => {
          isCounting = true
        },
        isReached: () => isReached,
        lacking: () => `not once: ${name}`,
      }
    },
  }
}
