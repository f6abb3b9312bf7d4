// The configurations that the search has been in, kept so that none is searched twice, nor one that can do no better
// than another. A configuration is (next return, state, placed items); its hash covers state and placed updates, and a
// hit is compared exactly.

import type { Problem } from './problem.ts'

/** A configuration, written by the search into buffers it reuses. */
export interface Configuration {
  /** The entry of the first return that is still to come. */
  frontier: number
  state: number
  /** 1 while the last item placed is an overwrite that nothing has used yet. */
  fresh: number
  /** Which open items are placed: words of updates, of overwrites, of reads. */
  readonly placed: Int32Array
  /** Overwrites that are not placed and may be put, without effect, right before one that is. */
  readonly covered: Int32Array
  /** How many items without an end are placed, for each of their actions. */
  readonly open: Int32Array
}

/**
 * An append-only set of configurations with dominance. One dominates another with the same next return, state and
 * updates placed if every completion of the other is one of its own: it has placed no read less, no overwrite that the
 * other could still use, no item without an end more; what the other alone has placed is covered.
 */
export class Memo {
  #heads = new Int32Array(1 << 8)
  #arena = new Int32Array(1 << 12)
  #used = 1
  #count = 0
  readonly #problem: Problem
  readonly #width: number

  constructor(problem: Problem) {
    this.#problem = problem
    this.#width = HEADER + problem.wordCount + this.#overwriteWords() + problem.openActions.length
  }

  /** How many configurations are kept. */
  get count(): number {
    return this.#count
  }

  /** Integers in use: the measure of memory. */
  get size(): number {
    return this.#used
  }

  /** Keeps a configuration and says true, or says false when it is dominated by one that is kept. */
  add(configuration: Configuration): boolean {
    const hash = this.#hash(configuration)
    let slot = hash & (this.#heads.length - 1)
    for (let at = this.#heads[slot] as number; at !== 0; at = this.#arena[at] as number)
      if (this.#arena[at + 1] === hash && this.#dominates(at, configuration)) return false
    if (this.#count >= this.#heads.length) {
      this.#growHeads()
      slot = hash & (this.#heads.length - 1)
    }
    this.#write(slot, hash, configuration)
    return true
  }

  /** The states of the configurations kept whose next return is the given entry; all states for undefined. */
  statesAt(frontier: number | undefined): readonly number[] {
    const states = new Set<number>()
    for (let at = 1; at < this.#used; at += this.#width)
      if (frontier === undefined || this.#arena[at + 2] === frontier)
        states.add(this.#arena[at + 3] as number)
    return [...states].toSorted((a, b) => a - b)
  }

  #overwriteWords(): number {
    return this.#problem.readWord - this.#problem.overwriteWord
  }

  #hash(configuration: Configuration): number {
    let hash = Math.imul(configuration.frontier ^ 0x2545f491, 0x9e3779b1) ^ configuration.state
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
    for (let word = 0; word < this.#problem.overwriteWord; word++) {
      hash = Math.imul(hash ^ (configuration.placed[word] as number), 0xc2b2ae35)
      hash ^= hash >>> 13
    }
    return (hash ^ (hash >>> 16)) | 0
  }

  #dominates(at: number, other: Configuration): boolean {
    const arena = this.#arena
    if (arena[at + 2] !== other.frontier || arena[at + 3] !== other.state) return false
    if ((arena[at + 4] as number) > other.fresh) return false
    const { overwriteWord, readWord, wordCount } = this.#problem
    const placed = at + HEADER
    for (let word = 0; word < overwriteWord; word++)
      if (arena[placed + word] !== other.placed[word]) return false
    for (let word = overwriteWord; word < readWord; word++) {
      const mine = arena[placed + word] as number
      const covered = arena[placed + wordCount + word - overwriteWord] as number
      const theirs = other.placed[word] as number
      const theirCovered = other.covered[word - overwriteWord] as number
      if ((mine & ~theirs) !== 0 || (theirs & ~(mine | covered)) !== 0 || (theirCovered & ~covered) !== 0)
        return false
    }
    for (let word = readWord; word < wordCount; word++)
      if (((other.placed[word] as number) & ~(arena[placed + word] as number)) !== 0) return false
    return this.#usesNoMore(placed + wordCount + readWord - overwriteWord, other.open)
  }

  #usesNoMore(at: number, open: Int32Array): boolean {
    for (let index = 0; index < open.length; index++)
      if ((this.#arena[at + index] as number) > (open[index] as number)) return false
    return true
  }

  #write(slot: number, hash: number, configuration: Configuration): void {
    if (this.#used + this.#width > this.#arena.length) this.#growArena()
    const arena = this.#arena
    let at = this.#used
    arena[at] = this.#heads[slot] as number
    this.#heads[slot] = at
    arena[at + 1] = hash
    arena[at + 2] = configuration.frontier
    arena[at + 3] = configuration.state
    arena[at + 4] = configuration.fresh
    at += HEADER
    for (let word = 0; word < configuration.placed.length; word++)
      arena[at++] = configuration.placed[word] as number
    for (let word = 0; word < configuration.covered.length; word++)
      arena[at++] = configuration.covered[word] as number
    for (let index = 0; index < configuration.open.length; index++)
      arena[at++] = configuration.open[index] as number
    this.#used = at
    this.#count++
  }

  #growArena(): void {
    const grown = new Int32Array(Math.max(this.#arena.length * 2, this.#used + this.#width))
    grown.set(this.#arena)
    this.#arena = grown
  }

  #growHeads(): void {
    const heads = new Int32Array(this.#heads.length * 4)
    for (let at = 1; at < this.#used; at += this.#width) {
      const slot = (this.#arena[at + 1] as number) & (heads.length - 1)
      this.#arena[at] = heads[slot] as number
      heads[slot] = at
    }
    this.#heads = heads
  }
}

/** next, hash, frontier, state, fresh */
const HEADER = 5
