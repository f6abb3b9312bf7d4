// A server whose commands go through a Raft log: what is acknowledged is on the disks of a majority, and every replica has
// executed the same commands in the same order, at the same time and with the same draws. What changes data is proposed, and
// answered when it is applied; what reads waits until the leader knows that it still leads (Raft, section 8).
//
// Who waits for keys (blocked.ts) waits at the leader; what is taken for them is taken by entries of the log.

import { EntryRandom } from './entry-random.ts'
import { decodeEntry, encodeEntry, type LoggedCommand, type RedisEntry } from './entry.ts'
import { type Attempt, BlockedOnLog } from './blocked.ts'
import { handlingOf, whyNotOnLog } from './handling.ts'
import { leadershipInfo, replyRole } from './leadership.ts'
import { defaultUser } from '../acl/user.ts'
import { Client, silentOutput } from '../client.ts'
import type { Command } from '../commands/command.ts'
import { CommandContext } from '../commands/context.ts'
import type { Database } from '../database.ts'
import { answer, call, endUnit } from '../execute.ts'
import { encodeSnapshot, SnapshotReceiver } from '../replication/replica-snapshot.ts'
import type { CommandReplicator, Server } from '../server.ts'
import type { ByteString } from '../value.ts'
import { type Data, seconds } from '../../../sim/index.ts'
import { hashText, type ProposalOutcome, type RaftNode, type StateMachine } from '../../raft/index.ts'

/** Replicas show what they hold every so many entries. */
const statePeriod = 64
/** Expired keys that one entry removes. */
const expiredMax = 100
/** Proposals that may wait; more are refused, and clients come back. */
const pendingMax = 1000

const noOrigin = { id: '0'.repeat(40), offset: 0, database: 0 }

/** What goes into the log, and what is to be done when it is applied, and when it is over, whatever came of it. */
interface Proposal {
  readonly commands: readonly LoggedCommand[]
  readonly isTransaction: boolean
  readonly onApplied?: () => void
  readonly onEnd?: () => void
}

/** Planted bugs. */
export interface RaftFlaws {
  /** Commands that write are run and answered before their entries are on the disks of a majority. */
  readonly answersBeforeCommit?: boolean
}

/** Stands between a server and its Raft log. */
export class ReplicatedServer implements StateMachine, CommandReplicator {
  readonly #server: Server
  readonly #flaws: RaftFlaws
  readonly #random = new EntryRandom()
  readonly #waiting = new Map<string, CommandContext>()
  /** Runs what nobody waits for here. */
  readonly #replica: CommandContext
  /** The terms in which clients began to watch. */
  readonly #watchTerms = new WeakMap<Client, number>()
  /** Proposals that wait while a transaction looks whether what it watches has changed. */
  readonly #held: (() => void)[] = []
  #isHolding = false
  #isApplying = false
  readonly #everybody = defaultUser()
  readonly #blocked: BlockedOnLog
  #raft: RaftNode | null = null
  #proposals = 0
  #now = 0

