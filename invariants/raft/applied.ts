// State machine safety (figure 3, section 5.4.3): no two servers apply different entries at the same index, and each applies
// entries in order, without gaps.

import type { NodeId } from '../../sim/index.ts'
import { type Report, showEntry } from './problem.ts'
import type { EntryRun, SnapshotProbe } from './probe.ts'
import type { Server } from './server.ts'

interface AppliedEntry {
  readonly index: number
  readonly term: number
  readonly digest: number
  readonly node: NodeId
  readonly seq: number
}

/** What was applied at each index, by whoever was first. */
export class Applied {
  readonly #report: Report
  readonly #byIndex: AppliedEntry[] = []
  /** How many entries were put to the test. */
  looked = 0

  constructor(report: Report) {
    this.#report = report
  }

  /** A server applied entries. */
  apply(server: Server, { first, terms, digests }: EntryRun, seq: number): void {
    const { node, nextToApply } = server
    server.nextToApply = first + terms.length
    if (nextToApply !== null && nextToApply !== first)
      this.#violated(`${node} applies entry ${first} where entry ${nextToApply} is next`, [])
    for (let place = 0; place < terms.length; place++)
      this.#applyOne(node, first + place, terms[place] as number, digests[place] as number, seq)
  }

  /** A server's state machine is, or may go on from, that of the entries up to the snapshot's. */
  snapshot(server: Server, { index, term }: SnapshotProbe): void {
    if (server.nextToApply === null || server.nextToApply <= index) server.nextToApply = index + 1
    const applied = this.#byIndex[index]
    if (applied === undefined || applied.term === term) return
    const found = `${server.node} has a snapshot up to ${showEntry({ index, term })}`
    this.#violated(`${applied.node} applied ${showEntry(applied)}, ${found}`, [applied.seq])
  }

  #applyOne(node: NodeId, index: number, term: number, digest: number, seq: number): void {
    const before = this.#byIndex[index]
    this.looked++
    if (before === undefined) {
      this.#byIndex[index] = { index, term, digest, node, seq }
      return
    }
    if (before.term === term && before.digest === digest) return
    const other = before.term === term ? 'other contents' : showEntry({ index, term })
    this.#violated(`${before.node} applied ${showEntry(before)}, ${node} ${other} there`, [before.seq])
  }

  #violated(message: string, earlier: readonly number[]): void {
    this.#report({ property: 'state machine safety', message, earlier })
  }
}
