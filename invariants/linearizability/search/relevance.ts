import type { EntryList } from './entry-list.ts'
import { NONE, OVERWRITE, type Problem } from './problem.ts'

/**
 * Which actions are worth trying in a configuration. Something must be placed before the next return; what does not
 * matter to it, nor to anything that is not legal yet, nor to anything that does matter, can as well come later, so that
 * it need not be tried now.
 */
export class Relevance {
  readonly #problem: Problem
  /** For each action the number of the configuration in which it was last found to matter. */
  readonly #foundIn: Int32Array
  readonly #found: number[] = []
  readonly #undecided: number[] = []
  #configuration = 0

  constructor(problem: Problem) {
    this.#problem = problem
    this.#foundIn = new Int32Array(problem.machine.effects.length)
  }

  /** Whether an action was found to matter. */
  has(action: number): boolean {
    return this.#problem.machine.mayMatter === undefined || this.#foundIn[action] === this.#configuration
  }

  /** Finds the actions that matter among those that are open at the frontier. */
  find(state: number, list: EntryList, frontier: number): void {
    const { machine } = this.#problem
    if (machine.mayMatter === undefined) return
    this.#configuration++
    this.#found.length = 0
    this.#undecided.length = 0
    this.#add(this.#problem.action[this.#problem.entryItem[frontier] as number] as number)
    this.#collect(state, list, frontier)
    for (let index = 0; index < this.#found.length && this.#undecided.length > 0; index++)
      this.#spread(state, this.#found[index] as number)
  }

  /** What is not legal yet is a goal, and so is the next return; overwrites matter to everything. */
  #collect(state: number, list: EntryList, frontier: number): void {
    const { machine, entryItem, action, effect, openActions, openCalls } = this.#problem
    for (let entry = list.first; entry !== frontier; entry = list.next[entry] as number) {
      const item = entryItem[entry] as number
      const candidate = action[item] as number
      if (effect[item] === OVERWRITE || machine.step(state, candidate) < 0) this.#add(candidate)
      else if (effect[item] !== NONE) this.#undecided.push(candidate)
    }
    for (let group = 0; group < openActions.length; group++)
      if (((openCalls[group] as Int32Array)[0] as number) <= frontier)
        this.#undecided.push(openActions[group] as number)
  }

  #add(action: number): void {
    if (this.#foundIn[action] === this.#configuration) return
    this.#foundIn[action] = this.#configuration
    this.#found.push(action)
  }

  /** Moves what matters to an action from the undecided to the found. */
  #spread(state: number, action: number): void {
    const { mayMatter } = this.#problem.machine
    const undecided = this.#undecided
    let kept = 0
    for (const candidate of undecided)
      if (mayMatter?.(state, candidate, action) === true) this.#add(candidate)
      else undecided[kept++] = candidate
    undecided.length = kept
  }
}
