import { expect, test } from 'vitest'
import { lookedAt, verdictOf } from '../testing/judge.ts'
import { type Recording, recording } from '../testing/recording.ts'
import {
  commitByOwnTerm,
  committedEntriesStay,
  committedEntriesSurvive,
  electionSafety,
  leaderAppendOnly,
  leaderCompleteness,
  logMatching,
  oneVotePerTerm,
  raftSafety,
  stateMachineSafety,
} from './raft-safety.ts'

// An entry in these stories is a term; its content is that of its term and a letter, where there is one.
type Entry = number | readonly [term: number, content: number]

const run = (
  first: number,
  entries: readonly Entry[],
): { first: number; terms: number[]; digests: number[] } => ({
  first,
  terms: entries.map((entry) => (typeof entry === 'number' ? entry : entry[0])),
  digests: entries.map((entry) => (typeof entry === 'number' ? entry : entry[1])),
})

/** A story of servers. */
class Story {
  readonly recording: Recording = recording()

  leads(node: string, term: number): this {
    return this.#probe(node, 'raft.role', { term, role: 'leader' })
  }
  follows(node: string, term: number): this {
    return this.#probe(node, 'raft.role', { term, role: 'follower' })
  }
  counts(node: string, ...voters: readonly string[]): this {
    return this.#probe(node, 'raft.config', { index: 0, voters })
  }
  votes(node: string, term: number, candidate: string): this {
    return this.#probe(node, 'raft.vote', { term, candidate })
  }
  appends(node: string, first: number, ...entries: readonly Entry[]): this {
    return this.#probe(node, 'raft.append', run(first, entries))
  }
  removes(node: string, from: number): this {
    return this.#probe(node, 'raft.truncate', { from })
  }
  commits(node: string, from: number, to: number, term: number): this {
    return this.#probe(node, 'raft.commit', { from, to, term })
  }
  applies(node: string, first: number, ...entries: readonly Entry[]): this {
    return this.#probe(node, 'raft.apply', run(first, entries))
  }
  snapshots(node: string, index: number, term: number): this {
    return this.#probe(node, 'raft.snapshot', { index, term })
  }
  recovers(
    node: string,
    state: { term: number; vote?: string; first?: number; baseTerm?: number; entries?: readonly Entry[] },
  ): this {
    const { term, vote = null, first = 1, baseTerm = 0, entries = [] } = state
    return this.#probe(node, 'raft.recover', {
      term,
      vote,
      baseTerm,
      last: 0,
      commit: 0,
      ...run(first, entries),
    })
  }

  #probe(node: string, name: string, value: Parameters<Recording['probe']>[2]): this {
    this.recording.probe(node, name, value)
    return this
  }
}

const story = (): Story => new Story()

/** Everything that correct servers do: elections, a follower that gives way, late news, snapshots, a crash. */
const clean = (): Story =>
  story()
    .recovers('s1', { term: 0 })
    .votes('s1', 1, 's1')
    .votes('s2', 1, 's1')
    .leads('s1', 1)
    .appends('s1', 1, 1, 1)
    .appends('s2', 1, 1, 1)
    .commits('s1', 1, 2, 1)
    .applies('s1', 1, 1, 1)
    .appends('s1', 3, 1)
    .votes('s2', 2, 's2')
    .votes('s3', 2, 's2')
    .leads('s2', 2)
    .appends('s2', 3, 2)
    .appends('s3', 1, 1, 1, 2)
    .applies('s3', 1, 1, 1)
    .commits('s2', 3, 3, 2)
    .applies('s2', 1, 1, 1, 2)
    .follows('s1', 2)
    .removes('s1', 3)
    .appends('s1', 3, 2)
    .applies('s1', 3, 2)
    .snapshots('s2', 3, 2)
    .snapshots('s4', 3, 2)
    .appends('s4', 4, 2)
    .appends('s2', 4, 2)
    .applies('s4', 4, 2)
    .recovers('s2', { term: 2, vote: 's2', first: 4, baseTerm: 2, entries: [2] })
    .applies('s2', 4, 2)
    .applies('s3', 3, 2)

