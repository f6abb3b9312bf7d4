// Raft (Ongaro and Ousterhout, «In Search of an Understandable Consensus Algorithm», extended version, 2014; Ongaro's
// thesis, 2014): replicates a state machine over the nodes of a cluster.
//
// What a server publishes for invariants. Together the probes describe every log from its first entry to its end, across
// crashes, so that the paper's five safety properties (figure 3) are folds over them and nothing else. A digest is a
// 32-bit hash of an entry's content; runs of entries are given as the first index and one term and digest an entry.
//
// | probe           | value                                   | when                                                  |
// | --------------- | --------------------------------------- | ----------------------------------------------------- |
// | `raft.recover`  | {term, vote, first, last, commit,       | an incarnation begins with what is on its disk; the   |
// |                 |  baseTerm, terms, digests}              | entries are first..last; commit is its snapshot's index|
// | `raft.role`     | {term, role}                            | role or term changed; role is follower, pre-candidate,|
// |                 |                                         | candidate or leader                                   |
// | `raft.vote`     | {term, candidate}                       | a vote is on disk; its answer leaves now              |
// | `raft.append`   | {first, terms, digests}                 | entries were appended to the log in memory            |
// | `raft.truncate` | {from}                                  | the entries from that index on were removed           |
// | `raft.commit`   | {from, to, term}                        | a leader of that term found these committed (followers|
// |                 |                                         | show it by applying)                                  |
// | `raft.apply`    | {first, terms, digests}                 | entries were applied to the state machine; a follower |
// |                 |                                         | tells so up to 16 entries late, and not after a crash |
// | `raft.snapshot` | {index, term}                           | a snapshot was taken, or installed: then the log holds|
// |                 |                                         | nothing up to index, and nothing after it unless it   |
// |                 |                                         | held that very entry before                           |
// | `raft.config`   | {index, voters}                         | the voters that count from now on, and the entry that |
// |                 |                                         | says so (0: as the server was set up)                 |

export { startRaft, RaftNode, type RaftEnv, type StateMachine } from './raft-node.ts'
export type { ProposalHandler, ProposalOutcome } from './raft-node.ts'
export type { Configuration, MembershipChange } from './core/configuration.ts'
export type { LogIndex, Term } from './core/entry.ts'
export type { ProposalRefusal } from './core/host.ts'
export type { RaftMessage } from './core/message.ts'
export type { ReadMode } from './core/reads.ts'
export type { ReadHandler } from './core/state.ts'
export { raftRules, type RaftRules, type Role } from './core/rules.ts'
export { raftDefaults, type RaftSettings } from './core/settings.ts'
export { hashText } from './core/entry.ts'
export { Sessions, type SessionOutcome, type SessionRecord } from './sessions.ts'
export { exitCodes } from './storage/storage-error.ts'
export { mutants, type Mutant } from './mutants/index.ts'
