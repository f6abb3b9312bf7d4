// How clients of a Redis on a Raft log find the replica that leads.

import type { ServerAddress } from './redis-writers.ts'
import { RedisClient, redisPort } from '../../nodes/redis/index.ts'
import { RequestError } from '../../nodes/transport/index.ts'
import { type Duration, type Env, ms } from '../../sim/index.ts'

const replicas = ['redis-1', 'redis-2', 'redis-3']
/** How long an answer is waited for. */
export const patience: Duration = ms(300)

/** Asks the replicas in turn which of them leads. */
export function leaderFinder(env: Env): () => Promise<ServerAddress | null> {
  const clients = replicas.map((host) => ({
    host,
    client: new RedisClient(env, { host, port: redisPort, connectTimeout: patience, silenceMax: patience }),
  }))
  let next = 0
  return async () => {
    const { host, client } = clients[next++ % clients.length] ?? { host: '', client: null }
    try {
      const reply = await client?.call(['ROLE'], patience)
      const [role] = reply?.kind === 'array' ? reply.items : []
      return role?.kind === 'bulk' && role.text === 'master' ? { host, port: redisPort } : null
    } catch (error) {
      if (error instanceof RequestError) return null
      throw error
    }
  }
}
