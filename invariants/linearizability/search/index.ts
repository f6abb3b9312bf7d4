// The search for a legal order, apart from any model.

export { internedMachine, type Effect, type Machine, type Rules } from './machine.ts'
export { layOut, type Item, type Problem } from './problem.ts'
export { search, type SearchLimits, type SearchResult } from './search.ts'
