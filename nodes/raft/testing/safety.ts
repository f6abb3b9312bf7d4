// The five safety properties of figure 3 as folds over probes, for the core's own tests.

import type { Probe } from './cluster.ts'
import type { NodeId } from '../../../sim/index.ts'

interface Run {
  readonly first: number
  readonly terms: readonly number[]
  readonly digests: readonly number[]
}

// All fields of all probes; which of them are there is said by the probe's name.
interface Fields extends Run {
  readonly term: number
  readonly role: string
  readonly candidate: NodeId
  readonly vote: NodeId | null
  readonly baseTerm: number
  readonly from: number
  readonly to: number
  readonly index: number
}

interface Seen {
  readonly term: number
  readonly digest: number
}

/** Throws an Error that begins with the property's name when a probe violates one. */
export class Safety {
  readonly #leaders = new Map<number, NodeId>()
  readonly #leading = new Set<NodeId>()
  readonly #votes = new Map<string, NodeId>()
  readonly #lastVote = new Map<NodeId, { readonly term: number; readonly candidate: NodeId }>()
  readonly #logs = new Map<NodeId, Map<number, Seen>>()
  readonly #entries = new Map<string, string>()
  readonly #applied = new Map<number, Seen>()
  readonly #committed = new Map<number, Seen>()

  observe({ node, name, value }: Probe): void {
    const fields = value as Partial<Fields> as Fields
    switch (name) {
      case 'raft.role':
        return this.#onRole(node, fields.term, fields.role)
      case 'raft.vote':
        return this.#onVote(node, fields)
      case 'raft.recover':
        return this.#onRecover(node, fields)
      case 'raft.append':
        return this.#onAppend(node, fields)
      case 'raft.truncate':
        return this.#onTruncate(node, fields.from)
      case 'raft.commit':
        return this.#onCommit(node, fields)
      case 'raft.apply':
        return this.#onApply(fields)
      case 'raft.snapshot':
        return this.#onSnapshot(node, fields)
    }
  }

  #onRole(node: NodeId, term: number, role: string): void {
    this.#leading.delete(node)
    if (role !== 'leader') return
    this.#leading.add(node)
    const other = this.#leaders.get(term) ?? node
    if (other !== node) throw new Error(`election safety: ${other} and ${node} lead term ${term}`)
    this.#leaders.set(term, node)
    const log = this.#logOf(node)
    const first = Math.min(...log.keys())
    for (const [index, seen] of this.#committed)
      if (index >= first && !isSame(log.get(index), seen))
        throw new Error(
          `leader completeness: ${node} leads term ${term} without the committed entry ${index}`,
        )
  }

  #onVote(node: NodeId, { term, candidate }: { readonly term: number; readonly candidate: NodeId }): void {
    const key = `${node}/${term}`
    if ((this.#votes.get(key) ?? candidate) !== candidate)
      throw new Error(`votes: ${node} votes twice in ${term}`)
    this.#votes.set(key, candidate)
    this.#lastVote.set(node, { term, candidate })
  }

  #onRecover(
    node: NodeId,
    recovered: Run & { readonly term: number; readonly vote: NodeId | null; readonly baseTerm: number },
  ): void {
    this.#leading.delete(node)
    const last = this.#lastVote.get(node)
    const { term, vote, first, baseTerm } = recovered
    if (last !== undefined && (term < last.term || (term === last.term && vote !== last.candidate)))
      throw new Error(`votes: ${node} forgot its vote in term ${last.term}`)
    const log = new Map<number, Seen>([[first - 1, { term: baseTerm, digest: -1 }]])
    this.#logs.set(node, log)
    this.#onAppend(node, recovered)
  }

  #onAppend(node: NodeId, run: Run): void {
    const log = this.#logOf(node)
    forEach(run, (index, seen) => {
      log.set(index, seen)
      const key = `${index}/${seen.term}`
      const content = `${seen.digest} after ${log.get(index - 1)?.term ?? 0}`
      if ((this.#entries.get(key) ?? content) !== content) throw new Error(`log matching: ${node} at ${key}`)
      this.#entries.set(key, content)
    })
  }

  #onTruncate(node: NodeId, from: number): void {
    if (this.#leading.has(node)) throw new Error(`leader append-only: ${node} truncates from ${from}`)
    const log = this.#logOf(node)
    for (let index = from; log.delete(index); index++);
  }

  #onCommit(node: NodeId, { from, to }: { readonly from: number; readonly to: number }): void {
    const log = this.#logOf(node)
    for (let index = from; index <= to; index++) {
      const seen = log.get(index) as Seen
      const known = this.#committed.get(index) ?? seen
      if (!isSame(seen, known))
        throw new Error(`state machine safety: ${node} commits another entry ${index}`)
      this.#committed.set(index, seen)
    }
  }

  #onApply(run: Run): void {
    forEach(run, (index, seen) => {
      if (!isSame(this.#applied.get(index) ?? seen, seen))
        throw new Error(`state machine safety: entry ${index}`)
      this.#applied.set(index, seen)
    })
  }

  #onSnapshot(node: NodeId, { index, term }: { readonly index: number; readonly term: number }): void {
    const log = this.#logOf(node)
    if (log.get(index)?.term !== term) log.clear()
    for (const place of log.keys()) if (place < index) log.delete(place)
    log.set(index, { term, digest: log.get(index)?.digest ?? -1 })
  }

  #logOf(node: NodeId): Map<number, Seen> {
    const log = this.#logs.get(node) ?? new Map<number, Seen>()
    this.#logs.set(node, log)
    return log
  }
}

// An entry that only a snapshot stands for is known by its term alone.
function isSame(one: Seen | undefined, other: Seen): boolean {
  if (one === undefined || one.term !== other.term) return false
  return one.digest === other.digest || one.digest === -1 || other.digest === -1
}

function forEach({ first, terms, digests }: Run, visit: (index: number, seen: Seen) => void): void {
  terms.forEach((term, place) => visit(first + place, { term, digest: digests[place] ?? 0 }))
}
