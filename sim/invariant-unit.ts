// What an invariant looks at, in words, for reports that say how often it did.

import type { EventKind } from './event.ts'
import type { Invariant } from './invariant.ts'

/** More kinds than so many are not listed. */
const kindsMax = 6

/** What an invariant, a goal or a question says that it looks at; otherwise its kinds of events, in the plural. */
export function unitOf({ unit, kinds }: Pick<Invariant, 'unit' | 'kinds'>): string {
  return unit ?? unitOfKinds(new Set(kinds))
}

function unitOfKinds(kinds: ReadonlySet<EventKind>): string {
  // Phases only say when something begins to count.
  const told = kinds.size > 1 ? [...kinds].filter((kind) => kind !== 'phase') : [...kinds]
  const named = told.filter(hasPlural).map((kind) => `${kind}s`)
  const others = told.filter((kind) => !hasPlural(kind))
  return listText([...named, ...(others.length === 0 ? [] : [eventsText(others)])])
}

function hasPlural(kind: EventKind): boolean {
  return kind === 'operation' || kind === 'probe'
}

function eventsText(kinds: readonly EventKind[]): string {
  return kinds.length > kindsMax ? 'events of many kinds' : `events of kind ${listText(kinds)}`
}

function listText(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
