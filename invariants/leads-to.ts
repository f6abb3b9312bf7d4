import {
  type Duration,
  type Event,
  type EventKind,
  type Finding,
  type Instant,
  type Invariant,
  type InvariantFold,
  after,
  formatDuration,
  unitOf,
} from '../sim/index.ts'
import { askAbout, type EventTest } from './event-test.ts'
import { showEvent } from './show-event.ts'

/** What must follow what. */
export interface LeadsToOptions<T extends EventKind, R extends EventKind, U extends EventKind = never> {
  /** Each event that answers yes asks for a response. */
  readonly trigger: EventTest<T>
  /** An event that answers yes is the response to all triggers of its key. */
  readonly response: EventTest<R>
  readonly within: Duration
  /** Excuses all triggers of its key from a response. */
  readonly unless?: EventTest<U>
  /** What pairs trigger and response: by default the node on which both happen. */
  readonly key?: (event: Event) => string
}

/**
 * Every trigger must be followed by a response within a bound, unless excused. A trigger whose bound lies behind the end of
 * the run is not judged. `looked` counts the triggers that were answered or judged.
 */
export function leadsTo<T extends EventKind, R extends EventKind, U extends EventKind = never>(
  name: string,
  options: LeadsToOptions<T, R, U>,
): Invariant {
  const unless = options.unless?.kinds ?? []
  const kinds = new Set<EventKind>([...options.trigger.kinds, ...options.response.kinds, ...unless])
  return { name, kinds: [...kinds], unit: unitOf(options.trigger), begin: () => new LeadsTo(options) }
}

interface Asked {
  readonly event: Event
  readonly deadline: Instant
}

class LeadsTo<T extends EventKind, R extends EventKind, U extends EventKind> implements InvariantFold {
  readonly #isTrigger: (event: Event) => boolean | undefined
  readonly #isResponse: (event: Event) => boolean | undefined
  readonly #isExcuse: (event: Event) => boolean | undefined
  readonly #within: Duration
  readonly #keyOf: (event: Event) => string
  /** The oldest unanswered trigger of each key. All wait equally long, so that the first one is due first. */
  readonly #asked = new Map<string, Asked>()
  #looked = 0

  constructor(options: LeadsToOptions<T, R, U>) {
    this.#isTrigger = askAbout(options.trigger)
    this.#isResponse = askAbout(options.response)
    this.#isExcuse = options.unless === undefined ? (): boolean => false : askAbout(options.unless)
    this.#within = options.within
    this.#keyOf = options.key ?? ((event): string => event.node)
  }

  on(event: Event): Finding | null {
    const overdue = this.#overdueAt(event.at)
    if (overdue !== null) return overdue
    if (this.#isExcuse(event) === true) this.#asked.delete(this.#keyOf(event))
    if (this.#isResponse(event) === true && this.#asked.delete(this.#keyOf(event))) this.#looked++
    if (this.#isTrigger(event) === true) this.#ask(event)
    return null
  }

  end({ at }: { readonly at: Instant }): Finding | null {
    return this.#overdueAt(at)
  }

  looked(): number {
    return this.#looked
  }

  #ask(event: Event): void {
    const key = this.#keyOf(event)
    if (!this.#asked.has(key)) this.#asked.set(key, { event, deadline: after(event.at, this.#within) })
  }

  #overdueAt(now: Instant): Finding | null {
    for (const [key, { event, deadline }] of this.#asked) {
      if (now <= deadline) return null
      this.#asked.delete(key)
      this.#looked++
      const message = `no response within ${formatDuration(this.#within)} to ${showEvent(event)}`
      return { kind: 'violated', message, witnesses: [event.seq], lacksProgress: true }
    }
    return null
  }
}
