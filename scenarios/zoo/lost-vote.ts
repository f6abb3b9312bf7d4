// An election by terms in which a server answers before its vote is certain to be on disk: it votes, crashes, comes back in
// an older term and votes once more, so that one term has two leaders. Fixed as in figure 2 of the Raft paper: term and
// vote are on stable storage before anybody is answered.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { electionSafety } from '../../invariants/index.ts'
import {
  crashes,
  type Duration,
  type Env,
  type File,
  group,
  ms,
  type NodeId,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const servers: readonly NodeId[] = ['server-1', 'server-2', 'server-3']
const majority = 2
const heartbeat = ms(20)
const electionTimeout = [ms(60), ms(100)] as const
/** A record never crosses a sector: a crash leaves the old one or the new one. */
const recordSize = 64

class Server {
  readonly #env: Env
  readonly #file: File
  readonly #votes = new Set<NodeId>()
  #term: number
  #vote: NodeId | null
  #leader: NodeId | null = null
  // One message after the other.
  #turn: Promise<void> = Promise.resolve()

  constructor(env: Env, file: File, { term, vote }: Persistent) {
    this.#env = env
    this.#file = file
    this.#term = term
    this.#vote = vote
    const inTurn = async (act: () => Promise<void>): Promise<void> => {
      this.#turn = this.#turn.then(act)
      await this.#turn
    }
    env.messages.on('stand', ({ term: asked }, source) => inTurn(() => this.#onStand(Number(asked), source)))
    env.messages.on('voted', ({ term: voted }, source) => inTurn(() => this.#onVoted(Number(voted), source)))
    env.messages.on('lead', ({ term: led }, source) => inTurn(() => this.#onLead(Number(led), source)))
    answers(env, 'locate', () => ({ leader: this.#leader, term: this.#term }))
    env.timers.every(heartbeat, () => {
      if (this.#leader === env.name) this.#broadcast('lead')
    })
    this.#awaitLeader(inTurn)
  }

  #awaitLeader(inTurn: (act: () => Promise<void>) => Promise<void>): void {
    const wait = this.#env.random.int(...electionTimeout) as Duration
    this.#env.timers.after(wait, async () => {
      if (this.#leader === null) await inTurn(() => this.#stand())
      // Whoever leads is heard of again, or it is time for an election.
      if (this.#leader !== this.#env.name) this.#leader = null
      this.#awaitLeader(inTurn)
    })
  }

  async #stand(): Promise<void> {
    await this.#enter(this.#term + 1, this.#env.name)
    this.#votes.add(this.#env.name)
    this.#broadcast('stand')
  }

  async #onStand(term: number, candidate: NodeId): Promise<void> {
    const isFree = term > this.#term || (term === this.#term && (this.#vote ?? candidate) === candidate)
    if (!isFree) return
    await this.#enter(term, candidate)
    this.#env.messages.send(candidate, { kind: 'voted', term })
  }

  async #onVoted(term: number, source: NodeId): Promise<void> {
    if (term !== this.#term || this.#leader === this.#env.name) return
    this.#votes.add(source)
    if (this.#votes.size < majority) return
    this.#leader = this.#env.name
    this.#env.probe('raft.role', { term, role: 'leader' })
    this.#broadcast('lead')
  }

  async #onLead(term: number, leader: NodeId): Promise<void> {
    if (term < this.#term) return
    if (term > this.#term) await this.#enter(term, null)
    this.#leader = leader
  }

  /** Takes a term and a vote, and returns when they are written; whether they are certain is up to the file. */
  async #enter(term: number, vote: NodeId | null): Promise<void> {
    if (term > this.#term) {
      this.#leader = null
      this.#votes.clear()
    }
    this.#term = term
    this.#vote = vote
    await this.#file.write(0, Buffer.from(JSON.stringify({ term, vote }).padEnd(recordSize)))
  }

  #broadcast(kind: 'stand' | 'lead'): void {
    for (const server of servers)
      if (server !== this.#env.name) this.#env.messages.send(server, { kind, term: this.#term })
  }
}

interface Persistent {
  readonly term: number
  readonly vote: NodeId | null
}

/** A server that recovers what its disk holds. */
function server(isSynced: boolean): Program {
  return async (env) => {
    const file = await env.disk.open('/vote', { create: true, sync: isSynced })
    await env.disk.syncDirectory('/')
    const text = Buffer.from(await file.read(0, recordSize)).toString()
    const recovered = text.startsWith('{') ? (JSON.parse(text) as Persistent) : { term: 0, vote: null }
    void new Server(env, file, recovered)
  }
}

/** Asks for the leader. */
const client: Program = (env) => {
  const ask = asker(env, ms(50))
  const locate = async (place: number): Promise<void> => {
    const operation = env.invoke({ f: 'locate' })
    const answer = await ask(servers[place % servers.length] ?? '', { kind: 'locate' })
    const leader = answer?.['leader'] ?? null
    if (leader === null) operation.fail('nobody leads')
    else operation.ok(leader)
  }
  arrive(env, { every: ms(100), mix: [[1, 'locate']], call: async (_, place) => locate(place) })
}

const lostVote: Scenario = scenario({
  title: 'a server forgets in a crash whom it voted for, votes again, and a term has two leaders',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('server', servers.length, server(isFixed)),
    ...group('client', 1, client, { quorum: 0, operations: ['locate'] }),
  ],
  faults: [crashes({ of: 'server', every: ms(200), for: [ms(10), ms(200)] })],
  // Power fails for several servers at once: an election that nobody wins is no violation.
  unrestricted: true,
  invariants: [electionSafety],
  duration: seconds(8),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'lost-vote',
  source:
    'Diego Ongaro and John Ousterhout, "In Search of an Understandable Consensus Algorithm", USENIX ATC 2014, figure 2 (votedFor is persistent); as in NodeDB-Lab/nodedb issue 161 and hashicorp/raft issue 661',
  invariant: 'raft election safety',
  seedsMax: 100,
  scenario: lostVote,
}

export default lostVote
