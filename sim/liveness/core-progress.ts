// The invariant of the liveness phase: the core reaches its goal. When it does not, the violation says who waits for what.

import { after, formatDuration, type Instant } from '../time.ts'
import type { Event } from '../event.ts'
import type { Goal, GoalFold } from '../goal.ts'
import type { Finding, Invariant, InvariantFold } from '../invariant.ts'
import { unitOf } from '../invariant-unit.ts'
import type { Liveness } from './core.ts'
import { lifeKinds, waitKinds, Waits } from './waits.ts'

/** The name of the invariant. */
export function coreProgressName({ goal }: Pick<Liveness, 'goal'>): string {
  return `a healed core: ${goal.name}`
}

/** A healed core reaches the goal in time. Nothing is judged in a run without a liveness phase. */
export function coreProgress({ goal, within }: Liveness): Invariant {
  const kinds = new Set<Event['kind']>([...goal.kinds, ...lifeKinds, 'operation', 'core', 'phase'])
  return {
    name: coreProgressName({ goal }),
    kinds: [...kinds],
    unit: unitOf(goal),
    coreKinds: waitKinds.filter((kind) => !kinds.has(kind)),
    begin: (world) => new CoreProgress(goal, goal.begin(world), within),
  }
}

class CoreProgress implements InvariantFold {
  readonly #goal: Goal
  readonly #begun: GoalFold
  readonly #within: Liveness['within']
  readonly #kinds: ReadonlySet<string>
  readonly #waits = new Waits()
  #core: readonly string[] = []
  #deadline: Instant | null = null
  #looked = 0
  #isOver = false

  constructor(goal: Goal, begun: GoalFold, within: Liveness['within']) {
    this.#goal = goal
    this.#begun = begun
    this.#within = within
    this.#kinds = new Set(goal.kinds)
  }

  on(event: Event): Finding | null {
    if (this.#isOver) return null
    if (event.kind === 'core') this.#begin(event.nodes, event.at)
    else if (event.kind === 'phase') return this.#passPhase(event)
    if (this.#deadline !== null && event.at > this.#deadline) return this.#judge()
    this.#waits.on(event)
    if (this.#kinds.has(event.kind)) this.#begun.on(event)
    this.#isOver = this.#deadline !== null && this.#begun.isReached(event.at)
    return null
  }

  end(): Finding | null {
    if (this.#isOver || this.#deadline === null) return null
    return { kind: 'undecided', message: 'the run ended before the bound of its liveness phase' }
  }

  isSettled(): boolean {
    return this.#isOver
  }

  /** 1 when a core was put to the test. */
  looked(): number {
    return this.#looked
  }

  #begin(core: readonly string[], at: Instant): void {
    this.#core = core
    this.#deadline = after(at, this.#within)
    this.#begun.count(at, new Set(core))
    this.#looked = 1
  }

  /** That everything is healed ends the liveness phase, if there was one. */
  #passPhase({ phase, at }: Event & { readonly kind: 'phase' }): Finding | null {
    if (phase !== 'healed') return null
    if (this.#deadline !== null && !this.#begun.isReached(at)) return this.#judge()
    this.#isOver = true
    return null
  }

  #judge(): Finding {
    this.#isOver = true
    const lines = [
      `a healed core made no progress within ${formatDuration(this.#within)}: ${this.#goal.name}`,
      this.#begun.lacking(),
      `healed for good: ${this.#core.join(', ')}`,
      ...this.#waits.explain(this.#core),
    ]
    return { kind: 'violated', message: lines.join('\n') }
  }
}
