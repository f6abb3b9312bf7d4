// The state of a server, and what its parts tell each other: the keyspace tells watchers, caches, the blocked and
// notifications of changes; whoever has something to say to clients marks them, and all of it leaves at the end of a step.

import { passwordHash } from './acl/authenticate.ts'
import { AclLog } from './acl/log.ts'
import type { RuleBook } from './acl/rules.ts'
import { defaultUser, type User } from './acl/user.ts'
import { Blocking } from './blocking.ts'
import { ClientMemory, evictClients } from './client-memory.ts'
import type { Client } from './client.ts'
import type { Command } from './commands/command.ts'
import { CommandContext } from './commands/context.ts'
import { Configuration } from './configuration.ts'
import type { Database } from './database.ts'
import { answer, processInput } from './execute.ts'
import type { InfoSection } from './info/index.ts'
import { Keyspace, type KeyspaceObserver, type NotificationClass } from './keyspace.ts'
import { LatencyMonitor } from './latency.ts'
import { Limits } from './limits.ts'
import { Migrations } from './migration/index.ts'
import { Notifications } from './notifications.ts'
import { OutputLimits } from './output-limits.ts'
import type { Persistence } from './files/index.ts'
import { Pause } from './pause.ts'
import { PubSub } from './pubsub.ts'
import { Replication } from './replication/index.ts'
import { Scripting } from './scripting/scripting.ts'
import { Statistics } from './statistics.ts'
import { Tracking } from './tracking.ts'
import type { ByteString } from './value.ts'
import { Watching } from './watching.ts'
import { type Duration, type Env, ms, type Timer } from '../../sim/index.ts'

const nanosecondsPerMillisecond = 1_000_000
/** Bytes of one client's replies that may be held back before it is not read from. */
const heldMax = 1024 * 1024
/** Bytes of changes that may wait for the disk before nobody is read from. */
const waitingMax = 64 * 1024 * 1024

/** Stands between commands and the data. */
export interface CommandReplicator {
  /** Whether it sees to a command that may run: then its reply comes from there, and nothing is run here. */
  takes(context: CommandContext, command: Command, args: readonly ByteString[]): boolean
  /** Why a script may not call a command, as the error says it; null where it may. */
  whyNotScripted(command: Command): string | null
  /** A key was changed. */
  touched(db: Database, key: ByteString): void
  /** Ends a client's wait, with an error or as if its time were over; whether it waits there. */
  unblock(client: Client, error: string | null): boolean
  /** A client is gone. */
  forget(client: Client): void
  /** How many clients wait there no longer than for a set time. */
  readonly timed: number
}

/** One server. */
export class Server implements KeyspaceObserver {
  readonly env: Env
  readonly mode: 'standalone' | 'sentinel'
  readonly keyspace: Keyspace
  readonly configuration: Configuration = new Configuration()
  readonly commands: ReadonlyMap<string, Command>
  /** The same by their names as clients write them: all small or all large. */
  readonly named: ReadonlyMap<string, Command>
  readonly clients: Map<number, Client> = new Map()
  readonly contexts: Map<Client, CommandContext> = new Map()
  readonly pubsub: PubSub
  readonly notifications: Notifications
  readonly blocking: Blocking
  readonly pause: Pause
  readonly migrations: Migrations
  readonly watching: Watching = new Watching()
  readonly tracking: Tracking
  readonly clientMemory: ClientMemory = new ClientMemory()
  readonly statistics: Statistics = new Statistics()
  readonly latency: LatencyMonitor = new LatencyMonitor()
  readonly limits: Limits = new Limits()
  readonly outputLimits: OutputLimits = new OutputLimits()
  readonly aclLog: AclLog = new AclLog()
  readonly users: Map<ByteString, User> = new Map([['default', defaultUser()]])
  readonly scripting: Scripting
  readonly runId: string
  readonly startedAt: number
  readonly replication: Replication
  /** While data is loaded most commands are refused. */
  isLoading = false
  /** Where replies have to wait for something that is under way (a sync of the append-only file): a promise of it. */
  gate: (() => Promise<void> | null) | null = null
  /** Why commands that write are refused now, as the reply says it; null where they are not. */
  writeRefusal: (() => string | null) | null = null
  persistence: Persistence | null = null
  /** Told of every command that clients run (MONITOR). */
  readonly monitors: Set<Client> = new Set()
  /** Sections of INFO that parts of the server put in place of the usual ones. */
  readonly infoSections: Map<string, InfoSection> = new Map()
  /** Takes commands whose effects have to be agreed on before they are answered. */
  replicator: CommandReplicator | null = null
  /** A whole number from 0 to n - 1. */
  draw: (n: number) => number
  /** When the last command ended (monotonic): the next one is taken to begin there, which saves a look at the clock. */
  moment = 0
  /** Where it listens. */
  port = 6379
  readonly #spoken = new Set<Client>()
  readonly #held = new Map<Client, Promise<void>>()
  #resumed: Client[] = []
  #lastClientId = 0

