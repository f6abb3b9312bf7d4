// A replica's connection to its master: handshake, snapshot or what was missed, and then the stream, which is applied as it
// comes. It is opened again for as long as the server follows this master.

import { Buffer } from 'node:buffer'

import type { Replication } from './replication.ts'
import { snapshotEnd, SnapshotReceiver } from './replica-snapshot.ts'
import { addressText, localAddress } from '../addresses.ts'
import { Client, silentOutput } from '../client.ts'
import type { CommandContext } from '../commands/context.ts'
import { connectTo } from '../connect-to.ts'
import { execute } from '../execute.ts'
import { RedisFileError, ReplayError } from '../files/index.ts'
import { ProtocolError } from '../resp/protocol-error.ts'
import { encodeCommand } from '../resp/request-encoder.ts'
import type { Server } from '../server.ts'
import type { ByteString } from '../value.ts'
import { type Connection, NetError, seconds } from '../../../sim/index.ts'

/** Where a link is. */
export type LinkState = 'connect' | 'connecting' | 'sync' | 'connected'

/** A master that does not speak as one. */
class MasterError extends Error {}

const lineMax = 64 * 1024

/** The link to a master. */
export class MasterLink {
  readonly host: string
  readonly port: number
  readonly #server: Server
  readonly #replication: Replication
  #state: LinkState = 'connect'
  #isStopped = false
  #connection: Connection | null = null
  /** What was read and not taken yet. */
  #unread: Uint8Array = Buffer.alloc(0)
  #context: CommandContext | null = null
  /** What of the stream was given to the decoder and not applied. */
  #unapplied = ''
  #heardAt = 0
  /** When the stream came last. */
  #upAt: number | null = null
  readonly #startDatabase: number
  /** How many bytes of the stream were applied. */
  offset: number

  constructor(
    server: Server,
    replication: Replication,
    {
      host,
      port,
      offset,
      database,
    }: {
      readonly host: string
      readonly port: number
      readonly offset: number
      /** The database that the stream is in at the offset. */
      readonly database: number
    },
  ) {
    this.#server = server
    this.#replication = replication
    this.host = host
    this.port = port
    this.offset = offset
    this.#startDatabase = database
  }

  get state(): LinkState {
    return this.#state
  }

  /** Whether the stream comes. */
  get isUp(): boolean {
    return this.#state === 'connected'
  }

  /** Milliseconds since the master was heard. */
  get silence(): number {
    return this.#server.keyspace.now - this.#heardAt
  }

  /** Seconds since the stream came last; -1 where it never has. */
  get downFor(): number {
    return this.#upAt === null ? -1 : Math.floor((this.#server.keyspace.now - this.#upAt) / 1000)
  }

  /** The database that the stream is in. */
  get database(): number {
    return this.#context?.db.index ?? this.#startDatabase
  }

