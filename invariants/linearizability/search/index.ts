// The search for a legal order, apart from any model.

export { Bounds } from './bounds.ts'
export type { Cluster, Facts, Item } from './item.ts'
export { internedMachine, type Effect, type Machine, type Rules } from './machine.ts'
export { layOut, type Problem } from './problem.ts'
export { search, type SearchLimits, type SearchResult } from './search.ts'
export { tighten } from './tighten.ts'
