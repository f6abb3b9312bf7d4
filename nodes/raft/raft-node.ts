// A Raft server as a program: gives the pure core its messages, time and disk, and its caller's state machine the
// committed entries. All handlers are synchronous; only the disk is waited for.

import type { LogIndex, Term } from './core/entry.ts'
import type { MembershipChange, ProposalRefusal, ProposalResult } from './core/host.ts'
import type { RaftMessage } from './core/message.ts'
import { Raft } from './core/raft.ts'
import type { ReadMode } from './core/reads.ts'
import type { Role } from './core/rules.ts'
import { raftDefaults, type RaftSettings } from './core/settings.ts'
import type { Batch } from './core/staging.ts'
import type { ReadHandler } from './core/state.ts'
import { LazyTimer } from '../transport/index.ts'
import type { LogStorage } from './storage/log-storage.ts'
import { openStorage, type OpenStorage } from './storage/recover.ts'
import { CorruptStorageError, exitCodes } from './storage/storage-error.ts'
import { ms, type Data, type Env, type NodeId } from '../../sim/index.ts'

/** What is replicated. Every server applies the same commands in the same order and must come to the same state. */
export interface StateMachine {
  /** Applies a committed command; the result goes to whoever proposed it here. */
  apply(index: LogIndex, command: Data): Data
  takeSnapshot(): string
  /** Replaces the state by one that `takeSnapshot` of some server gave. */
  restoreSnapshot(state: string): void
}

/** What became of a proposal. After `lost` it may be committed, now or later, or never. */
export type ProposalOutcome =
  | { readonly kind: 'applied'; readonly result: Data }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly why: ProposalRefusal }

/** Called once with what became of a proposal. */
export type ProposalHandler = (outcome: ProposalOutcome) => void

interface PendingProposal {
  readonly term: Term
  readonly handler: ProposalHandler
}

/** What of the Env a Raft server uses. */
export type RaftEnv = Env<RaftMessage>

/**
 * Starts a Raft server on this node: reads its disk, then takes part. Ends the incarnation with code 65 when the disk
 * holds something damaged, and with 74 when the disk fails, then or later: after a failed sync nothing that was written
 * can be relied on, so that going on would be a lie (Rebello et al., USENIX ATC 2020).
 */
export async function startRaft(
  env: RaftEnv,
  settings: Partial<RaftSettings>,
  machine: StateMachine,
): Promise<RaftNode> {
  return new RaftNode(env, { ...raftDefaults, ...settings }, machine, await openOrExit(env))
}

async function openOrExit(env: RaftEnv): Promise<OpenStorage> {
  try {
    const opened = await openStorage(env.disk)
    if (opened.tornBytes > 0) env.log.warn('cut off a torn end of the log', { bytes: opened.tornBytes })
    return opened
  } catch (error) {
    return exitFor(env, error)
  }
}

function exitFor(env: RaftEnv, error: unknown): never {
  env.log.error('the disk failed', { error: String(error) })
  env.exit(error instanceof CorruptStorageError ? exitCodes.corrupt : exitCodes.disk)
}

/** A running Raft server. */
export class RaftNode {
  readonly #env: RaftEnv
  readonly #machine: StateMachine
  readonly #storage: LogStorage
  readonly #raft: Raft
  readonly #timer: LazyTimer
  readonly #pending = new Map<LogIndex, PendingProposal>()
  #isWriteDelayed = false
  #armedRole: Role | null = null

