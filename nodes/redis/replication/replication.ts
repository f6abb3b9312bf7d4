// A server's part in replication: a master that feeds replicas, or a replica that follows a master and may feed others.
//
// The stream of effects has an id and an offset in bytes. A replica that comes back asks for what comes after its offset; it
// goes on from the backlog where that reaches so far, and gets a snapshot where it does not. When a replica becomes a master
// its stream gets a new id, and the old one stays good up to that offset, so that other replicas of the old master can go on.

import { Backlog } from './backlog.ts'
import { Failover } from './failover.ts'
import { MasterLink } from './master-link.ts'
import { SnapshotSending } from './snapshot-sending.ts'
import { WaitingForReplicas } from './waiting.ts'
import { hostOf } from '../addresses.ts'
import type { Client } from '../client.ts'
import type { Command } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { EffectStream } from '../effect-stream.ts'
import type { Effect, EffectSink } from '../effects.ts'
import { encodeCommand } from '../resp/request-encoder.ts'
import type { StreamOrigin } from '../files/index.ts'
import { randomId } from '../random-id.ts'
import type { Server } from '../server.ts'
import type { ByteString } from '../value.ts'

/** A replica as its master sees it. */
export interface Replica {
  readonly client: Client
  /** Where it listens, as it said. */
  port: number
  host: string
  /** Whether it gets the stream. */
  isOnline: boolean
  /** Its snapshot, while that is on its way, and after it until the replica has said that it has it. */
  sending: SnapshotSending | null
  /** Whether it finds the end of a snapshot by a mark (`capa eof`). */
  takesMark: boolean
  /** What it said to have applied, and when it said so (milliseconds since 1970). */
  acknowledged: number
  acknowledgedAt: number
  /** When it last said anything, or took a piece of its snapshot, and how many bytes it had taken then. */
  heardAt: number
  taken: number
}

const noId = '0'.repeat(40)

