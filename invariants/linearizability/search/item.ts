// Operations as the search sees them, and what a model can say about their order before any search.

import type { Bounds } from './bounds.ts'

/** An operation to be placed: its action and its interval. Without an end (`Infinity`) it may also never happen. */
export interface Item {
  readonly action: number
  readonly call: number
  readonly return: number
  /** The cluster that it begins, and the one whose value it saw, by index; absent where there is none. */
  readonly begins?: number | undefined
  readonly sees?: number | undefined
}

/** What holds in every legal order of the operations, which are named by their index. */
export interface Facts {
  /** Operations that stand together. */
  readonly clusters: readonly Cluster[]
  /** Anything else that narrows intervals; says whether it found something new. Called until nothing changes. */
  readonly narrow?: (bounds: Bounds) => boolean
  /** Something was seen that nobody can have caused: there is no legal order. */
  readonly isImpossible: boolean
}

/**
 * One write and those that saw it: between its writer and the last of its readers nothing else can change the object,
 * and whoever saw another value stands outside too.
 */
export interface Cluster {
  /** Undefined where the object began that way. */
  readonly writer: number | undefined
  /** Operations with an end; at least one. They come after the writer. */
  readonly readers: readonly number[]
  /** Whether an operation that is no member could stand between members nevertheless. */
  isNeutral(operation: number): boolean
}
