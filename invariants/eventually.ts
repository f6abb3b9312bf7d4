import {
  type Duration,
  type Event,
  type Finding,
  type Goal,
  type GoalFold,
  type Instant,
  type Invariant,
  type InvariantFold,
  type RunEnd,
  after,
  formatDuration,
  instantMax,
  instantZero,
  unitOf,
} from '../sim/index.ts'

/** By when a goal must be reached. */
export interface EventuallyOptions {
  readonly within: Duration
  /** Counted from the end of all faults (default), or from the start of the run. */
  readonly from?: 'heal' | 'start'
}

/**
 * The goal must be reached within a bound after all faults ended. It is judged in virtual time: online at the first event
 * behind the bound, at the latest at the end of the run. A run that ended before the bound, or before the faults did,
 * without reaching the goal is undecided: its scenario should `settle` for at least as long as the bound.
 */
export function eventually(goal: Goal, options: EventuallyOptions): Invariant {
  return {
    name: `eventually ${goal.name}`,
    kinds: [...new Set([...goal.kinds, 'phase' as const])],
    unit: unitOf(goal),
    begin: (world) => new Eventually(goal, goal.begin(world), options),
  }
}

class Eventually implements InvariantFold {
  readonly #kinds: ReadonlySet<string>
  readonly #goal: GoalFold
  readonly #within: Duration
  readonly #since: string
  #deadline: Instant | null = null
  #isOver = false

  constructor(goal: Goal, begun: GoalFold, { within, from = 'heal' }: EventuallyOptions) {
    this.#kinds = new Set(goal.kinds)
    this.#goal = begun
    this.#within = within
    this.#since = from === 'heal' ? 'after all faults ended' : 'after the start'
    if (from === 'start') this.#begin(instantZero)
  }

  on(event: Event): Finding | null {
    if (this.#isOver) return null
    if (event.at > (this.#deadline ?? instantMax)) return this.#judge()
    if (event.kind === 'phase' && event.phase === 'healed') this.#begin(event.at)
    if (this.#kinds.has(event.kind)) this.#goal.on(event)
    this.#isOver = this.#deadline !== null && this.#goal.isReached(event.at)
    return null
  }

  end({ at }: RunEnd): Finding | null {
    if (this.#isOver) return null
    if (this.#deadline === null) return undecided('the run ended before all faults did')
    if (at >= this.#deadline) return this.#judge()
    this.#isOver = this.#goal.isReached(at)
    return this.#isOver
      ? null
      : undecided(`the run ended before the bound of ${formatDuration(this.#within)} ${this.#since}`)
  }

  isSettled(): boolean {
    return this.#isOver
  }

  /** 1 when the question was answered. */
  looked(): number {
    return this.#isOver ? 1 : 0
  }

  #begin(at: Instant): void {
    if (this.#deadline !== null) return
    this.#deadline = after(at, this.#within)
    this.#goal.count(at)
  }

  /** The bound has passed and nothing happened between the last event and it. */
  #judge(): Finding | null {
    this.#isOver = true
    if (this.#deadline === null || this.#goal.isReached(this.#deadline)) return null
    const bound = `within ${formatDuration(this.#within)} ${this.#since}`
    return { kind: 'violated', message: `${this.#goal.lacking()} ${bound}`, lacksProgress: true }
  }
}

function undecided(message: string): Finding {
  return { kind: 'undecided', message }
}
