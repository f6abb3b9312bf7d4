// The search: executes one path after the other, and decides in each state that it reaches which steps to take from there.

import { candidates } from './candidates.ts'
import type { ExhaustBounds, ExhaustVerdict } from './exhaust-result.ts'
import { Expansion, type Place, type Sleepers, start } from './expansion.ts'
import { Interner } from './interner.ts'
import { PathRun, type Turn } from './path-run.ts'
import type { SmallWorld, SmallWorldSpec } from './small-world.ts'
import { stateKey } from './state-key.ts'
import type { Candidate, Effect, Step } from './step.ts'
import { Tally } from './tally.ts'
import { type Arrival, Visited } from './visited.ts'
import type { NodeId } from '../../event.ts'
import type { Violation } from '../../invariant.ts'

/** How a search ended, with the path that shows it. */
export type SearchEnd =
  | Extract<ExhaustVerdict, { readonly kind: 'exhausted' | 'bound' | 'interrupted' }>
  | { readonly kind: 'violated'; readonly violation: Violation; readonly path: readonly Step[] }
  | { readonly kind: 'deadlock'; readonly waiting: readonly NodeId[]; readonly path: readonly Step[] }

/** How far a search is. */
export interface ExhaustProgress {
  readonly states: number
  readonly transitions: number
  readonly depth: number
}

/** How to search. */
export interface SearchOptions {
  readonly bounds: ExhaustBounds
  readonly isReduced: boolean
  /** Goes on from the latest state instead of the earliest: fewer executions, but paths need not be the shortest. */
  readonly isDeepFirst: boolean
  /** Called now and then; returning false interrupts the search. */
  readonly onProgress: (progress: ExhaustProgress) => boolean
}

const runsPerProgress = 50
/** New steps that one execution takes at most, so that somebody hears of how far the search is. */
const stepsPerRun = 200

/** One search. */
export class Search {
  readonly tally: Tally = new Tally()
  readonly #spec: SmallWorldSpec
  readonly #options: SearchOptions
  readonly #interner = new Interner()
  readonly #visited = new Visited()
  /** Visits with steps left, in the order in which they were made. */
  readonly #open: Expansion[] = []
  #head = 0
  #end: SearchEnd | null = null
  #run: PathRun | null = null
  #stepsOfRun = 0
  #isBeyondDepth = false

  constructor(spec: SmallWorldSpec, options: SearchOptions) {
    this.#spec = spec
    this.#options = options
  }

  /** How many distinct states were reached. */
  get states(): number {
    return this.#visited.size + this.tally.unmatched
  }

