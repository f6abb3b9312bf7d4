import { parseQuery, type Selector } from './query.ts'
import { Search } from './search.ts'
import { showEvent } from '../show-event.ts'
import { type Event, type EventKind, eventFields, type Finding, type Invariant } from '../../sim/index.ts'

const allKinds = Object.keys(eventFields) as readonly EventKind[]

/**
 * No event answers a question of the language of `parseQuery`, such as `commit not preceded by append on same node`. Selectors
 * that name a kind of event (`probe raft.commit`) are judged much faster than those that do not, which look at all.
 * It has looked at what the question is about: of a word that no event has, it says so. Throws a QueryError.
 */
export function neverFinds(text: string): Invariant {
  const query = parseQuery(text)
  const selectors = [query.selector, ...query.relations.map(({ selector }) => selector)]
  return {
    name: `never: ${text}`,
    kinds: [...new Set(selectors.flatMap(kindsOf))],
    begin: () => {
      let finding: Finding | null = null
      const search = new Search(query, (event) => (finding ??= findingOf(event)))
      return {
        on: (event) => {
          search.on(event)
          return finding
        },
        end: () => {
          search.end()
          return finding
        },
        looked: () => search.meant,
      }
    },
  }
}

function findingOf(event: Event): Finding {
  return { kind: 'violated', message: `found ${showEvent(event)}`, witnesses: [event.seq] }
}

function kindsOf({ words }: Selector): readonly EventKind[] {
  const named = allKinds.filter((kind) => words.includes(kind))
  return named.length > 0 ? named : allKinds
}
