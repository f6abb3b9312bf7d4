// A scenario whose campaign has all that the page of one shows: real Raft with bugs that some seeds draw, faults that hit
// servers in all their roles, points that are reached and one that is not, and an invariant that has nothing to look at.

/** The file of the scenario. */
export const storeCampaign = `import { crashes, group, oneOf, partitions, perSecond, scenario, seconds } from 'faultline'
import { always, kv, linearizable, onProbe, raftSafety, sometimes } from 'faultline/invariants'
import { kvStore, storeClient, storeOperations } from 'faultline/nodes/kv'
import { mutants, raftRules } from 'faultline/nodes/raft'

const replicas = ['store-1', 'store-2', 'store-3']
const client = storeClient({ keys: 2, rate: perSecond(30), replicas })
const leads = (value, termMin) => value?.role === 'leader' && value.term >= termMin

export default scenario({
  title: 'a store of three servers, with and without bugs',
  parameters: { bug: oneOf('none', 'forget-vote', 'truncate-on-match') },
  nodes: ({ bug }) => [
    ...group('store', 3, kvStore({ raft: { rules: mutants.get(bug)?.rules ?? raftRules } })),
    ...group('client', 2, client, { quorum: 0, operations: storeOperations }),
  ],
  faults: [crashes({ of: 'store', every: seconds(1) }), partitions({ every: seconds(1) })],
  invariants: [
    raftSafety,
    linearizable(kv, { fail: 'dropped' }),
    always('locks are free', onProbe('lock', (value) => value === 'free')),
    sometimes('somebody leads', onProbe('raft.role', (value) => leads(value, 1))),
    sometimes('a second one leads', onProbe('raft.role', (value) => leads(value, 2))),
    sometimes('a lock is taken', onProbe('lock')),
  ],
  duration: seconds(6),
  settle: seconds(2),
})
`
