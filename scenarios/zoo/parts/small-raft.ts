// Raft without anything that its published mistakes do not need: no disks (a crash is a cut here), one entry a message,
// members that change one at a time (Ongaro's thesis, section 4.1), each as soon as its entry is in the log.

import { arrive } from './arrivals.ts'
import { asker } from './asker.ts'
import { fold } from '../../../invariants/index.ts'
import {
  type Data,
  type DataRecord,
  type Duration,
  type Env,
  type Invariant,
  ms,
  type NodeId,
  type Program,
  type Timer,
} from '../../../sim/index.ts'

const heartbeat = ms(15)
const electionTimeout = [ms(50), ms(120)] as const

/** The decisions that were published in two versions. */
export interface SmallRaftRules {
  /** Whether an entry of an older term is committed by counting its copies. */
  readonly countsOldTerms: boolean
  /** Whether a leader changes members before it has committed anything in its term. */
  readonly changesAtOnce: boolean
}

/** Raft as it is right. */
export const rightRules: SmallRaftRules = { countsOldTerms: false, changesAtOnce: false }

/** An entry of the log; one with voters says who counts from here on. */
interface Entry extends DataRecord {
  readonly term: number
  readonly value: Data
  readonly voters: readonly NodeId[] | null
}

/** Who asked for an entry, under which number. */
interface Waiting {
  readonly client: NodeId
  readonly id: Data
}

/** A server; all members of its group are voters in the beginning. */
export function smallRaft(rules: SmallRaftRules): Program {
  return (env) => void new Server(env, rules)
}

class Server {
  readonly #env: Env
  readonly #rules: SmallRaftRules
  readonly #all: readonly NodeId[]
  readonly #log: Entry[] = []
  readonly #waiting = new Map<number, Waiting>()
  /** How much of the log each other server is known to have, and where it goes on there. */
  readonly #stored = new Map<NodeId, number>()
  readonly #next = new Map<NodeId, number>()
  readonly #votes = new Set<NodeId>()
  #voters: readonly NodeId[]
  #term = 0
  #vote: NodeId | null = null
  #isLeader = false
  #committed = 0
  #timer: Timer | null = null

