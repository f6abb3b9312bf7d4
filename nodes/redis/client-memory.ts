// What clients take of a server's memory, and who is sent away where all of them take more than `maxmemory-clients`.

import type { Client } from './client.ts'
import type { Server } from './server.ts'

/** Bytes of a client of whom nothing waits. */
const overhead = 1024

/** What one client takes, in bytes: what it has sent that did not run yet, and what it was not sent yet. */
export function clientMemory({ decoder, held, output, reply, transaction }: Client): number {
  return overhead + decoder.buffered + (transaction?.bytes ?? 0) + held + output.unsent + reply.out.length
}

/** Sums what clients take. What one took when it was last looked at counts until it is looked at again. */
export class ClientMemory {
  readonly #known = new Map<Client, number>()
  #sum = 0

  /** Bytes of all clients. */
  get sum(): number {
    return this.#sum
  }

  /** Looks at a client again. Replicas and masters do not count: what is sent to them is bounded on its own. */
  measure(client: Client): void {
    if (client.role !== 'client') {
      this.forget(client)
      return
    }
    const bytes = clientMemory(client)
    this.#sum += bytes - (this.#known.get(client) ?? 0)
    this.#known.set(client, bytes)
  }

  forget(client: Client): void {
    this.#sum -= this.#known.get(client) ?? 0
    this.#known.delete(client)
  }

  /** Clients that may be sent away, the one that takes most first; of two that take the same, the older. */
  evictable(): readonly Client[] {
    return [...this.#known]
      .filter(([client]) => !client.isNoEvict)
      .sort(([one, bytes], [other, others]) => (bytes === others ? one.id - other.id : others - bytes))
      .map(([client]) => client)
  }
}

/**
 * Sends clients away, the largest first, until the rest is within `maxmemory-clients`, or none is left that may be. Called
 * with the clients of whom something was heard or said; the others are only looked at where the sum is beyond the limit.
 */
export function evictClients(server: Server, changed: Iterable<Client>): void {
  const { clientMemory: memory, limits } = server
  const max = limits.clientsMemoryMax
  if (max === 0) return
  for (const client of changed) if (server.clients.has(client.id)) memory.measure(client)
  if (memory.sum <= max) return
  for (const client of server.clients.values()) memory.measure(client)
  for (const victim of memory.evictable()) {
    if (memory.sum <= max) return
    server.sendAway(victim)
    server.statistics.evictedClients += 1
  }
}
