// A replica of the store as a program: Raft below, clients above.

import type { Command, GetCommand } from './command.ts'
import type {
  AdminMessage,
  FindMessage,
  RelayedMessage,
  RelayMessage,
  Reply,
  RequestMessage,
  StoreMessage,
} from './message.ts'
import { namesIn } from './names.ts'
import { Store } from './store.ts'
import {
  raftRules,
  startRaft,
  type ProposalOutcome,
  type RaftMessage,
  type RaftNode,
  type RaftSettings,
  type SessionOutcome,
  type StateMachine,
} from '../raft/index.ts'
import { type Data, type DataRecord, type Env, type NodeId, type Program, us } from '../../sim/index.ts'

/** How a store is set up. */
export interface StoreOptions {
  /** The voters that the cluster begins with. By default the node's parameter `voters`, or else its `group`. */
  readonly voters?: readonly NodeId[]
  /** Only the first so many of `group` are voters at the beginning. */
  readonly votersMax?: number
  /** How reads are made linearizable: by an entry in the log, by a majority's confirmation (default), or by a lease. */
  readonly reads?: 'log' | 'index' | 'lease'
  /** How many client sessions are kept. The session used least recently ends first. */
  readonly sessionsMax?: number
  /**
   * How many commands may wait to be committed at once (default 64); more are refused, and clients come back. A queue that
   * is longer than clients wait serves nobody: each command is done after its client has given up, for ever.
   */
  readonly waitingMax?: number
  readonly raft?: Partial<RaftSettings>
}

const waitingMaxDefault = 64
/** What it takes to read, check and answer a request. */
const requestWork = us(20)
/** Replicas say how they are every so many entries: `kv.state` {index, digest}. */
const stateProbePeriod = 16

/**
 * A replica of a linearizable key-value store. Besides Raft's probes it publishes `kv.state` {index, digest} whenever it
 * has applied an entry whose index is a multiple of 16: replicas at the same index must show the same digest. Clients ask
 * the leader; one that does not hear from it is served through any replica that does (`kv.relay`).
 */
export function kvStore(options: StoreOptions = {}): Program {
  return async (env) => {
    const replica = new Replica(env as Env<StoreMessage>, options)
    await replica.start(env as Env<RaftMessage>)
  }
}

class Replica {
  readonly #env: Env<StoreMessage>
  readonly #options: StoreOptions
  readonly #store: Store

  constructor(env: Env<StoreMessage>, options: StoreOptions) {
    this.#env = env
    this.#options = options
    this.#store = new Store(options.sessionsMax ?? 1024, options.raft?.rules ?? raftRules)
  }

  async start(env: Env<RaftMessage>): Promise<void> {
    const settings = { voters: votersOf(this.#options, env.parameters), ...this.#options.raft }
    const raft = await startRaft(env, settings, this.#machine())
    const { messages } = this.#env
    messages.on('kv.request', (message, source) =>
      this.#do(raft, message, (reply) => this.#reply(source, reply)),
    )
    messages.on('kv.relay', (message, source) => this.#onRelay(raft, source, message))
    messages.on('kv.relayed', (message, source) => this.#onRelayed(raft, source, message))
    messages.on('kv.relayed-reply', ({ client, reply }) => this.#reply(client, reply))
    messages.on('kv.find', (message, source) => this.#onFind(raft, source, message))
    messages.on('kv.admin', (message, source) => this.#onAdmin(raft, source, message))
  }

  #machine(): StateMachine {
    const store = this.#store
    return {
      apply: (index, command) => {
        const result = store.apply(index, command)
        if (index % stateProbePeriod === 0) this.#env.probe('kv.state', { index, digest: store.digest })
        return result
      },
      takeSnapshot: () => store.takeSnapshot(),
      restoreSnapshot: (state) => store.restoreSnapshot(state),
    }
  }

  #onFind(raft: RaftNode, client: NodeId, { id }: FindMessage): void {
    this.#env.messages.send(client, { kind: 'kv.leader', id, leader: raft.leader })
  }

  // A client that does not reach the leader may reach it through a replica that does: a cut between some of them, which
  // leaves the leader in office, would otherwise shut such clients out for as long as it lasts.
  #onRelay(raft: RaftNode, client: NodeId, message: RelayMessage): void {
    const { leader, role } = raft
    const { id, command } = message
    if (role === 'leader' || leader === null) this.#do(raft, message, (reply) => this.#reply(client, reply))
    else this.#env.messages.send(leader, { kind: 'kv.relayed', client, id, command })
  }

  #onRelayed(raft: RaftNode, relay: NodeId, message: RelayedMessage): void {
    const { client } = message
    this.#do(raft, message, (reply) =>
      this.#env.messages.send(relay, { kind: 'kv.relayed-reply', client, reply }),
    )
  }

  #reply(client: NodeId, reply: Reply): void {
    this.#env.messages.send(client, { kind: 'kv.reply', ...reply })
  }

  #do(
    raft: RaftNode,
    { id, command }: Pick<RequestMessage, 'id' | 'command'>,
    send: (reply: Reply) => void,
  ): void {
    const reply: Answer = (status, value = null) => {
      send({ id, status, value, leader: raft.leader })
    }
    this.#env.cpu.charge(requestWork)
    if (raft.role !== 'leader') return reply('refused')
    if (command[2] === 'get' && this.#reads !== 'log') this.#get(raft, this.#reads, command, reply)
    else if (raft.pendingCount >= (this.#options.waitingMax ?? waitingMaxDefault)) reply('refused')
    else raft.propose(command, (outcome) => answer(command, outcome, reply))
  }

  #get(raft: RaftNode, mode: 'index' | 'lease', command: GetCommand, reply: Answer): void {
    raft.read(mode, (outcome) =>
      outcome === 'ready' ? reply('ok', this.#store.get(command[3])) : reply('lost'),
    )
  }

  get #reads(): 'log' | 'index' | 'lease' {
    return this.#options.reads ?? 'index'
  }

  #onAdmin(raft: RaftNode, client: NodeId, { id, change, votersMin }: AdminMessage): void {
    if (raft.role !== 'leader') return
    const reply = (isDone: boolean): void =>
      this.#env.messages.send(client, { kind: 'kv.admin-reply', id, isDone, voters: raft.voters })
    if (change.change === 'transfer') reply(raft.transfer(change.node))
    else if (change.change === 'remove' && raft.voters.length <= votersMin) reply(false)
    else raft.changeMembers(change, (outcome) => reply(outcome.kind === 'applied'))
  }
}

type Answer = (status: Reply['status'], value?: Data) => void

function answer(command: Command, outcome: ProposalOutcome, reply: Answer): void {
  if (outcome.kind !== 'applied') return reply(outcome.kind)
  const result = outcome.result as SessionOutcome & DataRecord
  // An outdated copy has no one waiting for it: its client went on to a later command of the session.
  if (result.kind === 'expired') reply('expired')
  else if (result.kind !== 'outdated') reply('ok', result.result)
}

function votersOf({ voters, votersMax }: StoreOptions, parameters: DataRecord): readonly NodeId[] {
  const named = voters ?? namesIn(parameters['voters']) ?? namesIn(parameters['group']) ?? []
  return votersMax === undefined ? named : named.slice(0, votersMax)
}
