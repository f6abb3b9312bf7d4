// What the server knows of one connection.

import type { Database } from './database.ts'
import type { User } from './acl/user.ts'
import type { Command } from './commands/command.ts'
import { RequestDecoder } from './resp/request-decoder.ts'
import { ReplyWriter } from './resp/reply-writer.ts'
import type { ByteString } from './value.ts'

/** A command that waits for EXEC. */
export interface QueuedCommand {
  readonly command: Command
  readonly args: readonly ByteString[]
}

/** A transaction under way. */
export interface Transaction {
  readonly queue: QueuedCommand[]
  /** Of the arguments in the queue. */
  bytes: number
  /** A command was refused while queueing: EXEC aborts. */
  isBroken: boolean
}

/** What a client watches: EXEC is off when it has changed. */
export interface Watch {
  readonly db: Database
  readonly key: ByteString
}

/** What CLIENT TRACKING was told. */
export interface TrackingOptions {
  readonly isBroadcast: boolean
  readonly prefixes: readonly ByteString[]
  readonly redirect: number
  readonly isOptIn: boolean
  readonly isOptOut: boolean
  readonly isNoLoop: boolean
  /** The client that invalidations went to is gone. */
  isRedirectBroken: boolean
}

/** Takes what the server says to a client. */
export interface ClientOutput {
  /** Sends bytes; those of one call leave together. */
  write(bytes: ByteString): void
  /** Ends the connection once what was written has left. */
  close(): void
  /** Ends it at once. */
  abort(): void
  /** So many bytes of what is written next count for no limit. */
  exempt(bytes: number): void
  /** Ends it where more has waited, and for longer, than its limits allow. */
  endIfSlow(): void
  /** Resolves when the last write has left, or never will; null where none has waited. */
  readonly drained: Promise<void> | null
  /** How many bytes were written that have not left. */
  readonly unsent: number
  /** How many bytes have left while those that count for no limit were on their way. */
  readonly exemptSent: number
}

/** The output of those to whom nothing is said. */
export const silentOutput: ClientOutput = {
  write: () => undefined,
  close: () => undefined,
  abort: () => undefined,
  exempt: () => undefined,
  endIfSlow: () => undefined,
  drained: null,
  exemptSent: 0,
  unsent: 0,
}

/** One connection. */
export class Client {
  readonly id: number
  readonly reply: ReplyWriter = new ReplyWriter()
  readonly decoder: RequestDecoder = new RequestDecoder()
  readonly output: ClientOutput
  readonly address: string
  readonly localAddress: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  db: Database
  user: User
  name: ByteString = ''
  lastAt: number
  /** When its last command came, by a clock that never jumps (nanoseconds): what `timeout` is measured by. */
  activeAt: number
  lastCommand = 'NULL'
  isAuthenticated: boolean
  transaction: Transaction | null = null
  readonly watches: Watch[] = []
  /** A watched key has changed. */
  isDirty = false
  readonly channels: Set<ByteString> = new Set()
  readonly patterns: Set<ByteString> = new Set()
  readonly shardChannels: Set<ByteString> = new Set()
  tracking: TrackingOptions | null = null
  /** CLIENT CACHING for the next command. */
  caching: boolean | null = null
  /** Waits for a key, replicas or the end of CLIENT PAUSE: no command of it is run. */
  isBlocked = false
  isClosing = false
  /** Whether commands that have come wait until replies have left. */
  isPaused = false
  isMonitor = false
  /** Speaks for a replica or is the link to a master: what it sends is no client's. */
  role: 'client' | 'replica' | 'master' = 'client'
  /** What a snapshot for it holds (REPLCONF rdb-filter-only). */
  wantedOfSnapshot: 'all' | 'functions' | 'nothing' = 'all'
  /** Whether there was no room when its command began: what a script may not use, until it has written something. */
  isShortOfMemory = false
  replyMode: 'on' | 'off' | 'skip' | 'skip-next' = 'on'
  isNoEvict = false
  /** A command that CLIENT PAUSE holds back. */
  postponed: readonly ByteString[] | null = null
  /** Bytes of replies that wait for a disk. */
  held = 0

  constructor(options: {
    readonly id: number
    readonly output: ClientOutput
    readonly address: string
    readonly localAddress: string
    readonly now: number
    readonly moment: number
    readonly db: Database
    readonly user: User
    readonly isAuthenticated: boolean
  }) {
    this.id = options.id
    this.output = options.output
    this.address = options.address
    this.localAddress = options.localAddress
    this.createdAt = options.now
    this.lastAt = options.now
    this.activeAt = options.moment
    this.db = options.db
    this.user = options.user
    this.isAuthenticated = options.isAuthenticated
    this.decoder.isAuthenticated = options.isAuthenticated
  }

  /** Channels and patterns that it is subscribed to. */
  get subscriptions(): number {
    return this.channels.size + this.patterns.size
  }

  /** With RESP2 a subscriber may send little else than more subscriptions. */
  get isSubscriber(): boolean {
    return this.subscriptions + this.shardChannels.size > 0
  }
}
