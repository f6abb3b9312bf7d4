// Wing and Gong's search for an order of concurrent operations, with Lowe's doubly linked list and memo ("Testing for
// linearizability", 2017), and with what makes hard histories cheap:
//  - a read that fits the present state is placed at once and never reconsidered: it changes nothing for the others;
//  - an overwrite that was open when another one took effect may be put right before it, where nobody sees it, so it
//    counts as done when it returns ("covered"): sets of invisible writes need not be enumerated;
//  - operations with equal actions are interchangeable: the one that returns first goes first;
//  - operations without an end are tried last, and a configuration that used fewer of them stands for those that used more;
//  - what cannot matter to the operation that returns next, nor to anything that is not legal yet, is put off (a model
//    says what may matter to what);
//  - an overwrite that nothing uses before the next one is not tried: it will be covered.

import { EntryList } from './entry-list.ts'
import { Memo, type Configuration } from './memo.ts'
import { Relevance } from './relevance.ts'
import { BLIND, NONE, OVERWRITE, type Problem } from './problem.ts'
import { hasBetterTwin, hasTwin } from './twins.ts'

/** Bounds of one search; whatever is reached first makes the answer `unknown`. */
export interface SearchLimits {
  /** Most transitions tried. */
  readonly stepsMax: number
  /** Most configurations kept; 128 bytes for each is the most that they and the states together take. */
  readonly entriesMax: number
  /** Asked every few thousand steps; true stops the search. */
  readonly isOverdue?: () => boolean
}

/** How a search ended. */
export type SearchResult =
  | { readonly kind: 'found'; readonly steps: number }
  | {
      readonly kind: 'none'
      readonly steps: number
      /** The states in which the search stood before the latest return that it could not pass. */
      readonly states: readonly number[]
      /** All states in which it stood anywhere. */
      readonly visited: readonly number[]
    }
  | { readonly kind: 'unknown'; readonly steps: number; readonly reason: string }

/** Looks for an order of all items with an end that is legal from the given state. */
export function search(problem: Problem, initial: number, limits: SearchLimits): SearchResult {
  return new Search(problem, initial, limits).run()
}

// The kinds of candidates at a configuration, in the order in which they are tried.
const SKIP = 0 // the next return is a covered overwrite: it is done
const NEXT = 1 // the operation that returns next
const ENABLING = 2 // what makes that one legal, if it is a read
const REQUIRED = 3
const OPEN = 4
const EXHAUSTED = 5
/** Integers of memory for each configuration allowed; wide configurations and large states count as several. */
const INTEGERS_PER_ENTRY = 32
const ASK_CLOCK_EVERY = 4096
/** Integers of a frame: what was placed, and all that must be as before when it is taken back. */
const FRAME = 9

class Search {
  readonly #problem: Problem
  readonly #limits: SearchLimits
  readonly #memo: Memo
  readonly #configuration: Configuration
  /** Bits of all placed items; xored with a return's parity they are those of the items open there. */
  readonly #toggles: Int32Array
  readonly #list: EntryList
  readonly #relevance: Relevance
  /** Items placed, in order, and for each level of decision how many there were before it. */
  readonly #trail: Int32Array
  #placedCount = 0
  #frames = new Int32Array(FRAME * 64)
  #depth = 0
  #state: number
  /** The cluster whose value is there, or -1, and how many have yet to see each one's value. */
  #cluster: number
  readonly #toSee: Int32Array
  /** Overwrites called before this entry are covered. */
  #coveredBefore = 0
  #fresh = 0
  #frontier = 0
  #phase = SKIP
  #cursor = 0
  #steps = 0
  #furthest = -1
  #overdue = ''