  constructor(env: RaftEnv, settings: RaftSettings, machine: StateMachine, opened: OpenStorage) {
    this.#env = env
    this.#machine = machine
    this.#storage = opened.storage
    const now = env.clock.monotonic()
    this.#raft = new Raft(env.name, settings, this.#host(), { recovered: opened.recovered, now })
    this.#timer = new LazyTimer(env, () => {
      this.#raft.tick(env.clock.monotonic())
      this.#afterInput()
    })
    this.#listen()
    this.#afterInput()
  }

  get role(): Role {
    return this.#raft.role
  }

  get term(): Term {
    return this.#raft.term
  }

  /** The leader as far as this server knows. */
  get leader(): NodeId | null {
    return this.#raft.leader
  }

  /** The voters that count now, as far as this server's log says. */
  get voters(): readonly NodeId[] {
    return this.#raft.state.configuration.voters
  }

  /** How many proposals of this server are neither applied nor lost yet. */
  get pendingCount(): number {
    return this.#pending.size
  }

  /** Proposes a command; the handler is called, perhaps at once, with what became of it. */
  propose(command: Data, handler: ProposalHandler): void {
    this.#await(this.#raft.propose(this.#env.clock.monotonic(), command), handler)
  }

  /** Proposes a change of members, one at a time. */
  changeMembers(change: MembershipChange, handler: ProposalHandler): void {
    this.#await(this.#raft.changeMembers(this.#env.clock.monotonic(), change), handler)
  }

  /** Calls the handler when the state machine may be read: it then holds every write acknowledged before this call. */
  read(mode: ReadMode, handler: ReadHandler): void {
    this.#raft.read(this.#env.clock.monotonic(), mode, handler)
    this.#afterInput()
  }

  /** Begins to hand leadership to another voter; false when that cannot be. */
  transfer(target: NodeId): boolean {
    const isBegun = this.#raft.transfer(this.#env.clock.monotonic(), target)
    this.#afterInput()
    return isBegun
  }

  #await(result: ProposalResult, handler: ProposalHandler): void {
    if (result.kind === 'refused') handler(result)
    // In a cluster of one without a disk to wait for it may be applied by now.
    else this.#pending.set(result.index, { term: result.term, handler })
    this.#afterInput()
  }

  #listen(): void {
    const { messages, clock } = this.#env
    const step = (message: RaftMessage, source: NodeId): void => {
      this.#raft.step(clock.monotonic(), source, message)
      this.#afterInput()
    }
    messages.on('raft.append', step)
    messages.on('raft.append-reply', step)
    messages.on('raft.vote', step)
    messages.on('raft.vote-reply', step)
    messages.on('raft.snapshot', step)
    messages.on('raft.snapshot-reply', step)
    messages.on('raft.timeout-now', step)
  }

  #afterInput(): void {
    if (this.#raft.hasBatch && !this.#isWriteDelayed) this.#writeSoon()
    // Within a role deadlines only move away, and the timer looks again when it fires.
    const { role } = this.#raft
    if (this.#timer.isArmed && role === this.#armedRole) return
    this.#armedRole = role
    this.#timer.armBy(this.#raft.deadline)
  }

  // Everything that comes before the write begins goes into the same batch.
  #writeSoon(): void {
    if (!this.#env.buggify('raft.delay-batch')) return this.#write()
    this.#isWriteDelayed = true
    this.#env.timers.after(ms(20), () => {
      this.#isWriteDelayed = false
      this.#write()
    })
  }

  #write(): void {
    if (!this.#raft.hasBatch) return
    const batch = this.#raft.takeBatch()
    this.#storage.write(
      batch,
      () => this.#written(batch),
      (error) => exitFor(this.#env, error),
    )
  }

  #written(batch: Batch): void {
    this.#raft.persisted(this.#env.clock.monotonic(), batch)
    this.#afterInput()
  }

  #host(): ConstructorParameters<typeof Raft>[2] {
    const env = this.#env
    return {
      send: (target, message) => env.messages.send(target, message),
      probe: (name, value) => env.probe(name, value),
      apply: (index, { term, command }) => {
        const result = command === null ? null : this.#machine.apply(index, command)
        this.#applied(index, term, result)
      },
      takeSnapshot: () => this.#machine.takeSnapshot(),
      restoreSnapshot: (state) => this.#machine.restoreSnapshot(state),
      roleChanged: () => this.#loseProposals(),
      draw: (min, max) => env.random.int(min, max),
      buggify: (site) => env.buggify(site),
    }
  }

  #applied(index: LogIndex, term: Term, result: Data): void {
    const pending = this.#pending.get(index)
    if (pending === undefined) return
    this.#pending.delete(index)
    pending.handler(pending.term === term ? { kind: 'applied', result } : { kind: 'lost' })
  }

  // What this server proposed as the leader of a term that has ended may be committed by the next leader, or not.
  #loseProposals(): void {
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    for (const { handler } of lost) handler({ kind: 'lost' })
  }
}
