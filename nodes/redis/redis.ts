// The program: a server on a port, its clients, and what it does by itself in the background.

import { readUsers } from './commands/acl-log.ts'
import { commandTable } from './commands/index.ts'
import { keepData } from './durability.ts'
import type { PersistenceFlaws } from './files/index.ts'
import { sampleStatistics } from './info/index.ts'
import { applyParameters } from './parameters.ts'
import { attendClients, serveClients } from './serve-clients.ts'
import { Server } from './server.ts'
import { type Env, ms, type Program, seconds } from '../../sim/index.ts'

/**
 * Serves RESP2 and RESP3 until it is stopped. Parameters are the settings of redis.conf as data (`maxmemory`,
 * `notify-keyspace-events`, `requirepass`, …); one that is no setting, or wrong, ends the program with an error that names it.
 */
export const redis: Program = (env) => serveRedis(env, {})

/** Bugs that can be planted. */
export interface RedisFlaws extends PersistenceFlaws {
  /** Who waits for a key is not told when something is there. */
  readonly wakesNobody?: boolean
}

/** The same with planted bugs, for scenarios that have to find them. */
export function flawedRedis(flaws: RedisFlaws): Program {
  return (env) => serveRedis(env, flaws)
}

async function serveRedis(env: Env, flaws: RedisFlaws): Promise<void> {
  const server = new Server(env, commandTable())
  server.blocking.wakesNobody = flaws.wakesNobody ?? false
  applyParameters(server)
  await readUsers(server)
  await keepData(server, flaws)
  env.timers.every(ms(100), () => {
    server.step(() => {
      expireInBackground(server)
      sampleStatistics(server)
    })
  })
  env.timers.every(seconds(1), () => {
    server.step(() => {
      server.replication.tick()
      server.migrations.tick()
      attendClients(server)
    })
  })
  const [host = '', masterPort = ''] = server.configuration.get('replicaof').split(' ')
  if (host !== '') server.replication.follow(host, Number(masterPort))
  await serveClients(server)
}

function expireInBackground({ env, keyspace, statistics }: Server): void {
  const start = env.clock.monotonic()
  keyspace.expireSome()
  statistics.expiryTime += env.clock.monotonic() - start
}
