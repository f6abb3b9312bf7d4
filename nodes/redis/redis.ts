// The program: a server on a port, its clients, and what it does by itself in the background.

import { commandTable } from './commands/index.ts'
import { keepData } from './durability.ts'
import type { PersistenceFlaws } from './files/index.ts'
import { Server } from './server.ts'
import { serveClient } from './session.ts'
import { type Env, ms, type Program } from '../../sim/index.ts'
import { serveSockets } from '../transport/index.ts'

/** Where it listens unless `env.parameters.port` says otherwise. */
export const redisPort = 6379

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
  await keepData(server, flaws)
  const { maxclients, port } = { maxclients: server.configuration.number('maxclients'), port: server.port }
  env.timers.every(ms(100), () => {
    server.step(() => {
      server.keyspace.expireSome()
    })
  })
  await serveSockets(
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
}

function applyParameters(server: Server): void {
  const { parameters } = server.env satisfies Env
  for (const [name, value] of Object.entries(parameters)) {
    // What a scenario tells the members of a group.
    if (name === 'group') continue
    const text =
      typeof value === 'boolean'
        ? value
          ? 'yes'
          : 'no'
        : typeof value === 'string'
          ? value
          : JSON.stringify(value)
    const problem = server.configuration.set([[name, text]], true)
    if (problem !== null) throw new Error(`redis: parameter ${name}: got ${text}: ${problem}`)
  }
  server.port = server.configuration.number('port')
}
