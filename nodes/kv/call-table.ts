// The open operations of a client: sends their requests to the leader, looks for one when none is known, tries again when
// answers stay away, and ends each operation once.

import { commandOf, type Call, type ClientProcess } from './call.ts'
import type { LeaderMessage, ReplyMessage, StoreMessage } from './message.ts'
import { RequestIds } from './request-ids.ts'
import type { Operation } from './workload.ts'
import { LazyTimer } from '../transport/index.ts'
import type { Data, Duration, Env, Instant, NodeId } from '../../sim/index.ts'

/** How operations are tried, and who is told of them. */
export interface CallOptions {
  readonly replicas: readonly NodeId[]
  readonly attemptTimeout: Duration
  readonly deadline: Duration
  readonly backoff: Duration
  /** An operation has shown a key's value. */
  saw(key: string, value: string | null): void
  /** An operation has ended. */
  ended(): void
}

/** How many redirections are followed at once before the client waits. */
const redirectionsMax = 3

/** The open operations of one client. */
export class CallTable {
  readonly #env: Env<StoreMessage>
  readonly #options: CallOptions
  /** By every number under which they have asked. */
  readonly #calls = new Map<number, Call>()
  readonly #idle: ClientProcess[] = []
  readonly #timer: LazyTimer
  readonly #ids: RequestIds
  #openCount = 0
  #processCount = 0
  /** Whom a new process takes for the leader: who answered last. */
  #leader: NodeId | null = null
  /** Whom to ask next for the leader. */
  #nextReplica: number

  constructor(env: Env<StoreMessage>, options: CallOptions) {
    if (options.replicas.length === 0)
      throw new RangeError('storeClient: got no replicas, wanted at least one')
    this.#env = env
    this.#options = options
    this.#ids = new RequestIds(env.incarnation)
    this.#nextReplica = env.random.int(0, options.replicas.length - 1)
    this.#timer = new LazyTimer(env, () => this.#onTime())
    env.messages.on('kv.leader', (message, source) => this.#onLeader(message, source))
    env.messages.on('kv.reply', (message, source) => this.#onReply(message, source))
  }

  /** How many operations are open. */
  get openCount(): number {
    return this.#openCount
  }

  /** Invokes an operation in a process that has none open. */
  begin(operation: Operation): void {
    this.#openCount++
    const process = this.#idle.pop() ?? this.#newProcess()
    const { f, key } = operation
    const now = this.#env.clock.monotonic()
    const call: Call = {
      process,
      operation,
      pending: this.#env.invoke({ f, key, value: valueOf(operation), process: process.name }),
      deadline: (now + this.#options.deadline) as Instant,
      id: 0,
      isAnswered: false,
      ids: [],
      command: ['open'],
      retryAt: now,
      isUncertain: false,
      redirections: 0,
    }
    if (f === 'get' || process.session !== null) this.#speak(call)
    this.#attempt(call, now)
  }

  #newProcess(): ClientProcess {
    const { name, incarnation } = this.#env
    return {
      name: `${name}/${incarnation}.${++this.#processCount}`,
      session: null,
      sequence: 0,
      leader: this.#leader,
      relay: null,
      silent: null,
    }
  }

  // The session is there: from now on the request is the operation itself.
  #speak(call: Call): void {
    const { process, operation } = call
    if (operation.f !== 'get') process.sequence++
    call.command = commandOf(operation, process.session ?? 0, process.sequence)
  }

  // A number for each time: what somebody says of an earlier one leads to nothing more, or else every copy that the network
  // makes of an answer would make requests of its own, which are answered in turn.
  #number(call: Call): void {
    call.id = this.#ids.next()
    call.isAnswered = false
    call.ids.push(call.id)
    this.#calls.set(call.id, call)
  }

