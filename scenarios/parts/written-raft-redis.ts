// A Redis on a Raft log, and clients that find the replica that leads and write to it.

import { redisWriter, type ServerAddress } from './redis-writers.ts'
import { flawedRaftRedis, type RaftFlaws, RedisClient, redisPort } from '../../nodes/redis/index.ts'
import { RequestError } from '../../nodes/transport/index.ts'
import { type Duration, type Env, group, ms, type NodeSpec, seconds } from '../../sim/index.ts'

const replicas = ['redis-1', 'redis-2', 'redis-3']
/** How long an answer is waited for. */
const patience: Duration = ms(300)

/** Three replicas and three clients; `flaws` are planted. */
export function writtenRaftRedis(flaws: RaftFlaws): readonly NodeSpec[] {
  return [
    ...group('redis', replicas.length, flawedRaftRedis(flaws, { compactionThreshold: 64 }), {
      restartAfterExit: seconds(1),
    }),
    ...group('client', 3, redisWriter({ find: leaderFinder, patience }), {
      quorum: 0,
      operations: ['add', 'read'],
    }),
  ]
}

/** Asks the replicas in turn which of them leads. */
function leaderFinder(env: Env): () => Promise<ServerAddress | null> {
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