/** What a server does for its replicas, and for its master. */
export class Replication {
  readonly #server: Server
  readonly #stream = new EffectStream()
  /** The hand-over to a replica that was asked for. */
  readonly failover: Failover
  readonly #replicas = new Map<Client, Replica>()
  readonly #waiting = new WaitingForReplicas((offset) => this.acknowledgedBy(offset))
  readonly #sink: EffectSink = (unit) => {
    this.#feed(unit)
  }
  #backlog: Backlog | null = null
  #isListening = false
  #link: MasterLink | null = null
  #offset = 0
  /** Where the last write ended: what came after it only asks and pings, and WAIT does not wait for that. */
  #written = 0
  #pings = 0
  id: string
  /** The stream before this one, which is the same up to `id2Offset` (exclusive). */
  id2: string = noId
  id2Offset = -1
  /** How often replicas got everything, went on from where they were, and could not although they asked to. */
  readonly counts = { full: 0, partial: 0, refused: 0 }

  constructor(server: Server) {
    this.#server = server
    this.failover = new Failover(server, this)
    this.id = randomId(server.env, 'replication')
  }

  get isReplica(): boolean {
    return this.#link !== null
  }

  /** How many bytes the stream has had. */
  get offset(): number {
    return this.#link?.offset ?? this.#offset
  }

  /** Where the data are in the stream; null for a master whom nobody has followed. */
  get origin(): StreamOrigin | null {
    const { backlog, id, offset } = this
    if (this.#link !== null) return { id, offset, database: this.#link.database }
    return backlog === null ? null : { id, offset, database: this.#stream.database }
  }

  /**
   * The data at the start are of a place in a stream. A replica asks its master for what came after it; a master begins a stream
   * of its own there, and replicas that have no more than that go on without a snapshot.
   */
  resume({ id, offset, database }: StreamOrigin, isReplica: boolean): void {
    this.#offset = offset
    this.#written = offset
    this.#stream.begin(database)
    if (isReplica) {
      this.id = id
      return
    }
    this.id2 = id
    this.id2Offset = offset + 1
    this.#demandBacklog()
  }

  get link(): MasterLink | null {
    return this.#link
  }

  get replicas(): readonly Replica[] {
    return [...this.#replicas.values()]
  }

  get backlog(): Backlog | null {
    return this.#backlog
  }

  /** Why a command of a client is refused, as the reply says it; null where it is not. */
  refusal(command: Command): string | null {
    const { configuration } = this.#server
    if (this.#link !== null) {
      if (command.isWrite && configuration.isOn('replica-read-only'))
        return "READONLY You can't write against a read only replica."
      if (!this.#link.isUp && !configuration.isOn('replica-serve-stale-data') && !command.flags.has('stale'))
        return "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."
      return null
    }
    if (!command.isWrite) return null
    const wanted = this.#server.limits.minReplicasToWrite
    return wanted > 0 && this.goodReplicas() < wanted ? 'NOREPLICAS Not enough good replicas to write.' : null
  }

  /** Follows a master from now on. What was there stays until the first snapshot comes. */
  follow(host: string, port: number): void {
    this.#server.keyspace.removesExpired = false
    // Where the new master knows this stream by its id, it goes on from here.
    const old = this.#link
    const database = old?.database ?? this.#stream.database
    this.#link = new MasterLink(this.#server, this, { host, port, offset: this.offset, database })
    old?.stop()
    if (old === null) this.#server.blocking.failAll()
    this.#link.start()
    this.#remember(`${host} ${port}`)
    this.#disconnectReplicas()
  }

  /** Becomes a master: of a stream that goes on from that of the old one under an id of its own. */
  lead(): void {
    if (this.#link === null) return
    this.#offset = this.#link.offset
    this.#written = this.#offset
    this.#stream.begin(this.#link.database)
    this.#link.stop()
    this.#link = null
    this.#remember('')
    this.#server.keyspace.removesExpired = !this.#server.pause.isOn
    this.#changeId(randomId(this.#server.env, 'replication'))
    this.#demandBacklog()
    this.#disconnectReplicas()
  }

  /** The stream goes on under an id that nobody knows: who comes back needs a snapshot. */
  renew(): void {
    this.id = randomId(this.#server.env, 'replication')
    this.id2 = noId
    this.id2Offset = -1
  }

  /** A client says something about itself as a replica. */
  introduce(
    client: Client,
    about: { readonly port?: number; readonly host?: string; readonly takesMark?: boolean },
  ): void {
    const replica = this.#replicaOf(client)
    if (about.takesMark === true) replica.takesMark = true
    if (about.port !== undefined) replica.port = about.port
    if (about.host !== undefined) replica.host = about.host
  }

  /** A replica has applied the stream up to an offset. */
  acknowledge(client: Client, offset: number): void {
    const replica = this.#replicas.get(client)
    if (replica === undefined) return
    replica.acknowledged = Math.max(replica.acknowledged, offset)
    replica.acknowledgedAt = this.#server.keyspace.now
    if (replica.sending?.isSent === true) this.#goOnline(replica)
    this.#waiting.look()
    this.failover.check()
  }

  /** A replica has said something: an acknowledgement, or a line end while it loads. */
  heard(client: Client): void {
    const replica = this.#replicas.get(client)
    if (replica !== undefined) replica.heardAt = this.#server.keyspace.now
  }

  /** How many replicas have applied the stream up to an offset. */
  acknowledgedBy(offset: number): number {
    return this.replicas.filter(({ isOnline, acknowledged }) => isOnline && acknowledged >= offset).length
  }

  /** Lets a client wait until so many replicas have all that there is now. `timeout` in milliseconds, 0 for ever. */
  wait(context: CommandContext, count: number, timeout: number): void {
    if (this.#waiting.wait(context, this.#written, count, timeout))
      this.#ask(encodeCommand(['REPLCONF', 'GETACK', '*']))
  }

  /** A client of the time before PSYNC asks for everything: it gets a snapshot, and then the stream, without their place. */
  synchronizeOld({ client }: CommandContext): void {
    this.#demandBacklog()
    client.role = 'replica'
    this.counts.full += 1
    this.#sendSnapshot(this.#replicaOf(client), '')
  }

  /** A replica asks for the stream from an offset (that of the first byte it lacks, counted from 1); -1 for all. */
  synchronize(context: CommandContext, id: ByteString, offset: number): void {
    const { client } = context
    const backlog = this.#demandBacklog()
    client.role = 'replica'
    const replica = this.#replicaOf(client)
    const missed = this.#knows(id, offset) ? backlog.from(offset - 1) : null
    if (missed === null) {
      this.counts.full += 1
      if (id !== '?') this.counts.refused += 1
      this.#sendSnapshot(replica, `+FULLRESYNC ${this.id} ${this.offset}\r\n`)
      return
    }
    this.counts.partial += 1
    replica.isOnline = true
    replica.acknowledged = offset - 1
    client.reply.out += `+CONTINUE ${this.id}\r\n${missed}`
  }

  /** Bytes of the master's stream were applied: replicas of this server get them as they came. */
  forward(bytes: ByteString): void {
    this.#backlog?.append(bytes)
    this.#send(bytes)
  }

  /** The stream that is followed is another one now, from an offset on. `isSame`: what was applied until then is of it as well. */
  changeStream(id: string, offset: number, isSame: boolean): void {
    if (isSame) {
      if (id !== this.id) {
        this.#changeId(id)
        this.#disconnectReplicas()
      }
      return
    }
    this.id = id
    this.id2 = noId
    this.id2Offset = -1
    this.#backlog = new Backlog(this.#server.configuration.number('repl-backlog-size'), offset)
    this.#disconnectReplicas()
  }

  /** A client is gone. */
  forget(client: Client): void {
    this.#replicas.get(client)?.sending?.abandon()
    this.#replicas.delete(client)
    this.#waiting.forget(client)
  }

  /** Once a second: the link tells its master how far it is, replicas hear that their master lives, the silent are cut off. */
  tick(): void {
    const { configuration, keyspace } = this.#server
    this.#link?.tick()
    this.#pings += 1
    // A ping would be one more thing that the one that is to lead lacks.
    if (
      this.#link === null &&
      !this.failover.isOn &&
      this.#pings % configuration.number('repl-ping-replica-period') === 0
    )
      this.#ask(encodeCommand(['PING']))
    const timeout = configuration.number('repl-timeout') * 1000
    for (const replica of this.replicas) {
      const { client, isOnline, sending } = replica
      if (client.output.exemptSent !== replica.taken) replica.heardAt = keyspace.now
      replica.taken = client.output.exemptSent
      if ((isOnline || sending !== null) && keyspace.now - replica.heardAt > timeout) this.#cut(client)
    }
  }

  #feed(unit: readonly Effect[]): void {
    if (this.#link !== null) return
    this.#extend(this.#stream.encode(unit))
    this.#written = this.#offset
  }

  /** Adds to the stream what is no effect, where anybody reads it. */
  #ask(bytes: ByteString): void {
    if (this.#link === null && this.#replicas.size > 0) this.#extend(bytes)
  }

  #extend(bytes: ByteString): void {
    this.#offset += bytes.length
    this.#backlog?.append(bytes)
    this.#send(bytes)
  }

  #send(bytes: ByteString): void {
    for (const { client, isOnline, sending } of this.#replicas.values()) {
      sending?.hold(bytes)
      if (!isOnline) continue
      client.reply.out += bytes
      this.#server.spoke(client)
    }
  }

  #sendSnapshot(replica: Replica, head: string): void {
    const { id, offset } = this
    const database = this.#link?.database ?? 0
    this.#stream.forget()
    const sending = new SnapshotSending(this.#server, replica.client, { id, offset, database })
    replica.sending = sending
    const goOnline = (): void => {
      this.#goOnline(replica)
    }
    if (sending.begin(head, replica.takesMark, goOnline)) goOnline()
  }

  /** The stream comes, beginning with what has changed since its snapshot. */
  #goOnline(replica: Replica): void {
    const { client, sending } = replica
    replica.isOnline = true
    replica.sending = null
    client.reply.out += sending?.take() ?? ''
    this.#server.spoke(client)
  }

  #knows(id: ByteString, offset: number): boolean {
    if (offset < 1) return false
    return id === this.id || (id === this.id2 && offset <= this.id2Offset)
  }

  #replicaOf(client: Client): Replica {
    const known = this.#replicas.get(client)
    if (known !== undefined) return known
    const replica = {
      client,
      port: 0,
      host: hostOf(client.address),
      isOnline: false,
      sending: null,
      takesMark: false,
      acknowledged: 0,
      acknowledgedAt: this.#server.keyspace.now,
      heardAt: this.#server.keyspace.now,
      taken: 0,
    }
    this.#replicas.set(client, replica)
    return replica
  }

  /** From the first replica on, effects are wanted and kept. */
  #demandBacklog(): Backlog {
    if (!this.#isListening) this.#server.keyspace.effects.addSink(this.#sink)
    this.#isListening = true
    this.#backlog ??= new Backlog(this.#server.configuration.number('repl-backlog-size'), this.offset)
    return this.#backlog
  }

  /** CONFIG GET tells whom it follows; a name that no setting could have stays out of it. */
  #remember(master: string): void {
    this.#server.configuration.set([['replicaof', master]], { isStarting: true })
  }

  #changeId(id: string): void {
    this.id2 = this.id
    this.id2Offset = this.offset + 1
    this.id = id
  }

  /** How many replicas are not behind for longer than `min-replicas-max-lag`. */
  goodReplicas(): number {
    const { configuration, keyspace } = this.#server
    const lagMax = configuration.number('min-replicas-max-lag') * 1000
    return this.replicas.filter(
      ({ isOnline, acknowledgedAt }) => isOnline && keyspace.now - acknowledgedAt <= lagMax,
    ).length
  }

  #disconnectReplicas(): void {
    for (const { client } of this.replicas) this.#cut(client)
  }

  #cut(client: Client): void {
    client.isClosing = true
    this.#replicas.get(client)?.sending?.abandon()
    this.#replicas.delete(client)
    this.#server.spoke(client)
  }
}
