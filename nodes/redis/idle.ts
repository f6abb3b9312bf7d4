// `timeout`: clients that have sent nothing for so long are sent away.

import type { Client } from './client.ts'
import type { Server } from './server.ts'

const nanosecondsPerSecond = 1_000_000_000

/** Ends the connections of clients that were idle for longer than `timeout` seconds (0: nobody is). */
export function endIdle(server: Server): void {
  const timeout = server.configuration.number('timeout') * nanosecondsPerSecond
  if (timeout === 0) return
  for (const client of Array.from(server.clients.values()))
    if (mayBeSentAway(client) && server.moment - client.activeAt > timeout) {
      client.isClosing = true
      server.spoke(client)
    }
}

/** As in Redis: who waits for something, listens, or is a replica or master, is quiet for a reason. */
function mayBeSentAway(client: Client): boolean {
  return client.role === 'client' && !client.isBlocked && !client.isSubscriber && !client.isMonitor
}
