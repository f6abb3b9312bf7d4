import { type EventKind, type EventOf, type Invariant, unitOf } from '../sim/index.ts'
import { askAbout, type EventTest } from './event-test.ts'
import { showEvent } from './show-event.ts'

/**
 * Every event that the question concerns must answer yes. `describe` says what is wrong with one that does not, in one
 * line; by default the line shows the event.
 *
 *     always('balance never negative', onProbe('balance', (value) => Number(value) >= 0))
 */
export function always<K extends EventKind>(
  name: string,
  question: EventTest<K>,
  describe: (event: EventOf<K>) => string = showEvent,
): Invariant {
  return expecting(true, name, question, describe)
}

/** No event that the question concerns may answer yes: the opposite of `always`. */
export function never<K extends EventKind>(
  name: string,
  question: EventTest<K>,
  describe: (event: EventOf<K>) => string = showEvent,
): Invariant {
  return expecting(false, name, question, describe)
}

function expecting<K extends EventKind>(
  wanted: boolean,
  name: string,
  question: EventTest<K>,
  describe: (event: EventOf<K>) => string,
): Invariant {
  const ask = askAbout(question)
  return {
    name,
    kinds: question.kinds,
    unit: unitOf(question),
    isMemoryless: true,
    begin: () => {
      let looked = 0
      return {
        on: (event) => {
          const answer = ask(event)
          if (answer === undefined) return null
          looked++
          // An event with an answer is of the question's kinds.
          return answer === wanted ? null : { kind: 'violated', message: describe(event as EventOf<K>) }
        },
        looked: () => looked,
      }
    },
  }
}