  start(): void {
    this.#server.env.spawn(async () => {
      while (!this.#isStopped) {
        await this.#follow()
        if (!this.#isStopped) await this.#server.env.sleep(seconds(1))
      }
    })
  }

  stop(): void {
    this.#isStopped = true
    this.#connection?.reset()
    this.#end()
  }

  /** Once a second: says how far it is; gives up a master that says nothing. */
  tick(): void {
    if (this.#connection === null) return
    if (this.isUp) this.acknowledge()
    if (this.silence > this.#server.configuration.number('repl-timeout') * 1000) this.#connection.reset()
  }

  /** Tells the master how far the stream was applied. */
  acknowledge(): void {
    this.#write(['REPLCONF', 'ACK', String(this.offset)])
  }

  async #follow(): Promise<void> {
    const { env } = this.#server
    try {
      this.#state = 'connecting'
      this.#heard()
      const timeout = seconds(this.#server.configuration.number('repl-timeout'))
      this.#connection = await connectTo(env, this, timeout)
      await this.#converse()
    } catch (error) {
      if (!isExpected(error)) throw error
      if (!this.#isStopped) env.log.info('the link to the master broke', { error: error.message })
      this.#connection?.reset()
    }
    this.#end()
  }

  async #converse(): Promise<void> {
    await this.#handshake()
    // A master that does not know the stream (nobody does, where this server has followed none) sends everything.
    const { failover, id: known } = this.#replication
    const isHandOver = failover.state === 'failover-in-progress'
    const answer = await this.#ask([
      'PSYNC',
      known,
      String(this.offset + 1),
      ...(isHandOver ? ['FAILOVER'] : []),
    ])
    const [word = '', id = '', offset = ''] = answer.split(' ')
    if (isHandOver)
      this.#server.step(() => {
        failover.answered(word === '+CONTINUE' || word === '+FULLRESYNC')
      })
    if (word === '+CONTINUE')
      this.#replication.changeStream(id === '' ? this.#replication.id : id, this.offset, true)
    else if (word === '+FULLRESYNC') await this.#takeSnapshot(id, Number(offset))
    else throw new MasterError(`got ${JSON.stringify(answer.slice(0, 100))} to PSYNC`)
    this.#context ??= this.#newContext(this.#startDatabase)
    this.#state = 'connected'
    this.acknowledge()
    for (let bytes: Uint8Array | null = this.#takeUnread(); bytes !== null; bytes = await this.#read()) {
      this.#apply(bytes)
      const congestion = this.#server.congestion(this.#context?.client ?? null)
      if (congestion !== null) await congestion
    }
  }

  async #handshake(): Promise<void> {
    const { configuration } = this.#server
    const password = configuration.get('masterauth')
    const user = configuration.get('masteruser')
    // A master that wants a password refuses PING without one; that is an answer too.
    await this.#ask(['PING'])
    if (password !== '') {
      const answer = await this.#ask(user === '' ? ['AUTH', password] : ['AUTH', user, password])
      if (answer !== '+OK') throw new MasterError(`got ${JSON.stringify(answer)} to AUTH`)
    }
    const port = configuration.number('replica-announce-port')
    await this.#ask(['REPLCONF', 'listening-port', String(port === 0 ? this.#server.port : port)])
    const address = configuration.get('replica-announce-ip')
    if (address !== '') await this.#ask(['REPLCONF', 'ip-address', address])
    await this.#ask(['REPLCONF', 'capa', 'eof', 'capa', 'psync2'])
  }

  async #takeSnapshot(id: string, offset: number): Promise<void> {
    if (!/^[0-9a-f]{40}$/.test(id) || !Number.isSafeInteger(offset))
      throw new MasterError('got no stream to follow')
    this.#state = 'sync'
    const end = snapshotEnd(await this.#line())
    if (end === null) throw new MasterError('got no snapshot')
    const receiver = new SnapshotReceiver(end, this.#server.limits)
    for (let bytes: Uint8Array | null = this.#takeUnread(); ; bytes = await this.#read()) {
      if (bytes === null) throw new MasterError('got the end in a snapshot')
      this.#unread = receiver.push(bytes)
      if (receiver.isComplete) break
    }
    this.#server.step(() => {
      const database = receiver.load(this.#server)
      this.offset = offset
      this.#replication.changeStream(id, offset, false)
      this.#context = this.#newContext(database)
    })
    // What the append-only file has is of the data that were there before.
    if (this.#server.configuration.isOn('appendonly')) this.#server.persistence?.rewriteInBackground()
  }

  #apply(bytes: Uint8Array): void {
    const context = this.#context
    if (context === null) return
    const { keyspace } = this.#server
    context.client.decoder.push(bytes)
    this.#unapplied += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    this.#server.step(() => {
      // The master says what has expired: by this server's clock a key may be gone to which the master has still added.
      keyspace.ignoresExpiry = true
      try {
        this.#execute(context)
      } finally {
        keyspace.ignoresExpiry = false
      }
    })
  }

  #execute(context: CommandContext): void {
    const { client, reply } = context
    for (let args = client.decoder.next(); args !== null && !this.#isStopped; args = client.decoder.next()) {
      execute(context, args)
      reply.take()
      // A transaction counts as a whole: one that is cut off is asked for again from its beginning.
      if (client.transaction === null) this.#applied(client.decoder.buffered)
    }
  }

  #applied(left: number): void {
    const count = this.#unapplied.length - left
    this.#replication.forward(this.#unapplied.slice(0, count))
    this.#unapplied = this.#unapplied.slice(count)
    this.offset += count
  }

  #newContext(database: number): CommandContext {
    const server = this.#server
    const user = server.defaultUser
    const client = new Client({
      id: server.nextClientId(),
      output: silentOutput,
      address: addressText(this.host, this.port),
      localAddress: localAddress(server, this.#connection),
      now: server.keyspace.now,
      moment: server.moment,
      db: server.keyspace.db(Math.min(database, server.keyspace.databases.length - 1)),
      user,
      isAuthenticated: true,
    })
    client.role = 'master'
    return server.addClient(client)
  }

  /** The stream's place is kept; a transaction that was cut off is not. */
  #end(): void {
    if (this.#context !== null) this.#server.removeClient(this.#context.client)
    const { database } = this
    this.#context = this.#isStopped || this.#context === null ? null : this.#newContext(database)
    this.#unapplied = ''
    this.#unread = Buffer.alloc(0)
    this.#connection = null
    if (this.isUp) this.#upAt = this.#server.keyspace.now
    this.#state = 'connect'
  }

  async #ask(args: readonly ByteString[]): Promise<ByteString> {
    this.#write(args)
    return this.#line()
  }

  #write(args: readonly ByteString[]): void {
    const bytes = Buffer.from(encodeCommand(args), 'latin1')
    this.#server.statistics.bytesOut += bytes.length
    // Where it breaks, the one who reads hears of it.
    this.#connection?.write(bytes).catch(() => undefined)
  }

  /** The next line that is not empty: while a master prepares a snapshot it sends line ends, to show that it lives. */
  async #line(): Promise<ByteString> {
    for (;;) {
      const end = this.#unread.indexOf(10)
      if (end >= 0) {
        const line = Buffer.from(this.#unread.subarray(0, end)).toString('latin1').replace(/\r$/, '')
        this.#unread = this.#unread.subarray(end + 1)
        if (line !== '') return line
      } else {
        if (this.#unread.length > lineMax) throw new MasterError('got a line that is too long')
        const bytes = await this.#read()
        if (bytes === null) throw new MasterError('got the end in the handshake')
        this.#unread = Buffer.concat([this.#unread, bytes])
      }
    }
  }

  async #read(): Promise<Uint8Array | null> {
    const connection = this.#connection
    if (connection === null) return null
    const bytes = await connection.read()
    this.#heard()
    this.#server.statistics.replicationBytesIn += bytes?.length ?? 0
    return this.#isStopped ? null : bytes
  }

  #takeUnread(): Uint8Array {
    const bytes = this.#unread
    this.#unread = Buffer.alloc(0)
    return bytes
  }

  #heard(): void {
    this.#heardAt = this.#server.keyspace.now
  }
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof NetError ||
    error instanceof MasterError ||
    error instanceof RedisFileError ||
    error instanceof ReplayError ||
    error instanceof ProtocolError
  )
}
