// The promises of replicas of a Redis, as invariants over what they publish.

export { sameStateAtSameIndex } from './same-state.ts'
