// What all servers of a cluster publish, taken into one picture of the cluster in which the properties are checked.

import type { Data, Event, EventOf, Finding, InvariantFold, NodeId } from '../../sim/index.ts'
import { Applied } from './applied.ts'
import { checkDurability } from './durability.ts'
import { type LogEntry, entryAt } from './entry-tree.ts'
import { Leaders } from './leaders.ts'
import { Logs } from './logs.ts'
import {
  type CommitProbe,
  type RecoverProbe,
  type RoleProbe,
  isCommit,
  isConfig,
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

/** A fold over probes that reports violations of some of the properties. */
export class RaftFold implements InvariantFold {
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
      case 'raft.config':
        if (!isConfig(value)) return false
        server.voters = value.voters
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
      case 'commit by own term':
        return this.#leaders.looked
      case 'leader append-only':
      case 'log matching':
      case 'committed entries stay':
      case 'committed entries survive':
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
      entry.voters = server.voters
      entry = entry.previous
    }
    this.#leaders.committed(last, term)
  }

  #recover(server: Server, probe: RecoverProbe, seq: number): void {
    server.term = probe.term
    server.role = 'follower'
    server.nextToApply = null
    checkRecoveredVote(server, probe, this.#report)
    const before = server.last
    this.#logs.recover(server, probe, seq)
    checkDurability(server, before, this.#servers, this.#report)
  }
}

function malformed({ name, value, seq }: EventOf<'probe'>): Finding {
  const got = JSON.stringify(value).slice(0, 100)
  return {
    kind: 'undecided',
    message: `probe ${name} at seq ${seq}: got ${got}, wanted what invariants/raft/probe.ts says`,
  }
}
