// What the search sees of a model: states and actions as small integers.

import type { Facts } from './item.ts'

/**
 * What an action does to a state where it is legal. `none`: never changes it (a read). `overwrite`: legal in every
 * state and leaves the same one behind whatever was before (a write). `blind`: legal in every state too (an append that
 * tells nothing). `update`: everything else. The search places reads greedily and takes what was overwritten at once for
 * done, so a model must not claim more than is true.
 */
export type Effect = 'none' | 'overwrite' | 'blind' | 'update'

/** A model prepared for the operations of one key. */
export interface Machine {
  readonly initial: number
  /** For each operation its action, or -1 when it constrains nothing. Equal actions are interchangeable. */
  readonly actions: Int32Array
  /** For each action its effect. */
  readonly effects: readonly Effect[]
  /** What the states met so far take, in integers of memory, roughly. */
  readonly size: number
  /** The state after an action, or -1 when it is not legal there. */
  step(state: number, action: number): number
  /**
   * Whether it may make a difference to place a candidate before another action rather than after it, in a state or in
   * any that can follow it by what matters to that action. Absent: it always may.
   */
  readonly mayMatter?: ((state: number, candidate: number, other: number) => boolean) | undefined
  /** A state as a person would write it. */
  show(state: number): string
  /** What holds in every legal order of the operations, named by their index, which are those with an action. */
  readonly facts: (() => Facts) | undefined
}

/** A model's rules for the operations of one key: small pure functions over states of its own. */
export interface Rules<State, Action> {
  readonly initial: State
  /** For each operation its action; undefined when it constrains nothing. */
  readonly actions: readonly (Action | undefined)[]
  /** Two actions with equal keys must be interchangeable. */
  actionKey(action: Action): string
  effect(action: Action): Effect
  /** The state after an action, or undefined when it is not legal there. Must not change its arguments. */
  step(state: State, action: Action): State | undefined
  /** See `Machine.mayMatter`. */
  readonly mayMatter?: (state: State, candidate: Action, other: Action) => boolean
  /** Equal exactly for equal states. */
  stateKey(state: State): string | number
  show(state: State): string
}

/** Interns the states and actions of `rules` as integers and remembers transitions. */
export function internedMachine<State, Action>(rules: Rules<State, Action>, facts?: () => Facts): Machine {
  return new InternedMachine(rules, facts)
}

/** What a state takes besides itself: its places in a list and in a map, and an object. */
const INTEGERS_PER_STATE = 16

class InternedMachine<State, Action> implements Machine {
  readonly initial: number
  readonly actions: Int32Array
  readonly effects: Effect[] = []
  readonly facts: (() => Facts) | undefined
  readonly mayMatter: ((state: number, candidate: number, other: number) => boolean) | undefined
  readonly #rules: Rules<State, Action>
  readonly #distinct: Action[] = []
  readonly #states: State[] = []
  readonly #ids = new Map<string | number, number>()
  readonly #transitions = new Transitions()

  #size = 0

  constructor(rules: Rules<State, Action>, facts: (() => Facts) | undefined) {
    this.#rules = rules
    this.facts = facts
    const { mayMatter } = rules
    this.mayMatter =
      mayMatter === undefined
        ? undefined
        : (state, candidate, other) =>
            mayMatter(
              this.#states[state] as State,
              this.#distinct[candidate] as Action,
              this.#distinct[other] as Action,
            )
    this.actions = new Int32Array(internActions(rules, this.#distinct))
    this.effects = this.#distinct.map((action) => rules.effect(action))
    this.initial = this.#intern(rules.initial)
  }

  get size(): number {
    return this.#size
  }

  step(state: number, action: number): number {
    const key = state * this.#distinct.length + action
    const known = this.#transitions.get(key)
    if (known !== UNKNOWN) return known
    const next = this.#rules.step(this.#states[state] as State, this.#distinct[action] as Action)
    const id = next === undefined ? -1 : this.effects[action] === 'none' ? state : this.#intern(next)
    this.#transitions.set(key, id)
    return id
  }

  show(state: number): string {
    return this.#rules.show(this.#states[state] as State)
  }

  #intern(state: State): number {
    const key = this.#rules.stateKey(state)
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.#states.length
      this.#states.push(state)
      this.#ids.set(key, id)
      // A state is seldom larger than the text that names it, of which two characters make an integer.
      this.#size += INTEGERS_PER_STATE + (typeof key === 'string' ? key.length >>> 1 : 0)
    }
    return id
  }
}

function internActions<State, Action>(rules: Rules<State, Action>, distinct: Action[]): number[] {
  const ids = new Map<string, number>()
  return rules.actions.map((action) => {
    if (action === undefined) return -1
    const key = rules.actionKey(action)
    let id = ids.get(key)
    if (id === undefined) {
      id = distinct.length
      distinct.push(action)
      ids.set(key, id)
    }
    return id
  })
}

const UNKNOWN = -2
const CACHED_MAX = 1 << 20

/** A direct-mapped cache of transitions: bounded, forgets on collision. Keys are exact below 2^53. */
class Transitions {
  #keys = new Float64Array(256).fill(-1)
  #values = new Int32Array(256)
  #misses = 0

  get(key: number): number {
    const slot = this.#slot(key)
    return this.#keys[slot] === key ? (this.#values[slot] as number) : UNKNOWN
  }

  set(key: number, value: number): void {
    this.#misses++
    if (this.#misses > this.#keys.length && this.#keys.length < CACHED_MAX) this.#grow()
    const slot = this.#slot(key)
    this.#keys[slot] = key
    this.#values[slot] = value
  }

  #slot(key: number): number {
    const low = key % 0x100000000
    const mixed = Math.imul((low ^ ((key - low) / 0x100000000)) | 0, 0x9e3779b1)
    return (mixed ^ (mixed >>> 15)) & (this.#keys.length - 1)
  }

  #grow(): void {
    const keys = this.#keys
    const values = this.#values
    this.#keys = new Float64Array(keys.length * 4).fill(-1)
    this.#values = new Int32Array(keys.length * 4)
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as number
      if (key >= 0) {
        const slot = this.#slot(key)
        this.#keys[slot] = key
        this.#values[slot] = values[index] as number
      }
    }
  }
}
