// A linearizable key-value store on Raft: replicas, clients that record an honest history, and an admin who changes the
// members.

export { kvStore, type StoreOptions } from './kv-store.ts'
export { storeClient, type StoreClientOptions } from './store-client.ts'
export { storeAdmin, type StoreAdminOptions } from './store-admin.ts'
export { type OperationMix, storeOperations } from './workload.ts'
export type { Command, WriteCommand } from './command.ts'
export type { StoreMessage } from './message.ts'
