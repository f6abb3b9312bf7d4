// The port of a server: its clients, up to `maxclients`, and those of them that are sent away.

import { evictClients } from './client-memory.ts'
import { endIdle } from './idle.ts'
import { sampleClients } from './info/index.ts'
import type { Server } from './server.ts'
import { serveClient } from './session.ts'
import { serveSockets } from '../transport/index.ts'

/** Serves clients on the server's port until the node is stopped. Rejects as `Net.listen` does. */
export async function serveClients(server: Server): Promise<void> {
  const { port } = await serveSockets(
    server.env,
    {
      port: server.port,
      // Read for each that connects: CONFIG SET may have changed it.
      get connectionsMax() {
        return server.configuration.number('maxclients')
      },
      refuse: async (connection) => {
        await connection.write('-ERR max number of clients reached\r\n')
      },
    },
    (session) => serveClient(server, session),
  )
  server.listensOn(port)
}

/** Ends clients that are idle, do not read, or take too much memory. For each second, within a step. */
export function attendClients(server: Server): void {
  endIdle(server)
  for (const client of server.clients.values()) client.output.endIfSlow()
  evictClients(server, server.clients.values())
  sampleClients(server)
}
