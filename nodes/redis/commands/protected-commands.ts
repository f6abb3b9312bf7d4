// Commands that are closed to clients unless a setting that only the start can change opens them.

import type { Command } from './command.ts'
import { hostOf } from '../addresses.ts'
import type { Client } from '../client.ts'
import type { Server } from '../server.ts'

/** Why a client may not run a protected command, as the reply says it; null where it may. */
export function whyProtected(server: Server, client: Client, { name }: Command): string | null {
  const [family = ''] = name.split('|')
  const setting = `enable-${family}-command`
  if (isAllowed(server, client, setting)) return null
  return `ERR ${family.toUpperCase()} command not allowed. If the ${setting} option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.`
}

/** Whether a setting (`yes`, `no` or `local`) allows a client something. */
export function isAllowed(server: Server, client: Client, setting: string): boolean {
  const allowed = server.configuration.get(setting)
  return allowed === 'yes' || (allowed === 'local' && isLocal(server, client))
}

/** Whether a client is on the server's own machine. */
function isLocal({ env }: Server, { address }: Client): boolean {
  return [env.name, '127.0.0.1', '::1', 'unix'].includes(hostOf(address))
}
