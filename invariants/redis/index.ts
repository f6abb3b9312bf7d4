// The promises of replicas of a Redis and of its monitors, as invariants over what they publish.

export { oneMasterPerEpoch } from './one-master.ts'
export { sameStateAtSameIndex } from './same-state.ts'
