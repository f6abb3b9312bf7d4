// A Redis that loses no acknowledged write: the program.

import { type RaftFlaws, ReplicatedServer } from './replicated-server.ts'
export type { RaftFlaws } from './replicated-server.ts'
import { commandTable } from '../commands/index.ts'
import { sampleStatistics } from '../info/index.ts'
import { applyParameters } from '../parameters.ts'
import { attendClients, serveClients } from '../serve-clients.ts'
import { Server } from '../server.ts'
import { type Program, seconds } from '../../../sim/index.ts'
import { type RaftEnv, type RaftSettings, startRaft } from '../../raft/index.ts'

/**
 * A replica of a Redis whose commands go through a Raft log: linearizable, and what was acknowledged survives as long as a
 * majority of the disks does. The parameter `group` names the replicas; the others are settings of Redis, of which
 * `maxmemory` is left alone (what one replica evicts the others would have). Besides Raft's probes it publishes `redis.state`
 * {index, digest} every 64 entries: replicas at the same index must show the same digest.
 */
export function raftRedis(settings: Partial<RaftSettings> = {}): Program {
  return flawedRaftRedis({}, settings)
}

/** The same with planted bugs, for scenarios that have to find them. */
export function flawedRaftRedis(flaws: RaftFlaws, settings: Partial<RaftSettings> = {}): Program {
  return async (env) => {
    const server = new Server(env, commandTable())
    applyParameters(server)
    const replicated = new ReplicatedServer(server, flaws)
    const voters = env.parameters['group']
    if (!Array.isArray(voters) || voters.length === 0)
      throw new Error('redis: parameter group: got none, wanted the names of all replicas')
    const raft = await startRaft(
      env as RaftEnv,
      { voters: voters as readonly string[], ...settings },
      replicated,
    )
    replicated.begin(raft)
    env.timers.every(seconds(1), () => {
      server.step(() => {
        attendClients(server)
        sampleStatistics(server)
      })
    })
    await serveClients(server)
  }
}
