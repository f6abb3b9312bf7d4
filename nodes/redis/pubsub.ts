// Who is subscribed to which channels and patterns, and what they are sent.

import type { Client } from './client.ts'
import { matchesGlob } from './structures/glob.ts'
import type { ByteString } from './value.ts'

/** Subscriptions of all clients. `onOutput` is told of a client that was sent something. */
export class PubSub {
  readonly channels: Map<ByteString, Set<Client>> = new Map()
  readonly patterns: Map<ByteString, Set<Client>> = new Map()
  readonly shardChannels: Map<ByteString, Set<Client>> = new Map()
  readonly #onOutput: (client: Client) => void

  constructor(onOutput: (client: Client) => void) {
    this.#onOutput = onOutput
  }

  /** Sends a message to all who want it; returns how many. */
  publish(channel: ByteString, message: ByteString): number {
    let receivers = 0
    for (const client of this.channels.get(channel) ?? []) {
      this.#send(client, ['message', channel, message])
      receivers += 1
    }
    for (const [pattern, clients] of this.patterns) {
      if (!matchesGlob(pattern, channel)) continue
      for (const client of clients) this.#send(client, ['pmessage', pattern, channel, message])
      receivers += clients.size
    }
    return receivers
  }

  /** The same for shard channels, which patterns do not reach. */
  publishShard(channel: ByteString, message: ByteString): number {
    const clients = this.shardChannels.get(channel)
    for (const client of clients ?? []) this.#send(client, ['smessage', channel, message])
    return clients?.size ?? 0
  }

  /** Subscribes; whether it was not before. */
  add(kind: 'channels' | 'patterns' | 'shardChannels', client: Client, name: ByteString): boolean {
    if (client[kind].has(name)) return false
    client[kind].add(name)
    const clients = this[kind].get(name) ?? new Set<Client>()
    this[kind].set(name, clients.add(client))
    return true
  }

  /** Unsubscribes; whether it was subscribed. */
  remove(kind: 'channels' | 'patterns' | 'shardChannels', client: Client, name: ByteString): boolean {
    if (!client[kind].delete(name)) return false
    const clients = this[kind].get(name)
    clients?.delete(client)
    if (clients?.size === 0) this[kind].delete(name)
    return true
  }

  /** Forgets a client that is gone. */
  forget(client: Client): void {
    for (const kind of ['channels', 'patterns', 'shardChannels'] as const)
      for (const name of Array.from(client[kind])) this.remove(kind, client, name)
  }

  #send(client: Client, items: readonly ByteString[]): void {
    client.reply.push(items.length)
    for (const item of items) client.reply.bulk(item)
    this.#onOutput(client)
  }
}
