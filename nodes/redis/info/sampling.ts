// What INFO tells that nobody counts as it happens: it is looked at ten times a second.

import type { Client } from '../client.ts'
import type { Server } from '../server.ts'

/** Where a count stands among the rates. */
export const ratePlaces = { commands: 0, input: 1, output: 2, replicationInput: 3, replicationOutput: 4 }

/** Takes the samples. Within a step. */
export function sampleStatistics({ keyspace, moment, statistics }: Server): void {
  const { commands, bytesIn, bytesOut, replicationBytesIn, replicationBytesOut } = statistics
  statistics.rates.sample(moment, [
    commands,
    bytesIn + replicationBytesIn,
    bytesOut + replicationBytesOut,
    replicationBytesIn,
    replicationBytesOut,
  ])
  statistics.peakMemory = Math.max(statistics.peakMemory, keyspace.memory)
}

/** Once a second: what waits of clients that were not read or sent yet. Within a step. */
export function sampleClients({ clients, statistics }: Server): void {
  statistics.recentPeaks.sample(waiting(clients.values()))
}

function* waiting(
  clients: Iterable<Client>,
): Generator<{ readonly input: number; readonly output: number }, void, undefined> {
  for (const { decoder, held, output, reply } of clients)
    yield { input: decoder.buffered, output: held + output.unsent + reply.out.length }
}
