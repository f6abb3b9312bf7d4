// Monitors that fail a master over: the program.

import { sentinelInfo } from './sentinel-info.ts'
import type { SentinelHost } from './sentinel.ts'
import { sentinelSettings } from './sentinel-settings.ts'
import { sentinelTable } from './sentinel-table.ts'
import { Sentinels } from './sentinels.ts'
import type { Command } from '../commands/command.ts'
import { Server } from '../server.ts'
import { serveClient } from '../session.ts'
import { DiskError, type Env, type Program } from '../../../sim/index.ts'
import { serveSockets } from '../../transport/index.ts'

export { sentinelPort } from './sentinel-settings.ts'

/**
 * Watches a master in the manner of Redis Sentinel, together with other monitors, and fails over to a replica when enough of
 * them find it down. Ends with code 1 where its disk does not give what it wrote there. Its parameters stand at `SentinelSettings`; one that is wrong ends the program with an error that names it.
 * Clients ask `SENTINEL GET-MASTER-ADDR-BY-NAME`, and may subscribe to `+switch-master`. Publishes `sentinel.master`
 * {host, port, epoch} whenever it learns of a new master.
 */
export const redisSentinel: Program = async (env) => {
  const settings = sentinelSettings(env.parameters)
  const table = new Map<string, Command>()
  const server = new Server(env, table, 'sentinel')
  const publish = (channel: string, text: string): void => {
    server.step(() => {
      server.pubsub.publish(channel, text)
    })
  }
  const host: SentinelHost = {
    publish,
    get port() {
      return server.port
    },
  }
  const sentinels = await opened(env, () => Sentinels.open(env, settings, host))
  for (const each of sentinelTable(sentinels)) table.set(each.name, each)
  server.infoSections.set('sentinel', () => sentinelInfo(sentinels))
  const { port } = await serveSockets(env, { port: settings.port }, (session) => serveClient(server, session))
  server.listensOn(port)
  sentinels.start()
}

/** Who does not know for whom it voted cannot vote: like Redis without its configuration, it ends. */
async function opened(env: Env, open: () => Promise<Sentinels>): Promise<Sentinels> {
  try {
    return await open()
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    env.log.error("Fatal error, can't open config file", { error: error.message })
    return env.exit(1)
  }
}
