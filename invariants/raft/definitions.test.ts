// The invariants compare pointers where the paper compares whole logs. Here they are held against its definitions (figure
// 3), applied literally to all logs of small random stories, most of which no correct server would write.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Data, Event, Invariant } from '../../sim/index.ts'
import { recording, smallWorld } from '../testing/recording.ts'
import { leaderCompleteness, logMatching } from './raft-safety.ts'

interface Entry {
  readonly term: number
  readonly digest: number
}
type Log = readonly Entry[]

const nodes = ['s1', 's2', 's3'] as const
const node = fc.constantFrom(...nodes)

/** The seq of the first event in which an invariant finds something; 0 when it finds nothing. */
function firstFinding(invariant: Invariant, events: readonly Event[]): number {
  const fold = invariant.begin(smallWorld)
  return events.find((event) => fold.on(event) !== null)?.seq ?? 0
}

function appendValue(log: Log, entries: readonly Entry[]): Data {
  return {
    first: log.length + 1,
    terms: entries.map(({ term }) => term),
    digests: entries.map(({ digest }) => digest),
  }
}

/** Figure 3: entries of the same index and term mean that the logs are identical up to there. */
function doLogsMatch(a: Log, b: Log): boolean {
  return a.every((entry, place) => entry.term !== b[place]?.term || isPrefixSame(a, b, place))
}

function isPrefixSame(a: Log, b: Log, last: number): boolean {
  return a.slice(0, last + 1).every(({ term, digest }, place) => {
    const other = b[place]
    return other !== undefined && other.term === term && other.digest === digest
  })
}

const logStep = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    node,
    entries: fc.array(
      fc.record({ term: fc.integer({ min: 1, max: 3 }), digest: fc.integer({ min: 0, max: 1 }) }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({ kind: fc.constant('truncate' as const), node, from: fc.integer({ min: 1, max: 4 }) }),
)

test('log matching finds exactly what the definition forbids, in the same event', () => {
  fc.assert(
    fc.property(fc.array(logStep, { maxLength: 8 }), (steps) => {
      const run = recording()
      const logs = new Map<string, Log>()
      const everyLog: Log[] = []
      let expected = 0
      for (const step of steps) {
        const log = logs.get(step.node) ?? []
        if (step.kind === 'append') run.probe(step.node, 'raft.append', appendValue(log, step.entries))
        else run.probe(step.node, 'raft.truncate', { from: step.from })
        const next = step.kind === 'append' ? [...log, ...step.entries] : log.slice(0, step.from - 1)
        logs.set(step.node, next)
        if (expected === 0 && everyLog.some((other) => !doLogsMatch(next, other)))
          expected = run.events.length
        everyLog.push(next)
      }
      expect(firstFinding(logMatching, run.events)).toBe(expected)
    }),
    { numRuns: 1000, seed: 1 },
  )
})

const leaderStep = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), node, branch: fc.integer({ min: 0, max: 1 }) }),
  fc.record({ kind: fc.constant('truncate' as const), node, from: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('elect' as const), node, term: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: fc.constant('commit' as const), node, to: fc.integer({ min: 1, max: 3 }) }),
)

interface Leader {
  readonly term: number
  readonly log: Log
}
interface Committed {
  readonly index: number
  readonly entry: Entry
  readonly inTerm: number
}

/** Figure 3: an entry committed in a term is in the logs of the leaders of all higher terms. */
function isComplete({ term, log }: Leader, { index, entry, inTerm }: Committed): boolean {
  return term <= inTerm || log[index - 1]?.term === entry.term
}

test('leader completeness finds exactly what the definition forbids, in the same event', () => {
  fc.assert(
    fc.property(fc.array(leaderStep, { maxLength: 16 }), (steps) => {
      const run = recording()
      const logs = new Map<string, Log>(nodes.map((name) => [name, []]))
      const leading = new Map<string, number>()
      const leaders: Leader[] = []
      const committed: Committed[] = []
      // Each way to go on from a log is a term of its own, so that logs match.
      const terms = new Map<string, number>()
      let expected = 0
      for (const step of steps) {
        const log = logs.get(step.node) ?? []
        if (step.kind === 'append') {
          const path = [...log.map(({ term }) => term), step.branch].join()
          if (!terms.has(path)) terms.set(path, terms.size + 1)
          const entries = [{ term: terms.get(path) ?? 0, digest: 0 }]
          run.probe(step.node, 'raft.append', appendValue(log, entries))
          logs.set(step.node, [...log, ...entries])
        } else if (step.kind === 'truncate' && !leading.has(step.node)) {
          run.probe(step.node, 'raft.truncate', { from: step.from })
          logs.set(step.node, log.slice(0, step.from - 1))
        } else if (step.kind === 'elect' && !leaders.some(({ term }) => term === step.term)) {
          run.probe(step.node, 'raft.role', { term: step.term, role: 'leader' })
          leading.set(step.node, step.term)
          leaders.push({ term: step.term, log })
        } else if (step.kind === 'commit' && leading.has(step.node) && step.to <= log.length) {
          const inTerm = leading.get(step.node) ?? 0
          run.probe(step.node, 'raft.commit', { from: 1, to: step.to, term: inTerm })
          log.slice(0, step.to).forEach((entry, place) => committed.push({ index: place + 1, entry, inTerm }))
        }
        const isViolated = leaders.some((leader) => committed.some((one) => !isComplete(leader, one)))
        if (expected === 0 && isViolated) expected = run.events.length
      }
      expect(firstFinding(leaderCompleteness, run.events)).toBe(expected)
    }),
    { numRuns: 1000, seed: 1 },
  )
})
