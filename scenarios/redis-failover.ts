// A master is cut off together with a client of its own; monitors make a replica the master, and the old one follows it when
// the cut heals. What the old master acknowledged meanwhile is lost: replication is asynchronous, and this is what it promises.
// The violation is what this scenario expects.

import { acknowledgedAddsSurvive, redisWriter, type ServerAddress } from './parts/redis-writers.ts'
import { redis, RedisClient, redisPort, redisSentinel, sentinelPort } from '../nodes/redis/index.ts'
import { RequestError } from '../nodes/transport/index.ts'
import { type Env, group, ms, node, type Scenario, scenario, seconds } from '../sim/index.ts'

const servers = ['redis-1', 'redis-2', 'redis-3']
const sentinels = ['sentinel-1', 'sentinel-2', 'sentinel-3']
const patience = ms(300)

/** Asks the monitors in turn where the master is. */
function masterFinder(env: Env): () => Promise<ServerAddress | null> {
  const clients = sentinels.map(
    (host) =>
      new RedisClient(env, { host, port: sentinelPort, connectTimeout: patience, silenceMax: patience }),
  )
  let next = 0
  return async () => {
    const client = clients[next++ % clients.length]
    try {
      const reply = await client?.call(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main'], patience)
      const [host, port] = reply?.kind === 'array' ? reply.items : []
      return host?.kind === 'bulk' && port?.kind === 'bulk'
        ? { host: host.text, port: Number(port.text) }
        : null
    } catch (error) {
      if (error instanceof RequestError) return null
      throw error
    }
  }
}

const redisFailover: Scenario = scenario({
  title: 'a failover loses what the old master acknowledged and had not sent, and the checker says so',
  nodes: () => [
    ...servers.map((name) =>
      node(name, redis, {
        parameters: {
          'repl-timeout': 2,
          'repl-ping-replica-period': 1,
          ...(name === 'redis-1' ? {} : { replicaof: `redis-1 ${redisPort}` }),
        },
      }),
    ),
    ...sentinels.map((name) =>
      node(name, redisSentinel, {
        parameters: {
          master: `redis-1 ${redisPort}`,
          replicas: servers.slice(1).map((host) => `${host} ${redisPort}`),
          sentinels: sentinels.filter((other) => other !== name).map((host) => `${host} ${sentinelPort}`),
          'down-after-milliseconds': 500,
          'failover-timeout': 3000,
        },
      }),
    ),
    ...group('client', 3, redisWriter({ find: masterFinder, patience }), { quorum: 0 }),
  ],
  faults: [
    {
      kind: 'partition',
      shape: {
        kind: 'split',
        groups: [
          ['redis-1', 'client-1'],
          ['redis-2', 'redis-3', ...sentinels, 'client-2', 'client-3'],
        ],
      },
      cuts: 'later',
      at: seconds(4),
      for: seconds(6),
    },
  ],
  invariants: [acknowledgedAddsSurvive],
  expectViolation: 'acknowledged adds survive',
  duration: seconds(14),
  settle: seconds(6),
})

export default redisFailover
