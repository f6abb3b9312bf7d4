// The back-ends of a balancer.

export { Backend, type BackendCounts, type BackendState } from './backend.ts'
export { BackendPool, type Use, type Verdict, type Wish } from './backend-pool.ts'