  constructor(problem: Problem, initial: number, limits: SearchLimits) {
    this.#problem = problem
    this.#limits = limits
    this.#state = initial
    this.#memo = new Memo(problem)
    this.#cluster = problem.firstCluster
    this.#toSee = problem.readerCounts.slice()
    this.#toggles = new Int32Array(problem.wordCount)
    this.#list = new EntryList(problem.entryCount)
    this.#relevance = new Relevance(problem)
    this.#trail = new Int32Array(problem.requiredCount)
    this.#configuration = {
      frontier: 0,
      state: 0,
      fresh: 0,
      placed: new Int32Array(problem.wordCount),
      covered: new Int32Array(problem.readWord - problem.overwriteWord),
      open: new Int32Array(problem.openActions.length),
    }
  }

  run(): SearchResult {
    let isNew = this.#enter()
    for (;;) {
      if (this.#placedCount === this.#problem.requiredCount) return { kind: 'found', steps: this.#steps }
      if (this.#isOverBudget()) return { kind: 'unknown', steps: this.#steps, reason: this.#overdue }
      if (isNew && this.#tryNext()) {
        isNew = this.#enter()
        continue
      }
      if (this.#depth === 0) return this.#failed()
      this.#backtrack()
      isNew = true
    }
  }

  #failed(): SearchResult {
    return {
      kind: 'none',
      steps: this.#steps,
      states: this.#memo.statesAt(this.#furthest),
      visited: this.#memo.statesAt(undefined),
    }
  }

  #isOverBudget(): boolean {
    if (this.#steps >= this.#limits.stepsMax) this.#overdue = `${this.#limits.stepsMax} steps`
    else if (this.#isOutOfMemory()) this.#overdue = `memory: ${this.#memo.count} configurations`
    else if (this.#clockRanOut()) this.#overdue = 'time-out'
    return this.#overdue !== ''
  }

  #isOutOfMemory(): boolean {
    const { entriesMax } = this.#limits
    const size = this.#memo.size + this.#problem.machine.size
    return this.#memo.count >= entriesMax || size >= entriesMax * INTEGERS_PER_ENTRY
  }

  #asked = 0
  #clockRanOut(): boolean {
    if (this.#limits.isOverdue === undefined || this.#asked++ % ASK_CLOCK_EVERY !== 0) return false
    return this.#limits.isOverdue()
  }

  /** Places the reads that fit, finds the next return, and says whether this configuration is worth a search. */
  #enter(): boolean {
    const problem = this.#problem
    const covered = this.#configuration.covered
    covered.fill(0)
    let last = this.#list.head
    let entry = this.#list.next[last] as number
    for (
      ;
      entry !== this.#list.head && problem.isReturn[entry] === 0;
      entry = this.#list.next[last] as number
    ) {
      const item = problem.entryItem[entry] as number
      if (problem.effect[item] === NONE && this.#placeIfLegal(item)) continue
      last = entry
      if (this.#isCovered(item)) {
        const word = (problem.word[item] as number) - problem.overwriteWord
        covered[word] = (covered[word] as number) | (problem.bit[item] as number)
      }
    }
    this.#frontier = entry
    if (entry === this.#list.head) return true
    if (entry > this.#furthest) this.#furthest = entry
    this.#phase = SKIP
    this.#cursor = this.#list.first
    return this.#remember()
  }

  #placeIfLegal(item: number): boolean {
    this.#steps++
    if (this.#problem.machine.step(this.#state, this.#problem.action[item] as number) !== this.#state)
      return false
    this.#lift(item)
    this.#fresh = 0
    return true
  }

  #remember(): boolean {
    const configuration = this.#configuration
    configuration.frontier = this.#frontier
    configuration.state = this.#state
    configuration.fresh = this.#fresh
    const { parity, parityRow, wordCount } = this.#problem
    const row = parityRow[this.#frontier] as number
    for (let word = 0; word < wordCount; word++)
      configuration.placed[word] = (this.#toggles[word] as number) ^ (parity[row + word] as number)
    return this.#memo.add(configuration)
  }

  /** Takes the next candidate of this configuration, if there is one. */
  #tryNext(): boolean {
    const problem = this.#problem
    const next = problem.entryItem[this.#frontier] as number
    let isRelevanceKnown = false
    for (;;) {
      if (this.#phase >= ENABLING && !isRelevanceKnown) {
        this.#relevance.find(this.#state, this.#list, this.#frontier)
        isRelevanceKnown = true
      }
      switch (this.#phase) {
        case SKIP:
          this.#phase = NEXT
          if (this.#isSkippable(next)) return this.#decide(next, this.#state, SKIP)
          break
        case NEXT:
          this.#phase = problem.effect[next] === NONE ? ENABLING : REQUIRED
          if (problem.effect[next] !== NONE && this.#try(next)) return true
          break
        case ENABLING:
        case REQUIRED:
          if (this.#scan(next)) return true
          this.#phase = this.#phase === ENABLING ? REQUIRED : OPEN
          this.#cursor = this.#phase === OPEN ? 0 : this.#list.first
          break
        case OPEN:
          if (this.#scanOpen()) return true
          this.#phase = EXHAUSTED
          break
        default:
          return false
      }
    }
  }

  #isSkippable(item: number): boolean {
    return this.#fresh === 0 && this.#isCovered(item)
  }

  /** Whether an item may be put, unseen, right before the overwrite placed last. */
  #isCovered(item: number): boolean {
    const { effect, callEntry, begins } = this.#problem
    return (
      (callEntry[item] as number) < this.#coveredBefore &&
      (effect[item] === OVERWRITE || effect[item] === BLIND) &&
      (begins[item] as number) < 0
    )
  }

  /** The rest of the open items in order of their calls; in phase ENABLING those after which the next return is legal. */
  #scan(next: number): boolean {
    const { entryItem, isReturn, effect, action } = this.#problem
    const isBlockedByRead = effect[next] === NONE
    for (let entry = this.#cursor; isReturn[entry] === 0; entry = this.#list.next[entry] as number) {
      const item = entryItem[entry] as number
      if (effect[item] === NONE || item === next) continue
      if (isBlockedByRead && this.#enables(item, next) !== (this.#phase === ENABLING)) continue
      this.#cursor = this.#list.next[entry] as number
      if (this.#relevance.has(action[item] as number) && this.#try(item)) return true
    }
    return false
  }

  /** Whether somebody else has yet to see the value that is there; `sees` is what the candidate itself sees. */
  #isHeld(sees: number): boolean {
    const cluster = this.#cluster
    return cluster >= 0 && (this.#toSee[cluster] as number) > (sees === cluster ? 1 : 0)
  }

  #enables(item: number, next: number): boolean {
    const { machine, action } = this.#problem
    this.#steps++
    const state = machine.step(this.#state, action[item] as number)
    return state >= 0 && machine.step(state, action[next] as number) >= 0
  }

  #try(item: number): boolean {
    const { machine, action, effect, sees } = this.#problem
    if (this.#fresh === 1 && effect[item] === OVERWRITE) return false
    if (this.#isHeld(sees[item] as number)) return false
    this.#steps++
    const state = machine.step(this.#state, action[item] as number)
    return (
      state >= 0 &&
      !hasBetterTwin(this.#problem, this.#list, item, this.#coveredBefore) &&
      this.#decide(item, state, this.#phase)
    )
  }

  /** Items without an end: of each action the one called first, and only if no item with an end could go instead. */
  #scanOpen(): boolean {
    const { machine, openActions, openEffects, openCalls } = this.#problem
    if (this.#isHeld(-1)) return false
    while (this.#cursor < openActions.length) {
      const group = this.#cursor++
      const calls = openCalls[group] as Int32Array
      const used = this.#configuration.open[group] as number
      if (used >= calls.length || (calls[used] as number) > this.#frontier) continue
      if (this.#fresh === 1 && openEffects[group] === OVERWRITE) continue
      const action = openActions[group] as number
      if (!this.#relevance.has(action)) continue
      this.#steps++
      const state = machine.step(this.#state, action)
      if (state < 0 || this.#isVain(group, state) || hasTwin(this.#problem, this.#list, action)) continue
      return this.#decide(-1 - group, state, OPEN)
    }
    return false
  }

  /**
   * Whether an item without an end can be left out of every order that it would begin here. One that leaves the state as
   * it is can, but for an overwrite: covered ones are not placed, so in the order itself they may stand right before it,
   * and it then puts back the state that they took away (write 1, write 2, write 1 without an end, cas from 1). Its
   * placing is what covers them. Nothing else hides such operations: what follows a covered one without being an
   * overwrite uses it, and that has been placed. An overwrite that covers nothing new is dominated in the memo.
   */
  #isVain(group: number, state: number): boolean {
    return state === this.#state && this.#problem.openEffects[group] !== OVERWRITE
  }

  /** Goes one level deeper: places an item, or skips a covered one. A negative item is a group without end. */
  #decide(item: number, state: number, phase: number): true {
    this.#push(item)
    const { effect, entryItem, openEffects, begins } = this.#problem
    const isOverwrite = (item < 0 ? openEffects[-1 - item] : effect[item]) === OVERWRITE
    if (item < 0) this.#useOpen(-1 - item, 1)
    else this.#lift(item)
    this.#state = state
    if (phase === SKIP) return true
    this.#cluster = item < 0 ? -1 : (begins[item] as number)
    if (isOverwrite) this.#coveredBefore = this.#frontier
    this.#fresh = isOverwrite && item !== entryItem[this.#frontier] ? 1 : 0
    return true
  }

  #useOpen(group: number, count: number): void {
    const open = this.#configuration.open
    open[group] = (open[group] as number) + count
  }

  #push(item: number): void {
    let at = this.#depth++ * FRAME
    if (at === this.#frames.length) this.#growFrames()
    this.#frames[at++] = item
    this.#frames[at++] = this.#placedCount
    this.#frames[at++] = this.#state
    this.#frames[at++] = this.#coveredBefore
    this.#frames[at++] = this.#fresh
    this.#frames[at++] = this.#frontier
    this.#frames[at++] = this.#phase
    this.#frames[at++] = this.#cursor
    this.#frames[at] = this.#cluster
  }

  #backtrack(): void {
    let at = --this.#depth * FRAME
    const item = this.#frames[at++] as number
    const placedCount = this.#frames[at++] as number
    while (this.#placedCount > placedCount) this.#unlift()
    if (item < 0) this.#useOpen(-1 - item, -1)
    this.#state = this.#frames[at++] as number
    this.#coveredBefore = this.#frames[at++] as number
    this.#fresh = this.#frames[at++] as number
    this.#frontier = this.#frames[at++] as number
    this.#phase = this.#frames[at++] as number
    this.#cursor = this.#frames[at++] as number
    this.#cluster = this.#frames[at] as number
  }

  #growFrames(): void {
    const grown = new Int32Array(this.#frames.length * 2)
    grown.set(this.#frames)
    this.#frames = grown
  }

  #lift(item: number): void {
    this.#trail[this.#placedCount++] = item
    this.#toggle(item)
    const cluster = this.#problem.sees[item] as number
    if (cluster >= 0) this.#toSee[cluster] = (this.#toSee[cluster] as number) - 1
    this.#list.remove(this.#problem.callEntry[item] as number)
    this.#list.remove(this.#problem.returnEntry[item] as number)
  }

  #unlift(): void {
    const item = this.#trail[--this.#placedCount] as number
    this.#toggle(item)
    const cluster = this.#problem.sees[item] as number
    if (cluster >= 0) this.#toSee[cluster] = (this.#toSee[cluster] as number) + 1
    this.#list.restore(this.#problem.returnEntry[item] as number)
    this.#list.restore(this.#problem.callEntry[item] as number)
  }

  #toggle(item: number): void {
    const word = this.#problem.word[item] as number
    this.#toggles[word] = (this.#toggles[word] as number) ^ (this.#problem.bit[item] as number)
  }
}
