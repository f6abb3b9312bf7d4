// Judging a run while it goes on: feeds the invariants with events, keeps what they find, and stops at the first
// violation unless told otherwise. The same code judges a trace file.

import type { Data } from './data.ts'
import type { Event, EventKind } from './event.ts'
import type {
  Finding,
  Invariant,
  InvariantFold,
  InvariantWorld,
  RunEnd,
  Undecided,
  Violation,
} from './invariant.ts'
import { unitOf } from './invariant-unit.ts'

/** How often an invariant looked, and at what. */
export interface InvariantReport {
  readonly invariant: string
  readonly looked: number
  /** At what: `operations`, `probes raft.role`. */
  readonly unit: string
  /** Whether it is a point that some run should reach, not a property of each run. */
  readonly isPoint?: true
}

interface Running {
  readonly invariant: Invariant
  readonly fold: InvariantFold
  isOver: boolean
}

const violationsMax = 100

/** An invariant that threw instead of judging: a mistake in the invariant, and no verdict on the run. */
export class InvariantError extends Error {
  constructor(invariant: string, place: string, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    super(`invariant "${invariant}" threw at ${place}: ${reason}`, { cause })
    this.name = 'InvariantError'
  }
}

function kindsOf({ kinds, coreKinds = [] }: Invariant, which: 'all' | 'whole-run' | 'core'): Set<EventKind> {
  return new Set([...(which === 'core' ? [] : kinds), ...(which === 'whole-run' ? [] : coreKinds)])
}

/** The invariants of one run. */
export class Judge {
  readonly violations: Violation[] = []
  readonly undecided: Undecided[] = []
  readonly #running: readonly Running[]

  constructor(invariants: readonly Invariant[], world: InvariantWorld) {
    this.#running = invariants.map((invariant) => ({
      invariant,
      fold: invariant.begin(world),
      isOver: false,
    }))
  }

  /** Whether no invariant waits for something to happen in the healed system. */
  isSettled(): boolean {
    return this.#running.every(({ fold, isOver }) => isOver || (fold.isSettled?.() ?? true))
  }

  /** Whether one invariant, by its name, waits for nothing any more. */
  isSettledBy(name: string): boolean {
    return this.#running.every(
      ({ invariant, fold, isOver }) => invariant.name !== name || isOver || fold.isSettled?.() === true,
    )
  }

  /**
   * Subscribes each invariant to the kinds of events that it looks at: those of the whole run, those that matter from the
   * liveness phase on, or both.
   */
  subscribe(
    subscribe: (kind: EventKind, on: (event: Event) => void) => void,
    which: 'all' | 'whole-run' | 'core' = 'all',
  ): void {
    for (const running of this.#running) {
      for (const kind of kindsOf(running.invariant, which)) {
        subscribe(kind, (event) => {
          this.#feed(running, event)
        })
      }
    }
  }

  /** Tells the invariants that the run is over. An invariant that was violated is not asked again. */
  end(end: RunEnd, seq: number): void {
    for (const running of this.#running) {
      if (!running.isOver) this.#end(running, end, seq)
    }
  }

  /** Whether an invariant, by its place, says what it remembers. */
  hasMemory(index: number): boolean {
    return this.#running[index]?.fold.memory !== undefined
  }

  /** What the invariants remember, of those that say so. */
  memory(): readonly Data[] {
    return this.#running.flatMap(({ fold }) => (fold.memory === undefined ? [] : [fold.memory()]))
  }

  /** How often each invariant looked at something: one that never did has shown nothing. */
  report(): InvariantReport[] {
    return this.#running.map(({ invariant, fold }) => ({
      invariant: invariant.name,
      looked: fold.looked(),
      unit: unitOf(invariant),
      ...(invariant.isPoint === true ? { isPoint: true } : {}),
    }))
  }

  #feed(running: Running, event: Event): void {
    if (running.isOver) return
    try {
      const finding = running.fold.on(event)
      if (finding !== null) this.#keep(running, finding, event)
    } catch (error) {
      throw new InvariantError(running.invariant.name, `event #${event.seq} (${event.kind})`, error)
    }
  }

  #end(running: Running, end: RunEnd, seq: number): void {
    try {
      const finding = running.fold.end?.(end) ?? null
      if (finding !== null) this.#keep(running, finding, { at: end.at, node: '', seq })
    } catch (error) {
      throw new InvariantError(running.invariant.name, 'the end of the run', error)
    }
  }

  #keep(running: Running, finding: Finding, place: Pick<Event, 'at' | 'node' | 'seq'>): void {
    const { name } = running.invariant
    running.isOver = true
    if (finding.kind === 'undecided') this.undecided.push({ invariant: name, message: finding.message })
    else if (this.violations.length < violationsMax) {
      const witnesses = finding.witnesses ?? [place.seq]
      this.violations.push({
        invariant: name,
        message: finding.message,
        at: place.at,
        node: place.node,
        seq: place.seq,
        witnesses,
        ...(finding.lacksProgress === true ? { lacksProgress: true } : {}),
      })
    }
  }
}
