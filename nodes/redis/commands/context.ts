// What a handler works with: the client that asks, its database, where the reply goes, and what becomes of a change.

import type { Client } from '../client.ts'
import type { Database } from '../database.ts'
import type { Keyspace, NotificationClass } from '../keyspace.ts'
import type { ReplyWriter } from '../resp/reply-writer.ts'
import type { Server } from '../server.ts'
import type { ByteString } from '../value.ts'

/** How a client waits. */
export interface Block {
  readonly keys: readonly ByteString[]
  /** Milliseconds; 0 for ever. */
  readonly timeout: number
  /**
   * One of the keys has changed: what there is may be taken. Replies and returns true, or returns false and the client
   * waits on. What it throws becomes its reply. Clients that wait for one key are asked in the order in which they came.
   */
  readonly serve: (key: ByteString) => boolean
  /** Replies that nothing came in time. By default the null array. */
  readonly expire?: () => void
  /** Replies that nothing is there where nobody may wait (inside EXEC). By default what a time-out replies. */
  readonly refuse?: () => void
}

/** The context of one client's commands; there is one for each client. */
export class CommandContext {
  readonly server: Server
  readonly client: Client
  readonly reply: ReplyWriter
  /** What stands in place of the command for those who keep copies; null where the command itself does. */
  effects: (readonly ByteString[])[] | null = null
  /** Inside EXEC or a script: nothing waits. */
  isAtomic = false
  /** Lets the client wait in place of the server, where not null. */
  onBlock: ((block: Block) => void) | null = null

  constructor(server: Server, client: Client) {
    this.server = server
    this.client = client
    this.reply = client.reply
  }

  /** The database that the client has selected. */
  get db(): Database {
    return this.client.db
  }

  get keyspace(): Keyspace {
    return this.client.db.keyspace
  }

  /** Milliseconds since 1970; the same throughout a command. */
  get now(): number {
    return this.client.db.keyspace.now
  }

  /** A key's value was changed or the key removed: watchers are told, `event` is notified, and it counts as one change. */
  changed(key: ByteString, kind: NotificationClass, event: string): void {
    const { db } = this.client
    db.touched(key)
    db.notify(kind, event, key)
    db.keyspace.dirty += 1
  }

  /** The same where Redis does not take the key's value for changed (groups of a stream): watchers are not told. */
  noticed(key: ByteString, kind: NotificationClass, event: string): void {
    const { db } = this.client
    db.notify(kind, event, key)
    db.keyspace.dirty += 1
  }

  /** Removes a collection that has become empty; whether it had. */
  deleteIfEmpty(key: ByteString, size: number): boolean {
    if (size > 0) return false
    const { db } = this.client
    db.delete(key)
    db.notify('g', 'del', key)
    return true
  }

  /** These commands are what the command that runs has done, in place of itself; each call adds to them. */
  propagate(...commands: readonly (readonly ByteString[])[]): void {
    this.effects ??= []
    this.effects.push(...commands)
  }

  /** The command is told to those who keep copies although it changed no data (PUBLISH reaches the subscribers of replicas). */
  forceEffect(args: readonly ByteString[]): void {
    this.keyspace.effects.add(this.client.db.index, args)
  }

  /** Lets the client wait for keys; inside EXEC it gets a reply at once. */
  block(block: Block): void {
    if (this.onBlock !== null) {
      this.onBlock(block)
      return
    }
    if (this.isAtomic) {
      const refuse = block.refuse ?? block.expire
      if (refuse === undefined) this.reply.nullArray()
      else refuse()
      return
    }
    this.server.blocking.block(this, block)
  }
}
