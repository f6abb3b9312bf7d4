// A server votes for at most one candidate in a term, also across crashes (section 5.2: the vote is persistent).

import type { Report } from './problem.ts'
import type { RecoverProbe, VoteProbe } from './probe.ts'
import type { Server } from './server.ts'

/** Takes a vote into the server's state. */
export function takeVote(server: Server, { term, candidate }: VoteProbe, seq: number, report: Report): void {
  const before = server.votes.get(term)
  if (before === undefined) server.votes.set(term, { candidate, seq })
  else if (before.candidate !== candidate) {
    const message = `${server.node} voted in term ${term} for ${before.candidate} and for ${candidate}`
    report({ property: 'one vote per term', message, earlier: [before.seq] })
  }
}

/** A vote that was certain to survive a crash did: the state after it is of that term or a later one, with that vote. */
export function checkRecoveredVote(server: Server, { term, vote }: RecoverProbe, report: Report): void {
  for (const [given, { candidate, seq }] of server.votes) {
    if (given < term || (given === term && candidate === vote)) continue
    const found = `term ${term} and ${vote === null ? 'no vote' : `a vote for ${vote}`}`
    const message = `${server.node} voted in term ${given} for ${candidate} and came back with ${found}`
    report({ property: 'one vote per term', message, earlier: [seq] })
  }
}
