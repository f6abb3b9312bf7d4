// A figure without a budget: what a part of the project reports of itself, by wall time.

/** One figure. */
export interface Detail {
  readonly name: string
  readonly value: number
  readonly unit: string
}
