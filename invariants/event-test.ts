// Questions about single events, from which most invariants are made.

import type { Data, Event, EventKind, EventOf } from '../sim/index.ts'

/** A question about events of some kinds. */
export interface EventTest<K extends EventKind = EventKind> {
  readonly kinds: readonly K[]
  /** What it is asked about, in the plural; by default its kinds of events. */
  readonly unit?: string
  /** The answer; undefined when the event does not concern the question. Only events of these kinds are asked about. */
  readonly test: (event: EventOf<K>) => boolean | undefined
}

/** A question about events of one kind, or several; without a test every one of them answers yes. */
export function on<K extends EventKind>(
  kind: K | readonly K[],
  test: (event: EventOf<K>) => boolean | undefined = () => true,
): EventTest<K> {
  return { kinds: typeof kind === 'string' ? [kind] : kind, test }
}

/** A question about the values that programs publish under a name; without a test every one answers yes. */
export function onProbe(
  name: string,
  test: (value: Data, event: EventOf<'probe'>) => boolean | undefined = () => true,
): EventTest<'probe'> {
  const question = on('probe', (event) => (event.name === name ? test(event.value, event) : undefined))
  return { ...question, unit: `probes ${name}` }
}

/** Says of any event what a test says; undefined for kinds that the test is not about. */
export function askAbout<K extends EventKind>(question: EventTest<K>): (event: Event) => boolean | undefined {
  const kinds: ReadonlySet<EventKind> = new Set(question.kinds)
  const isConcerned = (event: Event): event is EventOf<K> => kinds.has(event.kind)
  return (event) => (isConcerned(event) ? question.test(event) : undefined)
}
