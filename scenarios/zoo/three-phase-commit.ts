// Three-phase commit does not block when sites fail: those that are left look at each other's states, and commit when one of
// them knows that all have voted yes. When a cut makes both sides believe that the other has failed, one side commits and
// the other, which never heard of it, aborts. Fixed as by Skeen himself: to commit takes a quorum that is prepared to
// commit, to abort one that is prepared to abort, and a side without a quorum waits.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { type Decision, oneDecision, publishDecision } from './parts/one-decision.ts'
import {
  type DataRecord,
  type Duration,
  type Env,
  group,
  ms,
  type NodeId,
  partitions,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const sites: readonly NodeId[] = ['site-1', 'site-2', 'site-3', 'site-4', 'site-5']
/** Of five sites any three and any three have one in common. */
const quorum = 3
const patience = ms(60)
const silenceMax = [ms(150), ms(300)] as const

/** How far a site is with a transaction; the last two are final. */
type State = 'waiting' | 'prepared-to-commit' | 'prepared-to-abort' | Decision

/** A site coordinates the transactions that clients begin at it, and takes part in all. */
class Site {
  readonly #env: Env
  readonly #ask: ReturnType<typeof asker>
  readonly #peers: readonly NodeId[]
  readonly #needsQuorum: boolean
  readonly #states = new Map<string, State>()
  readonly #coordinated = new Set<string>()

  constructor(env: Env, needsQuorum: boolean) {
    this.#env = env
    this.#ask = asker(env, patience)
    this.#peers = sites.filter((name) => name !== env.name)
    this.#needsQuorum = needsQuorum
    env.messages.on('begin', async (message, client) => this.#coordinate(message, client))
    answers(env, 'vote', ({ transaction }) => ({ isYes: this.#vote(transaction as string) }))
    answers(env, 'move', ({ transaction, state }) => ({
      isDone: this.#move(transaction as string, state as State),
    }))
    answers(env, 'state', ({ transaction }) => ({ state: this.#stateOf(transaction as string) }))
  }

  async #coordinate({ id = null, transaction }: DataRecord, client: NodeId): Promise<void> {
    const name = transaction as string
    this.#coordinated.add(name)
    const votes = await this.#askPeers({ kind: 'vote', transaction: name })
    const isAgreed =
      this.#vote(name) && votes.length === this.#peers.length && votes.every(({ isYes }) => isYes === true)
    if (!isAgreed) await this.#moveAll(name, 'abort')
    else if (await this.#prepareAll(name, 'prepared-to-commit')) await this.#moveAll(name, 'commit')
    this.#coordinated.delete(name)
    this.#env.messages.send(client, { kind: 'answer', id, state: this.#states.get(name) ?? null })
  }

  #vote(transaction: string): boolean {
    if (this.#states.has(transaction)) return this.#states.get(transaction) === 'waiting'
    this.#states.set(transaction, 'waiting')
    this.#terminateLater(transaction)
    return true
  }

  // Who is asked for a transaction of which it knows nothing will not vote for it any more.
  #stateOf(transaction: string): State {
    if (!this.#states.has(transaction)) this.#move(transaction, 'abort')
    return this.#states.get(transaction) ?? 'abort'
  }

  /** Whether the site is in that state now. What is final stays; so does, where quorums count, what is prepared. */
  #move(transaction: string, state: State): boolean {
    const before = this.#states.get(transaction)
    const isFinal = before === 'commit' || before === 'abort'
    const isOther = this.#needsQuorum && isPrepared(before) && isPrepared(state)
    if (isFinal || isOther) return before === state
    this.#states.set(transaction, state)
    if (state === 'commit' || state === 'abort') publishDecision(this.#env, transaction, state)
    return true
  }

  /** Whether enough are prepared: all that answer count as all there are, or a quorum is wanted. */
  async #prepareAll(transaction: string, state: State): Promise<boolean> {
    const isOwn = this.#move(transaction, state)
    const answered = await this.#askPeers({ kind: 'move', transaction, state })
    const count = answered.filter(({ isDone }) => isDone === true).length + (isOwn ? 1 : 0)
    return !this.#needsQuorum || count >= quorum
  }

  async #moveAll(transaction: string, state: Decision): Promise<void> {
    this.#move(transaction, state)
    await this.#askPeers({ kind: 'move', transaction, state })
  }

  #terminateLater(transaction: string): void {
    const wait = this.#env.random.int(...silenceMax) as Duration
    this.#env.timers.after(wait, async () => {
      const state = this.#states.get(transaction)
      if (state === 'commit' || state === 'abort') return
      if (!this.#coordinated.has(transaction)) await this.#terminate(transaction)
      this.#terminateLater(transaction)
    })
  }

  /** Goes on in place of the coordinator, by the states of all that can be reached. */
  async #terminate(transaction: string): Promise<void> {
    const others = await this.#askPeers({ kind: 'state', transaction })
    const states = [this.#stateOf(transaction), ...others.map(({ state }) => state as State)]
    if (states.includes('commit')) return this.#moveAll(transaction, 'commit')
    if (states.includes('abort')) return this.#moveAll(transaction, 'abort')
    const decision = this.#needsQuorum ? decisionByQuorum(states) : decisionOfThoseLeft(states)
    if (decision === null) return undefined
    const isPossible = decision === 'abort' && !this.#needsQuorum
    if (isPossible || (await this.#prepareAll(transaction, `prepared-to-${decision}`)))
      await this.#moveAll(transaction, decision)
    return undefined
  }

  async #askPeers(question: DataRecord & { readonly kind: string }): Promise<readonly DataRecord[]> {
    const answered = await Promise.all(this.#peers.map(async (peer) => this.#ask(peer, question)))
    return answered.filter((answer) => answer !== null)
  }
}

function isPrepared(state: State | undefined): boolean {
  return state === 'prepared-to-commit' || state === 'prepared-to-abort'
}

/** Skeen 1981: whoever cannot be reached has failed, and nobody who has failed can have committed before all were prepared. */
function decisionOfThoseLeft(states: readonly State[]): Decision {
  return states.includes('prepared-to-commit') ? 'commit' : 'abort'
}

/** Skeen 1982: null when neither quorum can be reached. */
function decisionByQuorum(states: readonly State[]): Decision | null {
  const count = (...wanted: readonly State[]): number =>
    states.filter((state) => wanted.includes(state)).length
  const isCommitPossible = count('prepared-to-commit') > 0 && count('prepared-to-commit', 'waiting') >= quorum
  if (isCommitPossible) return 'commit'
  return count('prepared-to-abort', 'waiting') >= quorum ? 'abort' : null
}

/** Begins transactions at a site that the client draws. */
const client: Program = (env) => {
  const ask = asker(env, ms(800))
  const transact = async (transaction: string, place: number): Promise<void> => {
    const operation = env.invoke({ f: 'transact', value: transaction })
    const site = sites[place % sites.length] ?? ''
    const state = (await ask(site, { kind: 'begin', transaction }))?.['state'] ?? null
    if (state === 'commit' || state === 'abort') operation.ok(state)
    else operation.info('not decided')
  }
  const call = async (_: string, place: number): Promise<void> => transact(`${env.name}.${place}`, place)
  arrive(env, { every: ms(70), mix: [[1, 'transact']], call })
}

const threePhaseCommit: Scenario = scenario({
  title:
    'a cut makes both sides of three-phase commit believe that the other has failed, and they decide in two ways',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('site', sites.length, (env) => void new Site(env, isFixed)),
    ...group('client', 2, client, { quorum: 0, operations: ['transact'] }),
  ],
  faults: [partitions({ of: 'site', every: ms(500), for: [ms(200), ms(800)] })],
  invariants: [oneDecision],
  duration: seconds(6),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'three-phase-commit',
  source:
    'Dale Skeen, "Nonblocking Commit Protocols", SIGMOD 1981; fixed as in Dale Skeen, "A Quorum-Based Commit Protocol", 6th Berkeley Workshop on Distributed Data Management and Computer Networks, 1982',
  invariant: 'one decision a transaction',
  seedsMax: 100,
  scenario: threePhaseCommit,
}

export default threePhaseCommit
