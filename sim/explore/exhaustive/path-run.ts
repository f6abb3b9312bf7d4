// One execution of a search: the steps to a state once more, then new steps for as long as the search wants to go on from
// where it is.

import { type Expansion, pathTo, type Place, start } from './expansion.ts'
import { SmallWorld, type SmallWorldSpec } from './small-world.ts'
import type { Candidate, Effect, Step } from './step.ts'
import type { InvariantReport } from '../../judge.ts'
import type { LoopEnd } from '../../kernel/index.ts'

/** A step that is to be taken, and the visit to which it belongs. */
export interface Turn {
  readonly expansion: Expansion
  readonly candidate: Candidate
}

/** What the search makes of what it sees. */
export interface PathGuide {
  /** The first state was reached. */
  began(world: SmallWorld): void
  /** A step was taken; returns where that led. */
  took(world: SmallWorld, turn: Turn, effect: Effect): Place
  /** The next step from there; null when the search goes on elsewhere. */
  nextAt(place: Place): Turn | null
}

/** One execution. */
export class PathRun {
  readonly world: SmallWorld
  /** The steps that were taken, without what was ignored. */
  readonly steps: Step[] = []
  /** How often invariants had looked at something before the first new step. */
  lookedBefore: readonly InvariantReport[] = []
  /** Where it is. */
  place: Place = start
  readonly #guide: PathGuide
  readonly #first: Turn | null
  readonly #prefix: readonly Step[]
  #taken: Turn | null = null
  #hasBegun = false

  /** `first`: the first new step, without which the execution begins with the start. */
  constructor(spec: SmallWorldSpec, first: Turn | null, guide: PathGuide) {
    this.#guide = guide
    this.#first = first
    this.#prefix = first === null ? [] : pathTo(first.expansion.place)
    this.world = new SmallWorld(spec, () => this.#choose())
  }

  run(): Promise<LoopEnd> {
    return this.world.run()
  }

  #choose(): boolean {
    const again = this.#prefix[this.steps.length]
    if (!this.#hasBegun && again !== undefined) return this.#take(again)
    const turn = this.#nextTurn()
    if (turn === null) return false
    this.#taken = turn
    return this.#take(turn.candidate.step)
  }

  #nextTurn(): Turn | null {
    if (!this.#hasBegun) {
      this.#hasBegun = true
      if (this.#first !== null) {
        this.lookedBefore = this.world.judge.report()
        return this.#first
      }
      this.#guide.began(this.world)
    }
    if (this.#taken !== null) {
      const effect = this.world.effectOf(this.#taken.candidate.step)
      this.place = this.#guide.took(this.world, this.#taken, effect)
      if (effect.isIdle) this.#takeBack(this.#taken.candidate.step)
    }
    return this.#guide.nextAt(this.place)
  }

  // What was ignored is no step: the world is where it was before.
  #takeBack(step: Step): void {
    this.steps.pop()
    this.world.takeBack(step)
  }

  #take(step: Step): boolean {
    this.steps.push(step)
    this.world.take(step)
    return true
  }
}