  // Answers to what was asked under these numbers are answers to nothing any more.
  #forget(call: Call): void {
    for (const id of call.ids) this.#calls.delete(id)
    call.ids = []
  }

  // ---- sending

  #attempt(call: Call, now: Instant): void {
    this.#number(call)
    const { id, command } = call
    const { leader, relay } = call.process
    if (leader === null) this.#env.messages.send(this.#replica(), { kind: 'kv.find', id })
    else {
      if (command[0] !== 'open' && command[2] !== 'get') call.isUncertain = true
      if (relay === null) this.#env.messages.send(leader, { kind: 'kv.request', id, command })
      else this.#env.messages.send(relay, { kind: 'kv.relay', id, command })
    }
    this.#retryAt(call, (now + this.#options.attemptTimeout) as Instant)
  }

  #replica(): NodeId {
    const { replicas } = this.#options
    this.#nextReplica = (this.#nextReplica + 1) % replicas.length
    return replicas[this.#nextReplica] as NodeId
  }

  #retryAt(call: Call, when: Instant): void {
    call.retryAt = when
    this.#timer.armBy(Math.min(when, call.deadline) as Instant)
  }

  #backOff(call: Call): void {
    const { backoff } = this.#options
    const wait = this.#env.random.int(backoff, 2 * backoff)
    this.#retryAt(call, (this.#env.clock.monotonic() + wait) as Instant)
  }

  // ---- hearing

  #onLeader({ id, leader }: LeaderMessage, source: NodeId): void {
    const call = this.#calls.get(id)
    if (call !== undefined && isFirstAnswer(call, id)) this.#redirect(call, leader, source)
  }

  #onReply({ id, status, value, leader }: ReplyMessage, source: NodeId): void {
    const call = this.#calls.get(id)
    if (call === undefined) return
    switch (status) {
      case 'ok':
        return this.#onDone(call, value)
      case 'expired':
        return this.#end(call, 'expired')
      case 'refused':
        if (isFirstAnswer(call, id)) this.#redirect(call, leader === source ? null : leader, source)
        return
      case 'lost':
        if (!isFirstAnswer(call, id)) return
        call.process.leader = null
        return this.#backOff(call)
    }
  }

  // To a leader that did not answer the way leads through who named it, and hears from it.
  #redirect(call: Call, leader: NodeId | null, by: NodeId): void {
    const { process } = call
    process.leader = leader
    process.relay = leader !== null && leader === process.silent && leader !== by ? by : null
    if (leader === null || ++call.redirections > redirectionsMax) {
      call.redirections = 0
      this.#backOff(call)
    } else this.#attempt(call, this.#env.clock.monotonic())
  }

  #onDone(call: Call, value: Data): void {
    if (call.command[0] !== 'open') return this.#succeed(call, value)
    call.process.session = Number(value)
    this.#forget(call)
    this.#speak(call)
    this.#attempt(call, this.#env.clock.monotonic())
  }

  // ---- time and endings

  #onTime(): void {
    const now = this.#env.clock.monotonic()
    let next = Number.MAX_SAFE_INTEGER
    for (const [id, call] of this.#calls) {
      if (id !== call.id) continue
      if (now >= call.deadline) this.#end(call, 'timeout')
      else if (now >= call.retryAt) this.#tryAnother(call, now)
      if (this.#calls.has(call.id)) next = Math.min(next, call.retryAt, call.deadline)
    }
    this.#timer.armBy(next as Instant)
  }

  // Whoever was asked has not answered: ask somebody for the leader.
  #tryAnother(call: Call, now: Instant): void {
    const { process } = call
    if (process.leader !== null) process.silent = process.relay === null ? process.leader : null
    process.leader = null
    this.#attempt(call, now)
  }

  #succeed(call: Call, value: Data): void {
    const { operation, process } = call
    if (process.relay === null) process.silent = null
    this.#leader = process.relay === null ? process.leader : null
    if (operation.f === 'get') this.#options.saw(operation.key, typeof value === 'string' ? value : null)
    else if (operation.f === 'put') this.#options.saw(operation.key, operation.value)
    this.#close(call, true)
    call.pending.ok(value)
    this.#options.ended()
  }

  #end(call: Call, why: string): void {
    const isFail = !call.isUncertain && !hasTwoMeanings(call.operation)
    this.#close(call, isFail)
    if (isFail) call.pending.fail(why)
    else call.pending.info(why)
    this.#options.ended()
  }

  #close(call: Call, mayGoOn: boolean): void {
    this.#openCount--
    this.#forget(call)
    if (mayGoOn) this.#idle.push(call.process)
  }
}

// To the request under way, and not heard before.
function isFirstAnswer(call: Call, id: number): boolean {
  const isFirst = call.id === id && !call.isAnswered
  if (isFirst) call.isAnswered = true
  return isFirst
}

// Checkers differ in what a failed operation with a precondition has observed.
function hasTwoMeanings({ f }: Operation): boolean {
  return f === 'cas' || f === 'delete'
}

function valueOf(operation: Operation): Data {
  switch (operation.f) {
    case 'get':
    case 'delete':
      return null
    case 'put':
    case 'append':
      return operation.value
    case 'cas':
      return [operation.expected, operation.value]
  }
}
