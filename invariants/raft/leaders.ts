// Election safety (figure 3: at most one leader in a term) and leader completeness (figure 3, section 5.4: an entry that was
// committed in a term is in the logs of the leaders of all later terms), which rests on leaders committing by entries of
// their own term (section 5.4.2).

import type { NodeId } from '../../sim/index.ts'
import { type LogEntry, entryAt } from './entry-tree.ts'
import { type Report, showEntry } from './problem.ts'
import type { Server } from './server.ts'

interface Leader {
  readonly node: NodeId
  readonly term: number
  /** The end of its log when it was elected. */
  readonly last: LogEntry | null
  readonly seq: number
}

/** The last entry that was committed in a term, and the furthest that was committed in it or an earlier one. */
interface Committed {
  readonly term: number
  entry: LogEntry
  furthest: LogEntry
}

/** The leaders of all terms, and what was committed in each. */
export class Leaders {
  readonly #report: Report
  readonly #byTerm = new Map<number, Leader>()
  #termMax = 0
  /** In the order of the terms. */
  readonly #committed: Committed[] = []
  /** How many elections and commits were put to the test. */
  looked = 0

  constructor(report: Report) {
    this.#report = report
  }

  /** A server became leader of its term. */
  elected({ node, term, last }: Server, seq: number): void {
    const before = this.#byTerm.get(term)
    if (before !== undefined) {
      if (before.node !== node) this.#reportTwo(before, node)
      return
    }
    const leader = { node, term, last, seq }
    this.#byTerm.set(term, leader)
    this.#termMax = Math.max(this.#termMax, term)
    this.looked++
    const needed = this.#committedBefore(term)
    if (needed !== null) this.#requireEntry(leader, needed, [])
  }

  /** A leader counted the entries up to `entry` as committed in a term. */
  committed(entry: LogEntry, term: number): void {
    this.looked++
    if (entry.term !== term) this.#reportOlder(entry, term)
    this.#keep(entry, term)
    if (term >= this.#termMax) return
    // An old leader may learn late that its entries were committed, when the next one is elected already.
    for (const leader of this.#byTerm.values())
      if (leader.term > term) this.#requireEntry(leader, entry, [leader.seq])
  }

  #committedBefore(term: number): LogEntry | null {
    return this.#committed.findLast((committed) => committed.term < term)?.furthest ?? null
  }

  #keep(entry: LogEntry, term: number): void {
    const place = this.#committed.findLastIndex((committed) => committed.term <= term)
    const last = this.#committed[place]
    if (last?.term !== term) this.#committed.splice(place + 1, 0, { term, entry, furthest: entry })
    else if (entry.index > last.entry.index) last.entry = entry
    this.#refresh(last?.term === term ? place : place + 1)
  }

  #refresh(from: number): void {
    for (let place = from; place < this.#committed.length; place++) {
      const committed = this.#committed[place] as Committed
      const before = this.#committed[place - 1]?.furthest
      const { entry } = committed
      committed.furthest = before === undefined || entry.index >= before.index ? entry : before
    }
  }

  #reportTwo({ node, term, seq }: Leader, other: NodeId): void {
    const message = `term ${term} has two leaders, ${node} and ${other}`
    this.#report({ property: 'election safety', message, earlier: [seq] })
  }

  #reportOlder(entry: LogEntry, term: number): void {
    const message = `the leader of term ${term} counts replicas of ${showEntry(entry)} to commit it`
    this.#report({ property: 'commit by own term', message, earlier: [entry.seq] })
  }

  #requireEntry({ node, term, last }: Leader, entry: LogEntry, earlier: readonly number[]): void {
    if (last === null || entryAt(last, entry.index) === entry) return
    const committed = `${entry.committedBy} committed in term ${entry.committedIn}`
    const message = `${node} leads term ${term} without ${showEntry(entry)}, which ${committed}`
    this.#report({ property: 'leader completeness', message, earlier: [...earlier, entry.seq] })
  }
}
