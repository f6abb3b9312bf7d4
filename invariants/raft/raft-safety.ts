// Raft's safety properties (figure 3 of the extended paper) over what servers publish: the probes of probe.ts.

import type { Data, Event, EventOf, Finding, Invariant, InvariantFold, NodeId } from '../../sim/index.ts'
import { Applied } from './applied.ts'
import { type LogEntry, entryAt } from './entry-tree.ts'
import { Leaders } from './leaders.ts'
import { Logs } from './logs.ts'
import {
  type CommitProbe,
  type RecoverProbe,
  type RoleProbe,
  isCommit,
  isEntryRun,
  isRecover,
  isRole,
  isSnapshot,
  isTruncate,
  isVote,
} from './probe.ts'
import type { Problem, RaftProperty, Report } from './problem.ts'
import { type Server, newServer } from './server.ts'
import { checkRecoveredVote, takeVote } from './votes.ts'

const allProperties: readonly RaftProperty[] = [
  'election safety',
  'leader append-only',
  'log matching',
  'leader completeness',
  'state machine safety',
  'one vote per term',
  'committed entries stay',
]

/** All safety properties of Raft in one pass; a violation's message begins with the property's name. */
export const raftSafety: Invariant = raftInvariant('raft safety', allProperties)

/** At most one leader in a term (figure 3). */
export const electionSafety: Invariant = single('election safety')

/** A leader never removes or overwrites entries of its log (figure 3). */
export const leaderAppendOnly: Invariant = single('leader append-only')

/** Logs with an entry of the same index and term are identical up to it (figure 3). */
export const logMatching: Invariant = single('log matching')

/** An entry committed in a term is in the logs of the leaders of all later terms (figure 3). */
export const leaderCompleteness: Invariant = single('leader completeness')

/** No two servers apply different entries at an index, and each applies in order (figure 3). */
export const stateMachineSafety: Invariant = single('state machine safety')

/** A server votes at most once in a term, and remembers it across crashes (section 5.2). */
export const oneVotePerTerm: Invariant = single('one vote per term')

/** No server removes a committed entry that it holds (it follows from leader completeness). */
export const committedEntriesStay: Invariant = single('committed entries stay')

function single(property: RaftProperty): Invariant {
  return raftInvariant(`raft ${property}`, [property])
}

function raftInvariant(name: string, properties: readonly RaftProperty[]): Invariant {
  return { name, kinds: ['probe'], begin: () => new RaftSafety(properties) }
}

class RaftSafety implements InvariantFold {
  readonly #properties: ReadonlySet<RaftProperty>
  readonly #servers = new Map<NodeId, Server>()
  #votes = 0
  /** What was found in the event at hand. */
  #problem: Problem | null = null
  readonly #report: Report = (problem) => {
    if (this.#properties.has(problem.property)) this.#problem ??= problem
  }
  readonly #logs = new Logs(this.#report)
  readonly #leaders = new Leaders(this.#report)
  readonly #applied = new Applied(this.#report)

  constructor(properties: readonly RaftProperty[]) {
    this.#properties = new Set(properties)
  }

  on(event: Event): Finding | null {
    if (event.kind !== 'probe') return null
    if (!this.#take(event)) return malformed(event)
    if (this.#problem === null) return null
    const { property, message, earlier } = this.#problem
    this.#problem = null
    return { kind: 'violated', message: `${property}: ${message}`, witnesses: [event.seq, ...earlier] }
  }

  /** How many elections, commits, entries and votes were put to the test, for each property that looks at them. */
  looked(): number {
    let sum = 0
    for (const property of this.#properties) sum += this.#lookedBy(property)
    return sum
  }

  /** False when the value is not what it should be. Probes of other names are nobody's business here. */
  #take({ node, name, value, seq }: EventOf<'probe'>): boolean {
    switch (name) {
      case 'raft.append':
        if (!isEntryRun(value)) return false
        this.#logs.append(this.#server(node), value, seq)
        return true
      case 'raft.apply':
        if (!isEntryRun(value)) return false
        this.#applied.apply(this.#server(node), value, seq)
        return true
      case 'raft.commit':
        if (!isCommit(value)) return false
        this.#commit(this.#server(node), value)
        return true
      case 'raft.role':
        if (!isRole(value)) return false
        this.#role(this.#server(node), value, seq)
        return true
      default:
        return this.#takeRare(this.#server(node), name, value, seq)
    }
  }

  #takeRare(server: Server, name: string, value: Data, seq: number): boolean {
    switch (name) {
      case 'raft.vote':
        if (!isVote(value)) return false
        this.#votes++
        takeVote(server, value, seq, this.#report)
        return true
      case 'raft.truncate':
        if (!isTruncate(value)) return false
        this.#logs.truncate(server, value.from)
        return true
      case 'raft.snapshot':
        if (!isSnapshot(value)) return false
        this.#applied.snapshot(server, value)
        this.#logs.snapshot(server, value, seq)
        return true
      case 'raft.recover':
        if (!isRecover(value)) return false
        this.#recover(server, value, seq)
        return true
      default:
        return true
    }
  }

  #lookedBy(property: RaftProperty): number {
    switch (property) {
      case 'election safety':
      case 'leader completeness':
        return this.#leaders.looked
      case 'leader append-only':
      case 'log matching':
      case 'committed entries stay':
        return this.#logs.looked
      case 'state machine safety':
        return this.#applied.looked
      case 'one vote per term':
        return this.#votes
    }
  }

  #server(node: NodeId): Server {
    let server = this.#servers.get(node)
    if (server === undefined) {
      server = newServer(node, this.#logs.tree.root)
      this.#servers.set(node, server)
    }
    return server
  }

  #role(server: Server, { term, role }: RoleProbe, seq: number): void {
    server.term = term
    server.role = role
    if (role === 'leader') this.#leaders.elected(server, seq)
  }

  #commit(server: Server, { from, to, term = server.term }: CommitProbe): void {
    const last = entryAt(server.last, to)
    if (last === null) return
    let entry: LogEntry | null = last
    while (entry !== null && entry.index >= from && entry.committedIn === 0) {
      entry.committedIn = term
      entry.committedBy = server.node
      entry = entry.previous
    }
    this.#leaders.committed(last, term)
  }

  #recover(server: Server, probe: RecoverProbe, seq: number): void {
    server.term = probe.term
    server.role = 'follower'
    server.nextToApply = null
    checkRecoveredVote(server, probe, this.#report)
    this.#logs.recover(server, probe, seq)
  }
}

function malformed({ name, value, seq }: EventOf<'probe'>): Finding {
  const got = JSON.stringify(value).slice(0, 100)
  return {
    kind: 'undecided',
    message: `probe ${name} at seq ${seq}: got ${got}, wanted what invariants/raft/probe.ts says`,
  }
}
