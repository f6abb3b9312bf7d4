// The commands of a monitor: few of those of a server, and its own.

import { sentinelCommands } from './sentinel-commands.ts'
import type { Sentinels } from './sentinels.ts'
import { aclCommands } from '../commands/acl.ts'
import { clientCommands } from '../commands/client.ts'
import type { Command } from '../commands/command.ts'
import { commandTableCommands } from '../commands/command-table.ts'
import { connectionCommands } from '../commands/connection.ts'
import { copyOf } from '../commands/index.ts'
import { persistenceCommands } from '../commands/persistence.ts'
import { pubsubCommands } from '../commands/pubsub.ts'
import { serverCommands } from '../commands/server-commands.ts'

/** Those of a server that monitors have as well. */
const shared: ReadonlySet<string> = new Set([
  'acl',
  'auth',
  'client',
  'command',
  'hello',
  'info',
  'ping',
  'psubscribe',
  'punsubscribe',
  'shutdown',
  'subscribe',
  'unsubscribe',
])

/** All commands of a monitor, made for one: usage is counted in them. */
export function sentinelTable(sentinels: Sentinels): readonly Command[] {
  const ofServers = [
    connectionCommands,
    clientCommands,
    aclCommands,
    commandTableCommands,
    serverCommands,
    persistenceCommands,
    pubsubCommands,
  ].flat()
  const usual = ofServers.filter(({ name }) => shared.has(name)).map(copyOf)
  return [...usual, ...sentinelCommands(sentinels)]
}
