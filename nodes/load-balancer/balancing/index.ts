// Ways to choose a back-end, as pure state machines.

export { type BalancedRequest, type Balancing, type Candidate, compareLoad } from './balancing.ts'
export { ConsistentHashing, type ConsistentHashingOptions } from './consistent-hashing.ts'
export { keyHash } from './key-hash.ts'
export { LeastConnections } from './least-connections.ts'
export { RoundRobin } from './round-robin.ts'
export { SmoothWeighted } from './smooth-weighted.ts'
export { Sticky } from './sticky.ts'
export { TwoChoices } from './two-choices.ts'
