// Committed entries survive crashes: what is committed is on the disks of a majority of those who were the voters then
// (section 5.4.1: that majority is what every later election has to meet).

import type { NodeId } from '../../sim/index.ts'
import { type LogEntry, entryAt } from './entry-tree.ts'
import { type Report, showEntry } from './problem.ts'
import type { Server } from './server.ts'

/**
 * A server came back with a log; `before` is the end of the one that it had. Servers that have not crashed since they got
 * an entry count as holders, whether it is on their disks or not: so what is found to be lost is lost.
 */
export function checkDurability(
  server: Server,
  before: LogEntry | null,
  servers: ReadonlyMap<NodeId, Server>,
  report: Report,
): void {
  const lost = lastCommitted(before)
  if (lost === null || lost.voters === null || holds(server, lost)) return
  const holders = lost.voters.filter((voter) => holds(servers.get(voter), lost))
  if (holders.length > lost.voters.length / 2) return
  const who = holders.length === 0 ? 'none' : `only ${holders.join(', ')}`
  const committed = `${lost.committedBy} committed in term ${lost.committedIn}`
  const message = `${server.node} came back without ${showEntry(lost)}, which ${committed}; of ${lost.voters.length} voters ${who} has it`
  report({ property: 'committed entries survive', message, earlier: [lost.seq] })
}

function lastCommitted(last: LogEntry | null): LogEntry | null {
  let entry = last
  while (entry !== null && entry.committedIn === 0) entry = entry.previous
  return entry
}

/** A server of which nothing is known might hold anything. */
function holds(server: Server | undefined, entry: LogEntry): boolean {
  if (server === undefined || server.last === null) return true
  const found = entryAt(server.last, entry.index)
  return found === entry || (found === null && server.last.index >= entry.index)
}
