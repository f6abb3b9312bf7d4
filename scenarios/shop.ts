// A whole shop: clients, a load balancer, three servers without a memory, and Redis below them, on a disk that tears writes or
// on a Raft log. Any machine crashes, stands still, is cut off or slow, clocks step, packets get lost. Whatever happens, stock
// and orders agree. `--set plant=NAME` plants one of the bugs of `parts/shop-flaws.ts`.

import { askOverHttp, shopAuditor, shopOperations, shopper } from './parts/shop-clients.ts'
import { ShopFlaw } from './parts/shop-flaws.ts'
import { shopInvariants } from './parts/shop-invariants.ts'
import { shopPort, shopServer } from './parts/shop-server.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import { loadBalancer } from '../nodes/load-balancer/index.ts'
import { flawedRedis, raftRedis } from '../nodes/redis/index.ts'
import {
  clockSteps,
  crashes,
  group,
  ms,
  node,
  oneOf,
  packetLoss,
  partitions,
  pauses,
  type Scenario,
  scenario,
  type NodeSpec,
  seconds,
  slowCpu,
  slowDisks,
  tornWrites,
} from '../sim/index.ts'

const [items, initial] = [3, 60]
const servers = ['server-1', 'server-2', 'server-3']
const ask = askOverHttp('http://balancer-1:80')

/** Redis: one server that syncs before it answers, or three replicas on a Raft log. */
function redisNodes(store: string, plant: string): readonly NodeSpec[] {
  if (store === 'raft')
    return group('redis', 3, raftRedis({ compactionThreshold: 64 }), { restartAfterExit: ms(500) })
  const parameters = { appendonly: 'yes', appendfsync: 'always' }
  const acknowledgesBeforeSync = plant === 'acknowledge-before-sync'
  return group('redis', 1, flawedRedis({ acknowledgesBeforeSync }), {
    parameters,
    quorum: 0,
    restartAfterExit: ms(200),
  })
}

const shop: Scenario = scenario({
  title: 'a shop sells what it has, once, and keeps every order, whatever breaks in any of its tiers',
  parameters: { store: oneOf('durable', 'raft'), plant: 'none' },
  nodes: ({ store, plant }) => {
    const flaw = new ShopFlaw(plant)
    const redis = store === 'raft' ? ['redis-1', 'redis-2', 'redis-3'] : ['redis-1']
    return [
      ...redisNodes(store, flaw.name),
      ...group('server', servers.length, shopServer({ redis, items, initial, plant: flaw.name }), {
        quorum: 0,
      }),
      ...group('balancer', 1, loadBalancer, {
        quorum: 0,
        parameters: {
          port: 80,
          adminPort: 0,
          backends: servers.map((server) => `${server}:${shopPort}`),
          check: 'http',
          checkPath: '/health',
          checkEveryMs: 500,
          checkTimeoutMs: 300,
          connectTimeoutMs: 300,
          responseTimeoutMs: 1000,
          ejectedForMs: 1000,
          slowStartMs: 0,
        },
      }),
      ...group('client', 3, shopper({ ask, items, every: ms(80) }), {
        quorum: 0,
        operations: shopOperations,
      }),
      node('auditor', shopAuditor(ask), { quorum: 0 }),
    ]
  },
  faults: [
    partitions({ every: seconds(4), for: [ms(200), seconds(2)] }),
    crashes({ of: 'redis', every: seconds(4), for: [ms(100), seconds(1)], disk: 'lost' }),
    tornWrites({ of: 'redis', every: seconds(4), for: [ms(100), seconds(1)] }),
    crashes({ of: ['server', 'balancer'], every: seconds(3), for: [ms(100), seconds(1)] }),
    pauses({ of: ['balancer', 'server', 'redis'], every: seconds(4), for: [ms(100), seconds(1.5)] }),
    slowCpu({ of: ['balancer', 'server', 'redis'], every: seconds(6) }),
    slowDisks({ of: 'redis', every: seconds(6) }),
    packetLoss({ every: seconds(5) }),
    clockSteps({ every: seconds(4) }),
  ],
  // With `durable`, a server whose disk fails ends itself, as Redis does.
  exitsAllowed: [1],
  invariants: [
    ...shopInvariants(items, initial),
    eventually(operationsSucceed('client'), { within: seconds(10) }),
  ],
  duration: seconds(20),
  settle: seconds(12),
})

export default shop