  constructor(env: Env, rules: SmallRaftRules) {
    this.#env = env
    this.#rules = rules
    this.#all = env.parameters['group'] as readonly NodeId[]
    this.#voters = this.#all
    env.messages.on('vote', (message, source) => this.#onVote(message, source))
    env.messages.on('voted', (message, source) => this.#onVoted(message, source))
    env.messages.on('append', (message, source) => this.#onAppend(message, source))
    env.messages.on('appended', (message, source) => this.#onAppended(message, source))
    env.messages.on('propose', (message, client) => this.#onPropose(message, client))
    env.timers.every(heartbeat, () => this.#replicate())
    this.#awaitLeader()
  }

  // ---- elections

  #awaitLeader(): void {
    this.#timer?.cancel()
    const wait = this.#env.random.int(...electionTimeout) as Duration
    this.#timer = this.#env.timers.after(wait, () => {
      if (!this.#isLeader && this.#voters.includes(this.#env.name)) this.#stand()
      this.#awaitLeader()
    })
  }

  #stand(): void {
    this.#enter(this.#term + 1)
    this.#vote = this.#env.name
    this.#votes.add(this.#env.name)
    const last = { lastTerm: this.#termAt(this.#log.length), lastIndex: this.#log.length }
    for (const peer of this.#peers())
      this.#env.messages.send(peer, { kind: 'vote', term: this.#term, ...last })
  }

  /** Begins a term as a follower, if it is a later one. Whether the term is not an earlier one. */
  #enter(term: number): boolean {
    if (term <= this.#term) return term === this.#term
    this.#term = term
    this.#vote = null
    this.#isLeader = false
    this.#votes.clear()
    return true
  }

  #onVote({ term, lastTerm, lastIndex }: DataRecord, candidate: NodeId): void {
    if (!this.#enter(Number(term)) || (this.#vote !== null && this.#vote !== candidate)) return
    const ownTerm = this.#termAt(this.#log.length)
    if (Number(lastTerm) < ownTerm) return
    if (lastTerm === ownTerm && Number(lastIndex) < this.#log.length) return
    this.#vote = candidate
    this.#awaitLeader()
    this.#env.messages.send(candidate, { kind: 'voted', term: this.#term })
  }

  #onVoted({ term }: DataRecord, source: NodeId): void {
    if (term !== this.#term || this.#isLeader) return
    this.#votes.add(source)
    if (this.#voters.filter((voter) => this.#votes.has(voter)).length < this.#majority()) return
    this.#isLeader = true
    for (const server of this.#all) {
      this.#next.set(server, this.#log.length + 1)
      this.#stored.set(server, 0)
    }
    this.#env.probe('leader', this.#term)
    this.#replicate()
  }

  // ---- the log

  #onPropose({ id = null, value = null, spared = null }: DataRecord, client: NodeId): void {
    const voters = spared === null ? null : this.#changed(spared as NodeId)
    if (!this.#isLeader || (spared !== null && voters === null))
      return this.#env.messages.send(client, { kind: 'answer', id, isTaken: false })
    this.#add({ term: this.#term, value, voters })
    this.#waiting.set(this.#log.length, { client, id })
    this.#env.probe('proposed', { index: this.#log.length, term: this.#term, isChange: voters !== null })
    this.#replicate()
  }

  /** The voters without the server that can be spared, or with one that is missing; null when they must not change now. */
  #changed(spared: NodeId): readonly NodeId[] | null {
    const isUnderWay = this.#log.slice(this.#committed).some(({ voters }) => voters !== null)
    const isTooEarly = !this.#rules.changesAtOnce && this.#termAt(this.#committed) !== this.#term
    if (isUnderWay || isTooEarly) return null
    const missing = this.#all.find((server) => !this.#voters.includes(server))
    if (missing !== undefined) return [...this.#voters, missing]
    return spared === this.#env.name ? null : this.#voters.filter((voter) => voter !== spared)
  }

  #replicate(): void {
    if (!this.#isLeader) return
    for (const peer of this.#peers()) {
      const previous = (this.#next.get(peer) ?? 1) - 1
      this.#env.messages.send(peer, {
        kind: 'append',
        term: this.#term,
        previous,
        previousTerm: this.#termAt(previous),
        entry: this.#log[previous] ?? null,
        committed: this.#committed,
      })
    }
  }

  #onAppend(message: DataRecord, leader: NodeId): void {
    // A leader of an older term gets no answer; it hears of the newer one when somebody stands for election.
    if (!this.#enter(Number(message['term']))) return
    this.#awaitLeader()
    const [previous, entry] = [Number(message['previous']), message['entry'] as Entry | null]
    const isStored = this.#log.length >= previous && this.#termAt(previous) === message['previousTerm']
    if (isStored && entry !== null && this.#termAt(previous + 1) !== entry.term) {
      this.#cut(previous)
      this.#add(entry)
    }
    const index = isStored ? previous + (entry === null ? 0 : 1) : previous - 1
    if (isStored) this.#commit(Math.min(Number(message['committed']), index))
    this.#env.messages.send(leader, { kind: 'appended', term: this.#term, isStored, index })
  }

  #cut(length: number): void {
    this.#log.length = Math.min(this.#log.length, length)
    this.#committed = Math.min(this.#committed, length)
    this.#voters = this.#log.findLast(({ voters }) => voters !== null)?.voters ?? this.#all
  }

  #add(entry: Entry): void {
    this.#log.push(entry)
    this.#voters = entry.voters ?? this.#voters
  }

  #onAppended({ term, isStored, index }: DataRecord, peer: NodeId): void {
    if (term !== this.#term || !this.#isLeader) return
    this.#next.set(peer, Number(index) + 1)
    if (isStored !== true) return
    this.#stored.set(peer, Math.max(this.#stored.get(peer) ?? 0, Number(index)))
    const copies = this.#voters.map((voter) =>
      voter === this.#env.name ? this.#log.length : (this.#stored.get(voter) ?? 0),
    )
    const onMajority = copies.toSorted((a, b) => b - a)[this.#majority() - 1] ?? 0
    if (this.#rules.countsOldTerms || this.#termAt(onMajority) === this.#term) this.#commit(onMajority)
  }

  #commit(index: number): void {
    while (this.#committed < index) {
      const entry = this.#log[this.#committed++]
      if (entry === undefined) return
      this.#env.probe('committed', { index: this.#committed, entry })
      const waiting = this.#waiting.get(this.#committed)
      if (this.#isLeader && waiting !== undefined && entry.term === this.#term)
        this.#env.messages.send(waiting.client, { kind: 'answer', id: waiting.id, isTaken: true })
    }
  }

  #termAt(index: number): number {
    return this.#log[index - 1]?.term ?? 0
  }

  #majority(): number {
    return Math.floor(this.#voters.length / 2) + 1
  }

  #peers(): readonly NodeId[] {
    return this.#voters.filter((voter) => voter !== this.#env.name)
  }
}

/** What clients of a small Raft ask for: to add a value, or to have a voter less, or again one more. */
export type SmallRaftCall = 'add' | 'change-voters'

/** A client that finds the leader by asking one server after the other. */
export function smallRaftClient(
  servers: readonly NodeId[],
  every: Duration,
  mix: readonly (readonly [weight: number, f: SmallRaftCall])[],
): Program {
  return (env) => {
    const ask = asker(env, ms(60))
    let server = 0
    const call = async (f: SmallRaftCall, place: number): Promise<void> => {
      const value = f === 'add' ? `${env.name}.${place}` : (servers[place % servers.length] ?? '')
      const operation = env.invoke({ f, value })
      const question = f === 'add' ? { value } : { spared: value }
      for (let tried = 0; tried < servers.length; tried++) {
        const answer = await ask(servers[server] ?? '', { kind: 'propose', ...question })
        if (answer?.['isTaken'] !== true) server = (server + 1) % servers.length
        if (answer === null) return operation.info('no answer')
        if (answer['isTaken'] === true) return operation.ok()
      }
      return operation.fail('nobody takes it')
    }
    arrive(env, { every, mix, call })
  }
}

/** What one server takes for committed at an index, every other one does as well, and it stays (figure 3: state machine safety). */
export const committedOnce: Invariant = fold({
  name: 'one entry is committed at an index',
  kinds: ['probe'],
  unit: 'probes committed',
  initial: () => new Map<number, { readonly text: string; readonly seq: number }>(),
  on: (committed, { name, value, seq }) => {
    if (name !== 'committed') return null
    const { index, entry } = value as { readonly index: number; readonly entry: Entry }
    const text = JSON.stringify(entry)
    const before = committed.get(index)
    if (before === undefined) committed.set(index, { text, seq })
    if (before === undefined || before.text === text) return null
    const message = `two entries are committed at one index\n${index}: ${before.text}, then ${text}`
    return { kind: 'violated', message, witnesses: [seq, before.seq] }
  },
})
