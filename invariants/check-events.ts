// The same judgement as during a run, on events that were recorded: a trace file, a log from production, a list.

import {
  type Event,
  type EventKind,
  type Instant,
  type Invariant,
  type InvariantReport,
  type InvariantWorld,
  Judge,
  type Undecided,
  type Violation,
  instantZero,
} from '../sim/index.ts'

/** What invariants found in a list of events. */
export interface CheckResult {
  readonly violations: readonly Violation[]
  readonly undecided: readonly Undecided[]
  /** How often each invariant was put to the test; for `sometimes`, how often the point was reached. */
  readonly reports: readonly InvariantReport[]
}

/** A world of which nothing is known but what events say. */
export const unknownWorld: InvariantWorld = { nodes: [], groups: new Map() }

/**
 * Judges events by invariants, in one pass and in the order given, which must be that of their seqs; the run ends with the
 * last event. Rejects with what the events' source throws, such as a TraceError.
 */
export async function checkEvents(
  invariants: readonly Invariant[],
  events: AsyncIterable<Event> | Iterable<Event>,
  world: InvariantWorld = unknownWorld,
): Promise<CheckResult> {
  const check = new EventCheck(invariants, world)
  // A list is not awaited event by event: that would cost more than the invariants.
  if (Symbol.iterator in events) for (const event of events) check.on(event)
  else for await (const event of events) check.on(event)
  return check.end()
}

class EventCheck {
  readonly #judge: Judge
  readonly #listeners = new Map<EventKind, ((event: Event) => void)[]>()
  #at: Instant = instantZero
  #seq = 0
  #healedAt: Instant | null = null

  constructor(invariants: readonly Invariant[], world: InvariantWorld) {
    this.#judge = new Judge(invariants, world)
    this.#judge.subscribe((kind, on) => {
      const known = this.#listeners.get(kind)
      if (known === undefined) this.#listeners.set(kind, [on])
      else known.push(on)
    })
  }

  on(event: Event): void {
    this.#at = event.at
    this.#seq = event.seq
    if (event.kind === 'phase' && event.phase === 'healed') this.#healedAt = event.at
    const listeners = this.#listeners.get(event.kind)
    if (listeners !== undefined) for (const on of listeners) on(event)
  }

  end(): CheckResult {
    this.#judge.end({ at: this.#at, healedAt: this.#healedAt }, this.#seq)
    const { violations, undecided } = this.#judge
    return { violations, undecided, reports: this.#judge.report() }
  }
}
