// What takes a server's memory, by what it is for. Data are estimated (entry-size.ts), buffers counted; what the JavaScript
// engine holds beyond that nobody here knows, and a simulation must not ask.

import { clientMemory } from './client-memory.ts'
import type { Server } from './server.ts'

/** Bytes that a key takes in a table. */
export const tableEntry = 56

/** Bytes, but for the counts. */
export interface MemoryFigures {
  readonly data: number
  /** What of the data is the tables that find keys, and those that expire. */
  readonly tables: number
  readonly backlog: number
  /** What connections of replicas take: what waits to be sent, and what they sent that was not read yet. */
  readonly replicas: number
  /** The same of other clients. */
  readonly clients: number
  readonly appendOnly: number
  readonly scripts: number
  readonly libraries: number
  /** All but the data. */
  readonly overhead: number
  readonly total: number
  /** The largest total that was seen. */
  readonly peak: number
  readonly keys: number
  readonly clientCount: number
  readonly replicaCount: number
  readonly scriptCount: number
}

/** Adds them up. The peak is that of the moments at which somebody asked, and of the data at any. */
export function memoryFigures(server: Server): MemoryFigures {
  const { keyspace, replication, scripting, statistics } = server
  const buffers = { client: 0, replica: 0, master: 0 }
  const counts = { client: 0, replica: 0, master: 0 }
  for (const client of server.clients.values()) {
    buffers[client.role] += clientMemory(client)
    counts[client.role] += 1
  }
  const figures = {
    data: keyspace.memory,
    backlog: replication.backlog?.size ?? 0,
    replicas: buffers.replica,
    clients: buffers.client + buffers.master,
    appendOnly: server.persistence?.waiting ?? 0,
    scripts: scripting.bytes,
    libraries: scripting.libraries.codes.reduce((sum, code) => sum + code.length, 0),
  }
  const overhead = Object.values(figures).reduce((sum, bytes) => sum + bytes, 0) - figures.data
  const total = figures.data + overhead
  statistics.peakMemory = Math.max(statistics.peakMemory, figures.data)
  return {
    ...figures,
    overhead,
    total,
    tables: keyspace.databases.reduce(
      (sum, { size, volatileSize }) => sum + (size + volatileSize) * tableEntry,
      0,
    ),
    peak: Math.max(statistics.peakMemory, total),
    keys: keyspace.databases.reduce((sum, db) => sum + db.size, 0),
    clientCount: counts.client + counts.master,
    replicaCount: counts.replica,
    scriptCount: scripting.count,
  }
}
