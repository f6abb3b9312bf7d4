// The forms that say what colours say: for those who see few of them, and for print.

/** The bar of a state. */
export interface StateForm {
  readonly height: number
  /** Whether only its edges are drawn. */
  readonly isHollow: boolean
  /** Pixels from one gap to the next, and of each gap; 0: none. */
  readonly step: number
  readonly gap: number
}

const thick = 9
const thin = 5
const solid = { isHollow: false, step: 0, gap: 0 }

/** By the number of a state's colour: leader, follower, candidate, pre-candidate, and four for others. */
export const stateForms: readonly StateForm[] = [
  { ...solid, height: thick },
  { ...solid, height: thin },
  { isHollow: false, height: thin, step: 14, gap: 5 },
  { isHollow: true, height: thick, step: 0, gap: 0 },
  { isHollow: false, height: thick, step: 26, gap: 8 },
  { isHollow: true, height: thick, step: 20, gap: 7 },
  { isHollow: false, height: thin, step: 6, gap: 3 },
  { isHollow: false, height: thick, step: 7, gap: 4 },
]

/** How thick the edges of a hollow bar are. */
export const hollowEdge = 1.5

/** The places, among fates, of what did not fare as it should. */
export const late = 1
export const duplicated = 2
export const lost = 3
export const underWay = 4

/** By the place of a fate: delivered, late, duplicated, lost, under way. */
export const fateDashes: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [4, 3], [1, 4]]

/** The line with what only A, and only B, has: under or over its mark; pixels from its middle. */
export const onlyLines = [
  { left: -5, top: 7, width: 10, height: 2 },
  { left: -5, top: -9, width: 10, height: 2 },
] as const