test('a story of correct servers violates nothing, and every property looked at it', async () => {
  expect(await verdictOf(raftSafety, clean().recording)).toBe('holds')
  const single = [
    electionSafety,
    leaderAppendOnly,
    logMatching,
    leaderCompleteness,
    stateMachineSafety,
    oneVotePerTerm,
    committedEntriesStay,
    committedEntriesSurvive,
    commitByOwnTerm,
  ]
  for (const invariant of single) {
    expect(await verdictOf(invariant, clean().recording)).toBe('holds')
    expect(await lookedAt(invariant, clean().recording)).toBeGreaterThan(0)
  }
})

test('election safety: two leaders in a term (figure 3)', async () => {
  const bad = story().leads('s1', 3).follows('s1', 3).leads('s1', 3).leads('s2', 4)
  expect(await verdictOf(electionSafety, bad.recording)).toBe('holds')
  expect(await verdictOf(electionSafety, bad.leads('s2', 3).recording)).toBe(
    'violated: election safety: term 3 has two leaders, s1 and s2',
  )
})

test('leader append-only: a leader that removes entries, or writes over them (figure 3)', async () => {
  const leader = (): Story => story().leads('s1', 1).appends('s1', 1, 1, 1)
  expect(await verdictOf(leaderAppendOnly, leader().removes('s1', 2).recording)).toBe(
    'violated: leader append-only: s1 leads term 1 and removes entries of its log from 2 on',
  )
  expect(await verdictOf(leaderAppendOnly, leader().appends('s1', 2, 1).recording)).toBe(
    'violated: leader append-only: s1 leads term 1 and removes entries of its log from 2 on',
  )
  expect(await verdictOf(leaderAppendOnly, leader().follows('s1', 2).removes('s1', 2).recording)).toBe(
    'holds',
  )
})

test('log matching: the same index and term with different contents (section 5.3)', async () => {
  const bad = story().appends('s1', 1, [1, 10]).appends('s2', 1, [1, 11])
  expect(await verdictOf(logMatching, bad.recording)).toBe(
    'violated: log matching: s1 and s2 have different contents as entry 1 of term 1',
  )
})

test('log matching: the same entry behind different logs (section 5.3)', async () => {
  const bad = story().appends('s1', 1, 1, 3).appends('s2', 1, 2).appends('s2', 2, 3)
  expect(await verdictOf(logMatching, bad.recording)).toBe(
    'violated: log matching: s1 and s2 have entry 2 of term 3 and differ before it',
  )
})

test('log matching: a log with a gap, and one that came back from its disk as another', async () => {
  const gap = story().appends('s1', 1, 1).appends('s1', 3, 1)
  expect(await verdictOf(logMatching, gap.recording)).toBe(
    'violated: log matching: s1 appends entry 3 behind entry 1',
  )
  const rotten = story()
    .appends('s1', 1, [1, 10])
    .recovers('s1', { term: 1, entries: [[1, 99]] })
  expect(await verdictOf(logMatching, rotten.recording)).toBe(
    'violated: log matching: s1 and s1 have different contents as entry 1 of term 1',
  )
})

test('leader completeness: a later leader without a committed entry (section 5.4)', async () => {
  const bad = story()
    .leads('s1', 1)
    .appends('s1', 1, 1, 1)
    .appends('s2', 1, 1)
    .commits('s1', 1, 2, 1)
    .leads('s2', 2)
  expect(await verdictOf(leaderCompleteness, bad.recording)).toBe(
    'violated: leader completeness: s2 leads term 2 without entry 2 of term 1, which s1 committed in term 1',
  )
})

