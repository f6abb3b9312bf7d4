// Why an event happened, and what came of it. Two kinds of edges lead back: to an event's cause, and to the event before
// it on its node (program order), of which the former tell more.

import type { Run } from './run.ts'

/** The edges of a run. */
export class Causes {
  readonly #run: Run
  /** The event before on the same node; 0 for the first one of the part that is shown, and for the world's. */
  readonly #previous: Uint32Array
  readonly #next: Uint32Array
  /** Effects of event e: `#effects` from `#start[e]` to `#start[e + 1]`. */
  readonly #start: Uint32Array
  readonly #effects: Uint32Array
  readonly #timerFire: number

  constructor(run: Run) {
    this.#run = run
    this.#timerFire = run.kindNumber('timer-fire')
    const size = run.count + 2
    this.#previous = new Uint32Array(size)
    this.#next = new Uint32Array(size)
    this.#start = new Uint32Array(size)
    this.#effects = new Uint32Array(size)
    this.#linkNodes()
    this.#linkEffects()
  }

  /** The event that led to it, and the one before it on its node; 0 where there is none. */
  causesOf(seq: number): { readonly cause: number; readonly previous: number; readonly next: number } {
    return {
      cause: this.#run.cause[seq] ?? 0,
      previous: this.#previous[seq] ?? 0,
      next: this.#next[seq] ?? 0,
    }
  }

  /** What an event led to directly. */
  effectsOf(seq: number): readonly number[] {
    return [...this.#effects.subarray(this.#start[seq], this.#start[seq + 1])]
  }

  /**
   * The part of the causal past of events that is nearest to any of them, themselves included, in the order of the log. An edge
   * of program order counts as four of cause, one from a timer to its setting as six.
   */
  past(seqs: number | readonly number[], countMax: number): readonly number[] {
    const rings: number[][] = [typeof seqs === 'number' ? [seqs] : [...seqs]]
    const taken = new Set<number>()
    for (let distance = 0; distance < rings.length && taken.size < countMax; distance++) {
      const ring = (rings[distance] ?? []).sort((a, b) => b - a)
      rings[distance] = []
      for (const member of ring) {
        if (taken.has(member) || taken.size >= countMax) continue
        taken.add(member)
        this.#reach(rings, distance, member)
      }
    }
    return [...taken].sort((a, b) => a - b)
  }

  /** What followed from an event by causes alone, itself included, nearest first taken, in the order of the log. */
  future(seq: number, countMax: number): readonly number[] {
    const taken = [seq]
    for (let place = 0; place < taken.length && taken.length < countMax; place++)
      taken.push(...this.effectsOf(taken[place] as number).slice(0, countMax - taken.length))
    return taken.sort((a, b) => a - b)
  }

  #reach(rings: number[][], distance: number, seq: number): void {
    const { cause, previous } = this.causesOf(seq)
    const near = this.#run.kind[seq] === this.#timerFire ? 6 : 1
    if (cause > 0) (rings[distance + near] ??= []).push(cause)
    if (previous > 0 && previous !== cause) (rings[distance + 4] ??= []).push(previous)
  }

  #linkNodes(): void {
    const run = this.#run
    const last = new Uint32Array(run.info.nodes.length + 1)
    for (let seq = run.first; seq <= run.count; seq++) {
      const node = run.node[seq] as number
      if (node === run.world) continue
      const before = last[node] as number
      this.#previous[seq] = before
      if (before > 0) this.#next[before] = seq
      last[node] = seq
    }
  }

  #linkEffects(): void {
    const { cause, count } = this.#run
    const start = this.#start
    for (let seq = 1; seq <= count; seq++)
      start[(cause[seq] as number) + 1] = (start[(cause[seq] as number) + 1] ?? 0) + 1
    for (let seq = 1; seq < start.length; seq++)
      start[seq] = (start[seq] as number) + (start[seq - 1] as number)
    const place = start.slice()
    for (let seq = 1; seq <= count; seq++) {
      const of = cause[seq] as number
      this.#effects[place[of] as number] = seq
      place[of] = (place[of] as number) + 1
    }
  }
}
