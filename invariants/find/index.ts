// Questions about the order of events, in words.

export { neverFinds } from './never-finds.ts'
export { parseQuery, type Query, QueryError } from './query.ts'
export { Search } from './search.ts'
