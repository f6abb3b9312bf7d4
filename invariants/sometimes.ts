// Points that a sweep should reach: a run that misses one is no worse for it, a sweep that never reaches one tested less
// than it seems. `looked` of such an invariant says how often the run reached it.

import { type EventKind, type Invariant, unitOf } from '../sim/index.ts'
import { never } from './always.ts'
import { askAbout, type EventTest, onProbe } from './event-test.ts'

/** Some run of a sweep should have an event that answers yes. Never violated; `looked` counts those events. */
export function sometimes<K extends EventKind>(name: string, question: EventTest<K>): Invariant {
  const ask = askAbout(question)
  return {
    name,
    kinds: question.kinds,
    unit: unitOf(question),
    isPoint: true,
    isMemoryless: true,
    begin: () => {
      let reached = 0
      return {
        on: (event) => {
          if (ask(event) === true) reached++
          return null
        },
        looked: () => reached,
      }
    },
  }
}

/** Some run of a sweep should reach the place where a program publishes this probe. */
export function reachable(probe: string): Invariant {
  return sometimes(`reachable ${probe}`, onProbe(probe))
}

/** No run may reach the place where a program publishes this probe. */
export function unreachable(probe: string): Invariant {
  return never(`unreachable ${probe}`, onProbe(probe))
}
