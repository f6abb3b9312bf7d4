// The replicated store as the scenarios use it: its machines, and what must hold of it.

import { eventually, kv, linearizable, operationsSucceed, raftSafety } from '../../invariants/index.ts'
import {
  kvStore,
  storeOperations,
  storeAdmin,
  type StoreAdminOptions,
  storeClient,
  type StoreClientOptions,
  type StoreOptions,
} from '../../nodes/kv/index.ts'
import { exitCodes, mutants, raftRules, type RaftRules } from '../../nodes/raft/index.ts'
import {
  type Duration,
  type Goal,
  group,
  type Invariant,
  type Liveness,
  type NodeOptions,
  type NodeSpec,
  perSecond,
  type Program,
  seconds,
  type Versions,
} from '../../sim/index.ts'

/** How the cluster is made up. */
export interface StoreCluster {
  /** How many replicas (default 5). */
  readonly replicas?: number
  /** How many clients (default 3), each with some 33 operations a second. */
  readonly clients?: number
  readonly store?: StoreOptions
  readonly client?: StoreClientOptions
  /** Whether somebody keeps changing the members and the leader. */
  readonly isAdministered?: boolean
  readonly admin?: StoreAdminOptions
  /** The name of a planted bug (see nodes/raft/mutants); 'none' for correct Raft. */
  readonly mutant?: string
  /** Whether replicas exist in two protocol versions, the older of which runs at the start. */
  readonly isVersioned?: boolean
  /** Options of the replicas' machines. */
  readonly machine?: NodeOptions
}

/** The machines: `store-1`…, `client-1`…, and `admin-1` where members change. */
export function storeNodes(cluster: StoreCluster = {}): readonly NodeSpec[] {
  const { replicas = 5, clients = 3, isAdministered = false } = cluster
  const names = Array.from({ length: replicas }, (_, index) => `store-${index + 1}`)
  const client = storeClient({ keys: 4, rate: perSecond(33), replicas: names, ...cluster.client })
  return [
    ...group('store', replicas, replicaPrograms(cluster), {
      restartAfterExit: seconds(1),
      ...cluster.machine,
    }),
    ...group('client', clients, client, { quorum: 0, operations: storeOperations }),
    ...(isAdministered
      ? group('admin', 1, storeAdmin({ replicas: names, ...cluster.admin }), { quorum: 0 })
      : []),
  ]
}

/** What must hold of the store in every scenario: Raft's safety, linearizability, and work being done after the faults. */
export function storeInvariants(
  goals: readonly Goal[] = [operationsSucceed('client')],
): readonly Invariant[] {
  return [
    raftSafety,
    linearizable(kv, { fail: 'dropped' }),
    ...goals.map((goal) => eventually(goal, { within: seconds(10) })),
  ]
}

/** What a quorum of the store must do when it alone is healed. */
export const liveness: Liveness = { goal: operationsSucceed('client'), within: seconds(10) }

/** A server that finds its disk damaged or failing ends itself on purpose, with these codes: that is no violation. */
export const exitsAllowed: readonly number[] = [exitCodes.corrupt, exitCodes.disk]

/** How long the healed system runs on: longer than `storeInvariants` waits for work to be done. */
export const settle: Duration = seconds(12)

/** The names that the parameter `mutant` can have. */
export const mutantNames: readonly string[] = ['none', ...mutants.keys()]

function replicaPrograms({ store = {}, mutant = 'none', isVersioned = false }: StoreCluster): Versions {
  const rules = rulesOf(mutant)
  const inVersion = (version: 1 | 2): Program =>
    kvStore({ ...store, raft: { ...store.raft, rules, version } })
  return isVersioned ? { '1': inVersion(1), '2': inVersion(2) } : inVersion(2)
}

function rulesOf(name: string): RaftRules {
  if (name === 'none') return raftRules
  const mutant = mutants.get(name)
  if (mutant === undefined)
    throw new RangeError(`mutant: got "${name}", wanted one of ${mutantNames.join(', ')}`)
  return mutant.rules
}