  /** Searches until everything was seen, or there is a reason to stop. */
  async run(): Promise<SearchEnd> {
    await this.#execute(null)
    for (;;) {
      if (this.#end !== null) return this.#end
      const next = this.#nextTurn()
      if (next === null) return this.#complete()
      await this.#execute(next)
      const isTime = this.tally.runs % runsPerProgress === 0 || this.#stepsOfRun >= stepsPerRun
      if (isTime && !this.#goesOn()) return { kind: 'interrupted' }
    }
  }

  async #execute(first: Turn | null): Promise<void> {
    const states = this.states
    const run = new PathRun({ ...this.#spec, isChecked: first === null }, first, {
      began: (world) => {
        this.#arrive(world, start, new Map())
      },
      took: (world, turn, effect) => this.#took(world, turn, effect),
      nextAt: (place) => this.#nextAt(place),
    })
    this.#run = run
    this.#stepsOfRun = 0
    const end = await run.run()
    if (end.kind === 'leak')
      throw new TypeError(`a program created a real ${end.leak.resource}, which would race the simulation`)
    if (end.kind === 'instant-bound')
      throw new RangeError(`a step took more than ${end.stepsMax} steps of its own`)
    // A path that led to nothing new has the same history as another one.
    if (this.#end === null && this.states > states) run.world.end()
    this.#lookForViolation(run.world)
    this.tally.addRun(run.world, run.lookedBefore)
  }

  #goesOn(): boolean {
    const { transitions, depth } = this.tally
    return this.#options.onProgress({ states: this.states, transitions, depth })
  }

  #complete(): SearchEnd {
    if (!this.#isBeyondDepth) return { kind: 'exhausted' }
    return { kind: 'bound', bound: 'depthMax', value: this.#options.bounds.depthMax }
  }

  // ---- what to do next

  #nextAt(place: Place): Turn | null {
    if (this.#end !== null || this.#stepsOfRun++ >= stepsPerRun) return null
    const open = this.#nextOpen()
    return open?.place === place ? turnOf(open) : null
  }

  #nextTurn(): Turn | null {
    const open = this.#nextOpen()
    return open === undefined ? null : turnOf(open)
  }

  #nextOpen(): Expansion | undefined {
    const open = this.#open
    if (this.#options.isDeepFirst) {
      while (open.at(-1)?.isOver === true) open.pop()
      return open.at(-1)
    }
    while (open[this.#head]?.isOver === true) this.#head++
    if (this.#head > 1024 && this.#head * 2 > open.length) {
      open.splice(0, this.#head)
      this.#head = 0
    }
    return open[this.#head]
  }

  // ---- what was seen

  #took(world: SmallWorld, { expansion, candidate }: Turn, effect: Effect): Place {
    const asleep = expansion.took(candidate.id, effect)
    if (this.#lookForViolation(world)) return expansion.place
    if (effect.isIdle) {
      this.tally.ignored++
      if (expansion.isOver && !expansion.leadsOn) this.#stopped(world)
      return expansion.place
    }
    this.tally.transitions++
    const from = expansion.place
    const place = { from, step: candidate.step, depth: from.depth + 1 }
    this.#arrive(world, place, asleep)
    return place
  }

  #arrive(world: SmallWorld, place: Place, sleepers: Sleepers): void {
    const possible = candidates(world, this.#interner)
    const arrival = this.#visit(world, possible, sleepers)
    if (arrival.kind === 'new') this.#reached(place)
    const steps = possible.filter(({ id }) => isAwake(id, arrival, sleepers))
    const leadsOn = arrival.kind === 'known' || possible.some(({ id }) => sleepers.get(id)?.isIdle === false)
    if (steps.length === 0 && !leadsOn) this.#stopped(world)
    if (steps.length === 0) return
    const { bounds, isReduced } = this.#options
    if (place.depth >= bounds.depthMax) {
      this.#isBeyondDepth = true
      return
    }
    const asleep = arrival.kind === 'new' ? sleepers : keep(sleepers, arrival.asleep)
    this.#open.push(new Expansion(place, steps, { asleep, leadsOn, isReduced }))
  }

  #visit(world: SmallWorld, possible: readonly Candidate[], sleepers: Sleepers): Arrival {
    // What is ignored is no step, here as where it was found to be.
    const slept = possible.filter(({ id }) => sleepers.get(id)?.isIdle === false)
    const key = stateKey(world, this.#interner)
    if (typeof key === 'string') {
      const arrival = this.#visited.arrive(key, new Set(slept.map(({ id }) => id)))
      this.tally.spared += arrival.kind === 'new' ? slept.length : -arrival.woken.size
      return arrival
    }
    this.tally.addUntold(key)
    this.tally.spared += slept.length
    return { kind: 'new' }
  }

  #reached(place: Place): void {
    const { statesMax } = this.#options.bounds
    this.tally.depth = Math.max(this.tally.depth, place.depth)
    if (this.states > statesMax) this.#end ??= { kind: 'bound', bound: 'statesMax', value: statesMax }
  }

  /** Nothing can happen in this state. */
  #stopped(world: SmallWorld): void {
    this.tally.ends++
    if (world.hasOpenOperations()) this.tally.openEnds++
    const waiting = world.unfinished()
    if (waiting.length > 0) this.#end ??= { kind: 'deadlock', waiting, path: this.#path() }
  }

  #lookForViolation({ judge }: SmallWorld): boolean {
    const [violation] = judge.violations
    if (violation === undefined) return false
    this.#end ??= { kind: 'violated', violation, path: this.#path() }
    return true
  }

  #path(): readonly Step[] {
    return [...(this.#run?.steps ?? [])]
  }
}

function turnOf(expansion: Expansion): Turn {
  return { expansion, candidate: expansion.next() }
}

function isAwake(id: number, arrival: Arrival, sleepers: Sleepers): boolean {
  return arrival.kind === 'new' ? !sleepers.has(id) : arrival.woken.has(id)
}

function keep(sleepers: Sleepers, ids: ReadonlySet<number>): Sleepers {
  return new Map([...sleepers].filter(([id]) => ids.has(id)))
}