test('leader completeness: figure 8, an entry of an older term committed by counting', async () => {
  const bad = story()
    .leads('s1', 2)
    .appends('s1', 1, 1, 2)
    .appends('s2', 1, 1, 2)
    .leads('s5', 3)
    .appends('s5', 1, 1, 3)
    .leads('s1', 4)
    .appends('s3', 1, 1, 2)
    .commits('s1', 1, 2, 4)
    .leads('s5', 5)
  expect(await verdictOf(leaderCompleteness, bad.recording)).toBe(
    'violated: leader completeness: s5 leads term 5 without entry 2 of term 2, which s1 committed in term 4',
  )
})

test('leader completeness: an old leader learns late that a majority had its entry', async () => {
  const late = (): Story => story().leads('s1', 1).appends('s1', 1, 1).appends('s2', 1, 1)
  const good = late().leads('s2', 2).commits('s1', 1, 1, 1)
  expect(await verdictOf(leaderCompleteness, good.recording)).toBe('holds')
  const bad = late().leads('s3', 2).commits('s1', 1, 1, 1)
  expect(await verdictOf(leaderCompleteness, bad.recording)).toBe(
    'violated: leader completeness: s3 leads term 2 without entry 1 of term 1, which s1 committed in term 1',
  )
})

test('leader completeness: what a later term committed binds no leader of an earlier one', async () => {
  const good = story().leads('s1', 2).appends('s1', 1, 2).commits('s1', 1, 1, 2).leads('s2', 1)
  expect(await verdictOf(leaderCompleteness, good.recording)).toBe('holds')
})

test('state machine safety: another entry, or other contents, at an index that was applied (section 5.4.3)', async () => {
  const other = story().applies('s1', 1, 1, 1).applies('s2', 1, 1, 2)
  expect(await verdictOf(stateMachineSafety, other.recording)).toBe(
    'violated: state machine safety: s1 applied entry 2 of term 1, s2 entry 2 of term 2 there',
  )
  const contents = story().applies('s1', 1, [1, 10]).applies('s2', 1, [1, 11])
  expect(await verdictOf(stateMachineSafety, contents.recording)).toBe(
    'violated: state machine safety: s1 applied entry 1 of term 1, s2 other contents there',
  )
})

test('state machine safety: an entry that is skipped or applied twice', async () => {
  expect(await verdictOf(stateMachineSafety, story().applies('s1', 1, 1).applies('s1', 3, 1).recording)).toBe(
    'violated: state machine safety: s1 applies entry 3 where entry 2 is next',
  )
  expect(await verdictOf(stateMachineSafety, story().applies('s1', 1, 1).applies('s1', 1, 1).recording)).toBe(
    'violated: state machine safety: s1 applies entry 1 where entry 2 is next',
  )
})

test('state machine safety: a snapshot of another history', async () => {
  const bad = story().applies('s1', 1, 1, 1).snapshots('s2', 2, 3)
  expect(await verdictOf(stateMachineSafety, bad.recording)).toBe(
    'violated: state machine safety: s1 applied entry 2 of term 1, s2 has a snapshot up to entry 2 of term 3',
  )
})

test('one vote per term: two votes in a term, or one that a crash took (section 5.2)', async () => {
  const twice = story().votes('s1', 4, 's2').votes('s1', 5, 's3').votes('s1', 4, 's2').votes('s1', 4, 's3')
  expect(await verdictOf(oneVotePerTerm, twice.recording)).toBe(
    'violated: one vote per term: s1 voted in term 4 for s2 and for s3',
  )
  const forgotten = story().votes('s1', 4, 's2').recovers('s1', { term: 4 })
  expect(await verdictOf(oneVotePerTerm, forgotten.recording)).toBe(
    'violated: one vote per term: s1 voted in term 4 for s2 and came back with term 4 and no vote',
  )
  const older = story().votes('s1', 4, 's2').recovers('s1', { term: 3, vote: 's3' })
  expect(await verdictOf(oneVotePerTerm, older.recording)).toBe(
    'violated: one vote per term: s1 voted in term 4 for s2 and came back with term 3 and a vote for s3',
  )
})

