// Replication: masters that feed replicas, replicas that follow masters.

export type { FailoverOptions } from './failover.ts'
export type { LinkState, MasterLink } from './master-link.ts'
export { type Replica, Replication } from './replication.ts'
export { replicationInfo } from './replication-info.ts'
