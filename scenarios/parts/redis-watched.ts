// A Redis master with two replicas, three monitors that fail it over, and how clients find the master.

import type { ServerAddress } from './redis-writers.ts'
import { fold } from '../../invariants/index.ts'
import { redis, RedisClient, redisPort, redisSentinel, sentinelPort } from '../../nodes/redis/index.ts'
import { RequestError } from '../../nodes/transport/index.ts'
import {
  type Duration,
  type Env,
  type Invariant,
  ms,
  node,
  type NodeId,
  type NodeOptions,
  type NodeSpec,
} from '../../sim/index.ts'

const servers = ['redis-1', 'redis-2', 'redis-3']
/** The monitors. */
export const sentinels: readonly string[] = ['sentinel-1', 'sentinel-2', 'sentinel-3']
/** How long an answer is waited for. */
export const patience: Duration = ms(300)

/** The machines of both, with what all of them are told besides. */
export function watchedRedis(options: NodeOptions): readonly NodeSpec[] {
  return [...servers.map((name) => server(name, options)), ...sentinels.map((name) => monitor(name, options))]
}

function server(name: string, options: NodeOptions): NodeSpec {
  const parameters = {
    'repl-timeout': 2,
    'repl-ping-replica-period': 1,
    ...(name === 'redis-1' ? {} : { replicaof: `redis-1 ${redisPort}` }),
  }
  return { ...node(name, redis, { ...options, parameters }), group: 'redis' }
}

function monitor(name: string, options: NodeOptions): NodeSpec {
  const parameters = {
    master: `redis-1 ${redisPort}`,
    replicas: servers.slice(1).map((host) => `${host} ${redisPort}`),
    sentinels: sentinels.filter((other) => other !== name).map((host) => `${host} ${sentinelPort}`),
    'down-after-milliseconds': 500,
    'failover-timeout': 3000,
  }
  return { ...node(name, redisSentinel, { ...options, parameters }), group: 'sentinel' }
}

/** Asks the monitors in turn where the master is. */
export function masterFinder(env: Env): () => Promise<ServerAddress | null> {
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

/** Monitors tell each other: in the end all of them name the master of the last epoch. */
export const monitorsAgree: Invariant = fold({
  name: 'monitors agree on the master in the end',
  kinds: ['probe'],
  unit: 'probes sentinel.master',
  initial: () => ({ last: new Map<NodeId, number>(), looked: 0 }),
  on: (state, { name, node: by, value }) => {
    if (name !== 'sentinel.master') return null
    state.looked++
    state.last.set(by, (value as { readonly epoch: number }).epoch)
    return null
  },
  end: ({ last }) => {
    const newest = Math.max(0, ...last.values())
    const late = newest === 0 ? [] : sentinels.filter((each) => (last.get(each) ?? 0) < newest)
    return late.length === 0
      ? null
      : `epoch ${newest} has a master, of which ${late.join(' and ')} did not hear`
  },
  looked: ({ looked }) => looked,
})