  constructor(
    env: Env,
    commands: ReadonlyMap<string, Command>,
    mode: 'standalone' | 'sentinel' = 'standalone',
  ) {
    this.env = env
    this.mode = mode
    this.commands = commands
    this.named = new Map([...commands].flatMap((pair) => [pair, [pair[0].toUpperCase(), pair[1]]]))
    const random = env.randomFor('redis')
    this.draw = (n) => random.int(0, n - 1)
    this.keyspace = new Keyspace((n) => this.draw(n))
    this.keyspace.observer = this
    this.scripting = new Scripting(this.keyspace)
    this.runId = [...random.bytes(20)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const onOutput = this.spoke.bind(this)
    this.pubsub = new PubSub(onOutput)
    this.notifications = new Notifications(this.pubsub)
    this.tracking = new Tracking({ client: (id) => this.clients.get(id), onOutput })
    const after = (wait: Duration, handler: () => void): Timer =>
      env.timers.after(wait, () => {
        this.step(handler)
      })
    this.pause = new Pause({
      after: (wait, handler) => after(ms(wait), handler),
      resume: this.resume.bind(this),
      changed: () => {
        // A Raft log says itself when keys go.
        if (this.replicator !== null) return
        this.keyspace.removesExpired = !this.pause.isOn && !this.replication.isReplica
      },
    })
    this.blocking = new Blocking({
      after,
      answer: (context, run) => {
        answer(context, run)
      },
      resume: this.resume.bind(this),
    })
    this.replication = new Replication(this)
    this.migrations = new Migrations(env)
    this.updateTime()
    this.startedAt = this.keyspace.now
    this.configuration.onChange((name, value) => {
      this.#configure(name, value)
    })
  }

  /** A new id for a client. */
  nextClientId(): number {
    this.#lastClientId += 1
    return this.#lastClientId
  }

  /** A client has come. */
  addClient(client: Client): CommandContext {
    const context = new CommandContext(this, client)
    this.clients.set(client.id, client)
    this.contexts.set(client, context)
    this.statistics.connections += 1
    return context
  }

  /** A client is gone: nothing waits for it any more. */
  removeClient(client: Client): void {
    this.blocking.forget(client)
    this.replicator?.forget(client)
    this.replication.forget(client)
    this.pause.forget(client)
    this.watching.clear(client)
    this.pubsub.forget(client)
    this.tracking.set(client, null)
    this.monitors.delete(client)
    this.clientMemory.forget(client)
    this.#spoken.delete(client)
    this.contexts.delete(client)
    this.clients.delete(client.id)
  }

  /** Ends a client's connection; the one that asks for it gets its reply first. */
  kill(client: Client, killer: Client): void {
    if (client === killer) client.isClosing = true
    else this.sendAway(client)
  }

  /** Ends a client's connection at once. */
  sendAway(client: Client): void {
    client.isClosing = true
    client.output.abort()
    this.removeClient(client)
  }

  /** The user that clients are at first. */
  get defaultUser(): User {
    const user = this.users.get('default')
    if (user === undefined) throw new Error('the default user is always there')
    return user
  }

  /** What rules of users refer to. */
  get ruleBook(): RuleBook {
    const isOpen = this.configuration.get('acl-pubsub-default') === 'allchannels'
    return { commands: this.commands, firstChannels: isOpen ? ['*'] : [] }
  }

  /** Where it really listens is known: a real machine may have put it elsewhere. */
  listensOn(port: number): void {
    if (port === 0 || port === this.port) return
    this.port = port
    this.configuration.set([['port', String(port)]], { isStarting: true })
  }

  updateTime(): void {
    this.moment = this.env.clock.monotonic()
    this.keyspace.now = Math.floor(this.env.clock.wall() / nanosecondsPerMillisecond)
  }

  /** Everything that happens to a server from outside is a step: time is read, something is done, and what was said leaves. */
  step(act: () => void): void {
    this.updateTime()
    act()
    this.#settle()
  }

  /** Bytes have come from a client. */
  receive(context: CommandContext, bytes: Uint8Array): void {
    this.updateTime()
    context.client.decoder.bulkMax = this.limits.protoMaxBulk
    context.client.decoder.push(bytes)
    if (context.client.role === 'replica') this.replication.heard(context.client)
    processInput(context, true)
    this.#settle()
  }

  /** Something was written for a client; it leaves at the end of the step. */
  spoke(client: Client): void {
    this.#spoken.add(client)
  }

  /** A client that waited may go on with what it has sent since. */
  resume(client: Client): void {
    client.isBlocked = false
    this.#resumed.push(client)
    this.#spoken.add(client)
  }

  /** MONITOR: a command is about to run. */
  monitored(client: Client, args: readonly ByteString[]): void {
    const microseconds = Math.floor(this.env.clock.wall() / 1000)
    const at = `${Math.floor(microseconds / 1_000_000)}.${`${microseconds % 1_000_000}`.padStart(6, '0')}`
    const line = `${at} [${client.db.index} ${client.address}] ${args.map(quoted).join(' ')}`
    for (const monitor of this.monitors) {
      monitor.reply.simple(line)
      this.spoke(monitor)
    }
  }

  /** A command took long. */
  slow(client: Client, command: Command, args: readonly ByteString[], took: number): void {
    if (command.flags.has('skip_slowlog')) return
    const { address, name } = client
    this.statistics.addSlow(
      {
        at: Math.floor(this.keyspace.now / 1000),
        took: Math.floor(took / 1000),
        args: shortened(args),
        address,
        name,
      },
      this.configuration.number('slowlog-max-len'),
    )
  }

  touched(db: Database, key: ByteString): void {
    this.watching.touched(db, key)
    this.tracking.touched(key)
    this.signal(db, key)
  }

  /** Who waits for a key may find there what it waits for, or that it never comes. */
  signal(db: Database, key: ByteString): void {
    this.blocking.signal(db, key)
    if (this.replicator !== null) this.replicator.touched(db, key)
  }

  notified(kind: NotificationClass, event: string, db: Database, key: ByteString): void {
    this.notifications.notify(kind, event, db, key)
  }

  flushed(db: Database): void {
    this.watching.flushed(db)
    this.blocking.signalAll(db)
    this.tracking.flushed()
  }

  #settle(): void {
    while (this.#resumed.length > 0) {
      const resumed = this.#resumed
      this.#resumed = []
      for (const client of resumed) {
        const context = this.contexts.get(client)
        if (context !== undefined) processInput(context)
      }
    }
    for (const client of this.#spoken) this.#flush(client)
    evictClients(this, this.#spoken)
    this.#spoken.clear()
  }

  #flush(client: Client): void {
    const bytes = client.reply.take()
    const held = this.gate?.() ?? null
    const before = this.#held.get(client)
    if (held === null && before === undefined) send(client, bytes)
    else this.#sendAfter(client, Promise.all([before, held]), bytes)
  }

  // Also what would not have to wait itself comes after what waits: replies keep their order.
  #sendAfter(client: Client, wait: Promise<unknown>, bytes: ByteString): void {
    client.held += bytes.length
    const sendThen = async (): Promise<void> => {
      await wait
      client.held -= bytes.length
      send(client, bytes)
      if (this.#held.get(client) === sent) this.#held.delete(client)
    }
    const sent = sendThen()
    this.#held.set(client, sent)
  }

  /**
   * What has to be over before more is taken from a client (or a master): more than 1 MiB of its replies is held back, or more
   * than 64 MiB of changes wait for the disk. Null where nothing has.
   */
  congestion(client: Client | null): Promise<void> | null {
    if ((this.persistence?.waiting ?? 0) > waitingMax) return this.gate?.() ?? null
    return client !== null && client.held > heldMax ? this.released(client) : null
  }

  /** Resolves when a client's replies wait for nothing any more. */
  async released(client: Client): Promise<void> {
    await this.#held.get(client)
  }

  #configure(name: string, value: ByteString): void {
    if (name === 'notify-keyspace-events') this.notifications.configure(value)
    if (name === 'maxmemory-policy') this.keyspace.countsAccesses = value.endsWith('lfu')
    if (name === 'lfu-decay-time') this.keyspace.lfu.decayMinutes = Number(value)
    if (name === 'lfu-log-factor') this.keyspace.lfu.logFactor = Number(value)
    if (name === 'requirepass') setPassword(this.defaultUser, value)
    this.limits.configure(name, value)
    this.outputLimits.configure(name, value)
  }
}

function send(client: Client, bytes: ByteString): void {
  if (bytes !== '') client.output.write(bytes)
  if (client.isClosing) client.output.close()
}

function setPassword(user: User, password: ByteString): void {
  user.passwords.clear()
  user.isPasswordless = password === ''
  if (password !== '') user.passwords.add(passwordHash(password))
}

/** At most 32 arguments of at most 128 bytes, as the slow log shows them. */
function shortened(args: readonly ByteString[]): readonly ByteString[] {
  const shown = args.length > 32 ? args.slice(0, 31) : args
  const texts = shown.map((arg) =>
    arg.length > 128 ? `${arg.slice(0, 128)}... (${arg.length - 128} more bytes)` : arg,
  )
  return args.length > 32 ? [...texts, `... (${args.length - 31} more arguments)`] : texts
}

/** An argument as MONITOR shows it. */
function quoted(bytes: ByteString): string {
  const names: Readonly<Record<string, string>> = {
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\u0007': '\\a',
    '\b': '\\b',
    '"': '\\"',
    '\\': '\\\\',
  }
  const text = bytes.replaceAll(
    /["\\]|[^ -~]/g,
    (char) => names[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return `"${text}"`
}
