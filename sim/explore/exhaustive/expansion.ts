// A visit of a state with the steps to be taken from it, one after the other, and the way back to the start.

import { areIndependent, type Candidate, type Effect, type Step } from './step.ts'

/** A step that sleeps, with what it touched when it was taken. */
export type Sleepers = ReadonlyMap<number, Effect>

/** Where a state was reached: by which step from where. The first place has none. */
export interface Place {
  readonly from: Place | null
  readonly step: Step | null
  readonly depth: number
}

/** The first place: every program has started, and nothing else has happened. */
export const start: Place = { from: null, step: null, depth: 0 }

/** The steps that lead to a place. */
export function pathTo(place: Place): readonly Step[] {
  const steps: Step[] = []
  for (let at: Place | null = place; at !== null; at = at.from) if (at.step !== null) steps.push(at.step)
  return steps.reverse()
}

/** One visit of a state. */
export class Expansion {
  readonly place: Place
  /** Whether a step led on, or one that sleeps would. */
  leadsOn: boolean
  readonly #steps: readonly Candidate[]
  readonly #asleep: Sleepers
  readonly #isReduced: boolean
  readonly #taken = new Map<number, Effect>()
  #next = 0

  constructor(
    place: Place,
    steps: readonly Candidate[],
    options: { readonly asleep: Sleepers; readonly leadsOn: boolean; readonly isReduced: boolean },
  ) {
    this.place = place
    this.leadsOn = options.leadsOn
    this.#steps = steps
    this.#asleep = options.asleep
    this.#isReduced = options.isReduced
  }

  get isOver(): boolean {
    return this.#next === this.#steps.length
  }

  /** The next step to be taken. */
  next(): Candidate {
    const candidate = this.#steps[this.#next++]
    if (candidate === undefined) throw new RangeError('expansion: got no step, wanted one that is left')
    return candidate
  }

  /** A step was taken; returns what sleeps behind it: what slept before, and what was taken before, if independent. */
  took(id: number, effect: Effect): Sleepers {
    if (!effect.isIdle) this.leadsOn = true
    const behind = new Map<number, Effect>()
    if (!this.#isReduced) return behind
    for (const sleepers of [this.#asleep, this.#taken])
      for (const [other, touched] of sleepers)
        if (other !== id && areIndependent(touched, effect)) behind.set(other, touched)
    this.#taken.set(id, effect)
    return behind
  }
}
