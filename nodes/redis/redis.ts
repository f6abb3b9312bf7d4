// The program: a server on a port, its clients, and what it does by itself in the background.

import { evictClients } from './client-memory.ts'
import { readUsers } from './commands/acl-log.ts'
import { commandTable } from './commands/index.ts'
import { keepData } from './durability.ts'
import { endIdle } from './idle.ts'
import type { PersistenceFlaws } from './files/index.ts'
import { applyParameters } from './parameters.ts'
import { Server } from './server.ts'
import { serveClient } from './session.ts'
import { type Env, ms, type Program, seconds } from '../../sim/index.ts'
import { serveSockets } from '../transport/index.ts'

/**
 * Serves RESP2 and RESP3 until it is stopped. Parameters are the settings of redis.conf as data (`maxmemory`,
 * `notify-keyspace-events`, `requirepass`, …); one that is no setting, or wrong, ends the program with an error that names it.
 */
export const redis: Program = (env) => serveRedis(env, {})

/** The same with planted bugs, for scenarios that have to find them. */
export function flawedRedis(flaws: PersistenceFlaws): Program {
  return (env) => serveRedis(env, flaws)
}

async function serveRedis(env: Env, flaws: PersistenceFlaws): Promise<void> {
  const server = new Server(env, commandTable())
  applyParameters(server)
  await readUsers(server)
  await keepData(server, flaws)
  const { maxclients, port } = { maxclients: server.configuration.number('maxclients'), port: server.port }
  env.timers.every(ms(100), () => {
    server.step(() => {
      server.keyspace.expireSome()
    })
  })
  env.timers.every(seconds(1), () => {
    server.step(() => {
      server.replication.tick()
      server.migrations.tick()
      endIdle(server)
      for (const client of server.clients.values()) client.output.endIfSlow()
      evictClients(server, server.clients.values())
    })
  })
  const [host = '', masterPort = ''] = server.configuration.get('replicaof').split(' ')
  if (host !== '') server.replication.follow(host, Number(masterPort))
  const { port: listening } = await serveSockets(
    env,
    {
      port,
      connectionsMax: maxclients,
      refuse: async (connection) => {
        await connection.write('-ERR max number of clients reached\r\n')
      },
    },
    (session) => serveClient(server, session),
  )
  server.listensOn(listening)
}