  constructor(server: Server, flaws: RaftFlaws) {
    this.#server = server
    this.#flaws = flaws
    this.#replica = new CommandContext(server, replicaClient(server))
    this.#blocked = new BlockedOnLog({
      env: server.env,
      after: (wait, handler) => server.env.timers.after(wait, () => server.step(handler)),
      retry: (attempt) => this.#retry(attempt),
      end: (context, reply) => {
        answer(context, reply)
        server.resume(context.client)
      },
    })
    server.draw = (n) => this.#random.int(n)
    server.keyspace.removesExpired = false
    // What a library remembers of its calls is in no snapshot.
    server.scripting.libraries.isForgetful = true
  }

  /** From now on commands are taken. */
  begin(raft: RaftNode): void {
    this.#raft = raft
    this.#server.replicator = this
    this.#server.infoSections.set('replication', () => leadershipInfo(raft, this.#server.port))
    this.#server.env.timers.every(seconds(1), () => {
      this.#expire()
    })
  }

  // ---- commands of clients

  takes(context: CommandContext, command: Command, args: readonly ByteString[]): boolean {
    const raft = this.#raft
    const { name } = command
    if (raft === null || context.client.role !== 'client') return false
    if (name === 'role') {
      replyRole(context.reply, raft, this.#server.port)
      return true
    }
    const handling = handlingOf(context, command)
    if (handling === 'local') return false
    if (typeof handling === 'object') context.reply.error(handling.refusal)
    else if (raft.role !== 'leader' || this.#isFull(raft)) this.#refuse(context, raft)
    else if (name === 'exec') this.#transact(context, raft)
    else if (handling === 'propose' && this.#flaws.answersBeforeCommit === true) {
      call(context, command, args)
      this.#propose(this.#replica, raft, [logged(context, command, args)], false)
    } else if (handling === 'propose') this.#propose(context, raft, [logged(context, command, args)], false)
    else
      this.#read(context, raft, () => {
        if (name === 'watch' && context.client.watches.length === 0)
          this.#watchTerms.set(context.client, raft.term)
        call(context, command, args)
      })
    return true
  }

  touched(db: Database, key: ByteString): void {
    this.#blocked.touched(db, key)
  }

  unblock(client: Client, error: string | null): boolean {
    return this.#blocked.unblock(client, error)
  }

  forget(client: Client): void {
    this.#blocked.forget(client)
  }

  /** The entry of a client that waits, once more; where this server leads no more it is refused. */
  #retry({ context, command, args }: Attempt): void {
    const raft = this.#raft
    if (raft !== null) this.#propose(context, raft, [logged(context, command, args)], false)
  }

  whyNotScripted(command: Command): string | null {
    return whyNotOnLog(command, this.#isApplying)
  }

  #isFull(raft: RaftNode): boolean {
    return raft.pendingCount + this.#held.length >= pendingMax
  }

  #refuse({ client, reply, server }: CommandContext, raft: RaftNode): void {
    client.transaction = null
    server.watching.clear(client)
    reply.error(
      raft.role === 'leader'
        ? 'TRYAGAIN Too many commands wait to be replicated.'
        : `READONLY You can't write against a read only replica. The leader is ${raft.leader ?? 'not known'}.`,
    )
  }

  /**
   * EXEC is one entry. Where keys are watched, all that was proposed before is applied first: then it is known whether one of
   * them has changed. Nothing may come in between, neither a command nor another transaction that has looked at the same time:
   * what would be proposed meanwhile is held back.
   */
  #transact(context: CommandContext, raft: RaftNode): void {
    const { client, reply, server } = context
    const { transaction } = client
    if (transaction === null) return
    const commands = transaction.queue.map(({ command, args }) => logged(context, command, args))
    const isWatching = client.watches.length > 0
    const finish = (): void => {
      const isChanged = server.watching.hasChanged(client)
      client.transaction = null
      server.watching.clear(client)
      if (transaction.isBroken) reply.error('EXECABORT Transaction discarded because of previous errors.')
      else if (isChanged) reply.nullArray()
      else if (isWatching) this.#send(context, raft, { commands, isTransaction: true })
      else this.#propose(context, raft, commands, true)
    }
    if (!isWatching || transaction.isBroken || this.#isSettled(client, raft)) {
      finish()
      return
    }
    client.isBlocked = true
    this.#inTurn(() => {
      this.#isHolding = true
      const onApplied = (): void => {
        // Whoever is gone watches nothing any more, and would be taken for one that saw no change.
        if (server.clients.has(client.id)) finish()
      }
      const onEnd = (): void => this.#release()
      this.#send(context, raft, { commands: [], isTransaction: false, onApplied, onEnd })
    })
  }

  /** Whether nothing is in the log that is not applied and could change what a client has watched since. */
  #isSettled(client: Client, raft: RaftNode): boolean {
    // Another leader may have appended what is not applied here yet; only a term without a break rules that out.
    return !this.#isHolding && raft.pendingCount === 0 && this.#watchTerms.get(client) === raft.term
  }

  #inTurn(propose: () => void): void {
    if (this.#isHolding) this.#held.push(propose)
    else propose()
  }

  #release(): void {
    this.#isHolding = false
    while (!this.#isHolding && this.#held.length > 0) this.#held.shift()?.()
  }

  #propose(
    context: CommandContext,
    raft: RaftNode,
    commands: readonly LoggedCommand[],
    isTransaction: boolean,
  ): void {
    context.client.isBlocked = true
    this.#inTurn(() => {
      this.#send(context, raft, { commands, isTransaction })
    })
  }

  #send(
    context: CommandContext,
    raft: RaftNode,
    { commands, isTransaction, onApplied, onEnd }: Proposal,
  ): void {
    const { env, keyspace } = this.#server
    const id = `${env.name}/${env.incarnation}/${++this.#proposals}`
    const entry = { id, now: Math.max(this.#now, keyspace.now), isTransaction, commands }
    context.client.isBlocked = true
    this.#waiting.set(id, context)
    raft.propose(encodeEntry(entry), (outcome) => {
      this.#waiting.delete(id)
      this.#server.step(() => {
        context.client.isBlocked = false
        this.#conclude(context, raft, outcome)
        if (outcome.kind === 'applied') onApplied?.()
        onEnd?.()
        if (this.#blocked.stillWaits(context.client)) context.client.isBlocked = true
        if (!context.client.isBlocked) this.#server.resume(context.client)
      })
    })
  }

  /** What was applied is answered already. Of what was lost nobody knows what becomes of it: neither may the client believe it does. */
  #conclude(context: CommandContext, raft: RaftNode, outcome: ProposalOutcome): void {
    if (outcome.kind === 'refused') this.#refuse(context, raft)
    else if (outcome.kind === 'lost') context.client.output.abort()
  }

  #read(context: CommandContext, raft: RaftNode, act: () => void): void {
    context.client.isBlocked = true
    raft.read('index', (outcome) => {
      this.#server.step(() => {
        context.client.isBlocked = false
        if (outcome === 'ready') act()
        else this.#refuse(context, raft)
        endUnit(context)
        if (!context.client.isBlocked) this.#server.resume(context.client)
      })
    })
  }

  /** Keys that have expired are removed by an entry, as everything is. */
  #expire(): void {
    const raft = this.#raft
    if (raft?.role !== 'leader') this.#server.step(() => this.#blocked.fail())
    if (raft?.role !== 'leader' || this.#isFull(raft)) return
    this.#server.updateTime()
    const commands = this.#server.keyspace.databases.flatMap((db) =>
      db.expiredKeys(expiredMax).map((key) => ({ name: 'exists', db: db.index, args: ['EXISTS', key] })),
    )
    // To look is to remove: EXISTS finds what was set again meanwhile, and leaves it.
    if (commands.length > 0) this.#propose(this.#replica, raft, commands, false)
  }

  get timed(): number {
    return this.#blocked.timed
  }

  // ---- the state machine

  apply(index: number, data: Data): Data {
    const entry = decodeEntry(data)
    const { keyspace } = this.#server
    this.#server.step(() => {
      this.#now = Math.max(this.#now, entry.now)
      keyspace.now = this.#now
      this.#random.begin(index)
      keyspace.removesExpired = true
      this.#isApplying = true
      this.#runAlike(entry, this.#waiting.get(entry.id) ?? this.#replica)
      this.#isApplying = false
      keyspace.removesExpired = false
    })
    if (index % statePeriod === 0)
      this.#server.env.probe('redis.state', { index, digest: hashText(this.takeSnapshot()) })
    return null
  }

  takeSnapshot(): string {
    const { keyspace } = this.#server
    keyspace.now = this.#now
    return encodeSnapshot(this.#server, noOrigin, true).toString('latin1')
  }

  restoreSnapshot(state: string): void {
    const bytes = Buffer.from(state, 'latin1')
    const receiver = new SnapshotReceiver(bytes.length, this.#server.limits, true)
    receiver.push(bytes)
    this.#server.step(() => {
      receiver.load(this.#server)
    })
  }

  /** Here somebody may wait for the reply, elsewhere nobody does: that and their rights must make no difference. */
  #runAlike(entry: RedisEntry, context: CommandContext): void {
    const { client } = context
    const { role, user } = client
    client.role = 'master'
    client.user = this.#everybody
    this.#run(entry, context)
    client.role = role
    client.user = user
  }

  #run({ commands, isTransaction }: RedisEntry, context: CommandContext): void {
    const { client, reply } = context
    const selected = client.db
    if (isTransaction) reply.array(commands.length)
    context.isAtomic = true
    for (const { name, db, args } of commands) {
      client.db = this.#server.keyspace.db(db)
      const command = this.#commandOf(name)
      if (!isTransaction && command.flags.has('blocking') && context !== this.#replica)
        context.onBlock = (block) => {
          this.#blocked.wait({ context, command, args }, block)
        }
      call(context, command, args)
      context.onBlock = null
    }
    context.isAtomic = false
    client.db = selected
    if (context === this.#replica) reply.take()
    endUnit(context)
  }

  #commandOf(name: string): Command {
    const [first = '', second] = name.split('|')
    const command = this.#server.commands.get(first)
    const found = second === undefined ? command : command?.subcommands?.get(second)
    if (found === undefined) throw new Error(`the log has a command that is not known here: ${name}`)
    return found
  }
}

function logged(
  { client, server }: CommandContext,
  { name }: Command,
  args: readonly ByteString[],
): LoggedCommand {
  const db = client.db.index
  if (name !== 'evalsha') return { name, db, args }
  // Which scripts are cached differs between replicas, so the log has them whole.
  const body = server.scripting.find(args[1] ?? '')?.body
  return body === undefined
    ? { name: 'eval', db, args: ['EVAL', unknownScript, '0'] }
    : { name: 'eval', db, args: ['EVAL', body, ...args.slice(2)] }
}

const unknownScript = "return redis.error_reply('NOSCRIPT No matching script. Please use EVAL.')"

function replicaClient(server: Server): Client {
  const client = new Client({
    id: 0,
    output: silentOutput,
    address: '',
    localAddress: '',
    now: 0,
    moment: 0,
    db: server.keyspace.db(0),
    user: server.defaultUser,
    isAuthenticated: true,
  })
  client.role = 'master'
  return client
}
