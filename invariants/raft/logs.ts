// Leader append-only, log matching (both figure 3, section 5.3), and that committed entries stay where they are: a server
// that holds one never removes it, since every later leader has it (section 5.4).

import { EntryTree, type LogEntry, entryAt } from './entry-tree.ts'
import { type Report, showEntry } from './problem.ts'
import type { EntryRun, RecoverProbe, SnapshotProbe } from './probe.ts'
import type { Server } from './server.ts'

/** The logs of all servers. */
export class Logs {
  readonly tree: EntryTree = new EntryTree()
  readonly #report: Report
  /** How many entries were put to the test. */
  looked = 0

  constructor(report: Report) {
    this.#report = report
  }

  /** A server put entries at the end of its log. */
  append(server: Server, run: EntryRun, seq: number): void {
    const { first } = run
    if (server.isFresh && first > 1) server.last = null
    server.isFresh = false
    if (server.last !== null && first <= server.last.index) this.truncate(server, first)
    if (server.last !== null && first > server.last.index + 1) this.#reportGap(server, server.last, first)
    this.#extend(server, run, seq)
  }

  /** A server removed the entries from an index on. */
  truncate(server: Server, from: number): void {
    const { node, term, role, last } = server
    server.isFresh = false
    if (last !== null && from > last.index) return
    server.last = entryAt(last, from - 1)
    if (role === 'leader') {
      const message = `${node} leads term ${term} and removes entries of its log from ${from} on`
      this.#report({ property: 'leader append-only', message, earlier: [] })
    }
    this.#checkRemoved(server, last, from)
  }

  /** A server has a snapshot; where its log does not hold the snapshot's last entry, the log is replaced. */
  snapshot(server: Server, { index, term }: SnapshotProbe, seq: number): void {
    const { last } = server
    server.isFresh = false
    if (entryAt(last, index)?.term === term) return
    server.last = this.#base(server, index, term, seq)
    this.#checkRemoved(server, last, index + 1)
  }

  /** A server goes on with the log that it found on its disk. */
  recover(server: Server, probe: RecoverProbe, seq: number): void {
    const index = probe.first - 1
    const term = probe.baseTerm ?? (index === 0 ? 0 : entryAt(server.last, index)?.term)
    server.isFresh = false
    server.last = term === undefined ? null : this.#base(server, index, term, seq)
    this.#extend(server, probe, seq)
  }

  #base({ node }: Server, index: number, term: number, seq: number): LogEntry {
    const known = this.tree.find(index, term)
    return known ?? this.tree.add({ index, term, digest: null, previous: null, node, seq })
  }

  #extend(server: Server, { first, terms, digests }: EntryRun, seq: number): void {
    for (let place = 0; place < terms.length; place++) {
      const term = terms[place] as number
      const digest = digests[place] as number
      const known = this.tree.find(first + place, term)
      this.looked++
      if (known === null) {
        const { last: previous, node } = server
        server.last = this.tree.add({ index: first + place, term, digest, previous, node, seq })
      } else {
        this.#match(server, known, digest)
        server.last = known
      }
    }
  }

  /** Two logs with an entry of the same index and term are the same up to it: so each entry decides the one before it. */
  #match({ node, last }: Server, known: LogEntry, digest: number): void {
    known.digest ??= digest
    known.previous ??= last
    const isContentSame = known.digest === digest
    if (isContentSame && (last === null || known.previous === last)) return
    const what = isContentSame
      ? `have ${showEntry(known)} and differ before it`
      : `have different contents as ${showEntry(known)}`
    const message = `${known.node} and ${node} ${what}`
    this.#report({ property: 'log matching', message, earlier: [known.seq] })
  }

  #reportGap(server: Server, last: LogEntry, first: number): void {
    server.last = null
    const message = `${server.node} appends entry ${first} behind entry ${last.index}`
    this.#report({ property: 'log matching', message, earlier: [] })
  }

  /** Finds the last committed entry from an index on in the log that ended with `last`. */
  #checkRemoved({ node }: Server, last: LogEntry | null, from: number): void {
    let entry = last
    while (entry !== null && entry.index >= from && entry.committedIn === 0) entry = entry.previous
    if (entry === null || entry.index < from) return
    const committed = `${entry.committedBy} committed in term ${entry.committedIn}`
    const message = `${node} removes ${showEntry(entry)}, which ${committed}`
    this.#report({ property: 'committed entries stay', message, earlier: [entry.seq] })
  }
}