test('commit by own term: figure 8, before it does harm (section 5.4.2)', async () => {
  const before = (): Story => story().leads('s1', 2).appends('s1', 1, 1, 2).leads('s1', 4)
  expect(
    await verdictOf(commitByOwnTerm, before().appends('s1', 3, 4).commits('s1', 1, 3, 4).recording),
  ).toBe('holds')
  expect(await verdictOf(commitByOwnTerm, before().commits('s1', 1, 2, 4).recording)).toBe(
    'violated: commit by own term: the leader of term 4 counts replicas of entry 2 of term 2 to commit it',
  )
})

test('committed entries stay: a follower that cuts its log on a matching append', async () => {
  const before = (): Story =>
    story().leads('s1', 1).appends('s1', 1, 1, 1, 1).appends('s2', 1, 1, 1, 1).commits('s1', 1, 2, 1)
  expect(await verdictOf(committedEntriesStay, before().removes('s2', 3).recording)).toBe('holds')
  const removal =
    'violated: committed entries stay: s2 removes entry 2 of term 1, which s1 committed in term 1'
  expect(await verdictOf(committedEntriesStay, before().removes('s2', 2).recording)).toBe(removal)
  expect(await verdictOf(committedEntriesStay, before().snapshots('s2', 1, 5).recording)).toBe(removal)
})

test('committed entries survive: an append that was acknowledged before it was on disk', async () => {
  const before = (): Story =>
    story()
      .counts('s1', 's1', 's2', 's3')
      .leads('s1', 1)
      .appends('s1', 1, 1)
      .appends('s2', 1, 1)
      .appends('s3', 1, 1)
      .commits('s1', 1, 1, 1)
  const one = before().recovers('s2', { term: 1 })
  expect(await verdictOf(committedEntriesSurvive, one.recording)).toBe('holds')
  expect(await verdictOf(committedEntriesSurvive, one.recovers('s3', { term: 1 }).recording)).toBe(
    'violated: committed entries survive: s3 came back without entry 1 of term 1, which s1 committed in term 1; of 3 voters only s1 has it',
  )
  const snapshot = before().snapshots('s2', 1, 1).recovers('s2', { term: 1, first: 2, baseTerm: 1 })
  expect(await verdictOf(committedEntriesSurvive, snapshot.recovers('s3', { term: 1 }).recording)).toBe(
    'holds',
  )
})

test('raftSafety fires on each of them, with the property in front', async () => {
  const bad = story().leads('s1', 3).leads('s2', 3)
  expect(await verdictOf(raftSafety, bad.recording)).toBe(
    'violated: election safety: term 3 has two leaders, s1 and s2',
  )
})

test('a trace that begins in the middle of things is judged by what it shows', async () => {
  const middle = story().appends('s1', 40, 7, 7).appends('s2', 41, 7).leads('s2', 8).applies('s3', 1, 1)
  expect(await verdictOf(raftSafety, middle.recording)).toBe('holds')
  expect(await verdictOf(raftSafety, middle.appends('s3', 41, [7, 0]).recording)).toBe(
    'violated: log matching: s1 and s3 have different contents as entry 41 of term 7',
  )
})

test('a probe that is not what Raft publishes leaves it undecided', async () => {
  const odd = recording().probe('s1', 'raft.append', { first: 0, terms: [1], digests: [1] })
  expect(await verdictOf(raftSafety, odd)).toMatch(/^undecided: probe raft.append at seq 1: got \{"first":0/)
})

test('probes of other names are nobody’s business', async () => {
  const other = recording().probe('s1', 'raft.queue', 'long').probe('s1', 'balance', -1)
  expect(await verdictOf(raftSafety, other)).toBe('holds')
  expect(await lookedAt(raftSafety, other)).toBe(0)
})
