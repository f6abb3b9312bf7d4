import { describe, expect, test } from 'vitest'

import type { Event, ReplayResult, Violation } from '../sim/index.ts'
import { failureReport } from './failure-report.ts'
import { coloured, paletteFor, plain } from './palette.ts'
import { replayReport } from './replay-report.ts'
import { runSummary, type SummarisedRun } from './run-summary.ts'
import { sweepSummary, type SweepResult } from './sweep-summary.ts'

const ms = 1_000_000

function event(seq: number, node: string, kind: string, own: object, cause = seq - 1): Event {
  const object: object = { seq, at: seq * 12 * ms, node, kind, cause, ...own }
  return object as Event
}

const title = 'a store keeps every acknowledged write while machines come and go'
const run: SummarisedRun = {
  title,
  seed: 42,
  parameters: { replicas: 5, skew: 120 * ms },
  outcome: { kind: 'passed' },
  digest: '0123456789abcdef',
  events: 1_234_567,
  at: (60_000 * ms) as SummarisedRun['at'],
  eventCounts: new Map([
    ['send', 400_100],
    ['deliver', 398_000],
    ['duplicate', 12],
  ]),
  drops: new Map([
    ['partition', 2000],
    ['loss', 112],
  ]),
  operations: { ok: 5_800, fail: 12, info: 3 },
  unsynced: { kept: 1_210, lost: 31, torn: 4 },
  invariants: [
    { invariant: 'linearizable', looked: 5_815, unit: 'operations' },
    { invariant: 'at most one leader a term', looked: 40, unit: 'probes leader' },
  ],
  undecided: [],
  faults: [
    { kind: 'crash', begun: 1, effects: 1 },
    { kind: 'crash', begun: 1, effects: 1 },
    { kind: 'partition', begun: 1, effects: 4 },
    { kind: 'torn-write', begun: 0, effects: 0 },
  ],
}

const slice = [
  event(101, 'store-1', 'timer-fire', { timer: 7 }, 90),
  event(102, 'store-1', 'send', { target: 'store-2', size: 20, message: { kind: 'vote?', term: 4 } }),
  event(108, 'store-2', 'deliver', { source: 'store-1', message: { kind: 'vote?', term: 4 } }, 102),
  event(109, 'store-2', 'probe', { name: 'leader', value: { term: 4 } }),
]
const violation: Violation = {
  invariant: 'at most one leader a term',
  message: 'store-1 and store-2 both lead term 4',
  at: slice[3]!.at,
  node: 'store-2',
  seq: 109,
  witnesses: [109, 101],
}

describe('a run summary', () => {
  test('says what was run, how fast, what happened, and what was put to the test', () => {
    expect(`\n${runSummary(run, 812)}\n`).toMatchInlineSnapshot(`
      "
      passed  a store keeps every acknowledged write while machines come and go
        seed        42
        parameters  replicas 5, skew 120000000
        time        60s virtual in 812ms, 74 times as fast
        events      1,234,567 (1,520,403 a second)
        messages    400,100 sent, 398,000 delivered, 12 duplicated
        drops       partition 2,000, loss 112
        faults      4 planned, 3 fired, 3 had an effect
                    crash 2, partition 1
                    without any effect: torn-write
        disks       of unsynced writes crashes kept 1,210, lost 31, tore 4
        operations  5,800 ok, 12 fail, 3 info
        invariants  linearizable               looked 5,815 times at operations
                    at most one leader a term  looked 40 times at probes leader
        digest      0123456789abcdef
      "
    `)
  })

  test('warns where nothing was put to the test', () => {
    const vacuous: SummarisedRun = {
      ...run,
      outcome: { kind: 'undecided' },
      undecided: [{ invariant: 'linearizable', message: 'gave up after 10s' }],
      invariants: [{ invariant: 'linearizable', looked: 0, unit: 'operations' }],
      drops: new Map(),
      parameters: {},
      unsynced: { kept: 0, lost: 0, torn: 0 },
      faults: [],
    }
    expect(`\n${runSummary(vacuous, 61_000)}\n`).toMatchInlineSnapshot(`
      "
      undecided  a store keeps every acknowledged write while machines come and go
        seed        42
        time        60s virtual in 61s, 1.0 times as fast
        events      1,234,567 (20,239 a second)
        messages    400,100 sent, 398,000 delivered, 12 duplicated
        faults      none
        operations  5,800 ok, 12 fail, 3 info
        invariants  linearizable  never looked at anything (operations)
        undecided   linearizable: gave up after 10s
        digest      0123456789abcdef
      "
    `)
  })
})

describe('a failure report', () => {
  test('shows the invariant, the instant, what led to it, the trace, and ends with the line that replays it', () => {
    const failure = {
      violation,
      slice,
      tracePath: 'chaos-42.ndjson',
      command: 'faultline replay chaos-42.ndjson',
    }
    expect(`\n${failureReport(failure)}\n`).toMatchInlineSnapshot(`
      "
      violated  at most one leader a term
        at 1.308000000s on store-2, event #109
        store-1 and store-2 both lead term 4

        what led to it (4 events):
      > #101  1.212000000s  store-1  timer-fire  timer 7  <- #90
        #102  1.224000000s  store-1  send        to store-2  "vote?"  term 4  <- #101
        #108  1.296000000s  store-2  deliver     from store-1  "vote?"  term 4  <- #102
      > #109  1.308000000s  store-2  probe       leader = {term: 4}  <- #108

        trace: chaos-42.ndjson
        run it again with:
          faultline replay chaos-42.ndjson
      "
    `)
  })

  test('does without a trace', () => {
    expect(failureReport({ violation, slice: [], command: 'faultline run chaos --seed 42' })).not.toContain(
      'trace',
    )
  })
})

describe('a replay report', () => {
  test('says in one line that the runs are the same', () => {
    const same: ReplayResult = { kind: 'same', events: 1_234_567, digest: '0123456789abcdef', changes: [] }
    expect(replayReport(same)).toMatchInlineSnapshot(`"same  all 1,234,567 events, digest 0123456789abcdef"`)
  })

  test('shows the first event that differs, both versions, what changed, and the causes', () => {
    const recorded = event(
      110,
      'store-2',
      'send',
      { target: 'store-3', size: 9, message: { kind: 'append', term: 4 } },
      108,
    )
    const rerun = event(
      110,
      'store-2',
      'send',
      { target: 'store-3', size: 9, message: { kind: 'append', term: 5 } },
      108,
    )
    const result: ReplayResult = {
      kind: 'diverged',
      changes: [{ path: 'fingerprint', a: 'c0ffee', b: 'f00d' }],
      divergence: {
        seq: 110,
        recorded,
        rerun,
        difference: { path: 'message.term', a: 4, b: 5 },
        recordedCauses: [slice[2]!, slice[1]!],
        rerunCauses: [slice[2]!, slice[1]!],
        before: [slice[3]!],
      },
    }
    expect(`\n${replayReport(result)}\n`).toMatchInlineSnapshot(`
      "
      diverged  at event #110, message.term: recorded 4, now 5
        recorded:
          #110  1.320000000s  store-2  send  to store-3  append  term 4  <- #108
        now:
          #110  1.320000000s  store-2  send  to store-3  append  term 5  <- #108
        what changed:
          fingerprint: recorded c0ffee, now f00d
        the events before, in both runs:
          #109  1.308000000s  store-2  probe  leader = {term: 4}  <- #108
        its causes, nearest first:
          #108  1.296000000s  store-2  deliver  from store-1  "vote?"  term 4  <- #102
          #102  1.224000000s  store-1  send     to store-2  "vote?"  term 4  <- #101
      "
    `)
  })

  test('says when one of the runs was over', () => {
    const result: ReplayResult = {
      kind: 'diverged',
      changes: [],
      divergence: {
        seq: 109,
        recorded: slice[3]!,
        rerun: null,
        difference: null,
        recordedCauses: [slice[2]!],
        rerunCauses: [],
        before: [],
      },
    }
    expect(`\n${replayReport(result)}\n`).toMatchInlineSnapshot(`
      "
      diverged  at event #109
        recorded:
          #109  1.308000000s  store-2  probe  leader = {term: 4}  <- #108
        now:
          the run was over
        nothing in the header changed: same code, version, seed, parameters and plan
        its causes as recorded, nearest first:
          #108  1.296000000s  store-2  deliver  from store-1  "vote?"  term 4  <- #102
      "
    `)
  })
})

describe('a sweep summary', () => {
  const sweep: SweepResult = {
    title,
    seeds: { first: 1, last: 10_000 },
    passed: 9_997,
    failed: [
      {
        seed: 17,
        name: 'linearizable',
        message: 'no order explains 3 operations on k1',
        command: 'faultline run chaos --seed 17',
      },
      {
        seed: 4711,
        name: 'deadlock',
        message: 'client-2 still waits',
        command: 'faultline run chaos --seed 4711',
      },
    ],
    undecided: [
      {
        seed: 99,
        name: 'events-bound',
        message: 'more than 10,000,000 events',
        command: 'faultline run chaos --seed 99',
      },
    ],
    events: 1_900_000_000,
    virtual: 600_000_000 * ms,
    wallMs: 400_000,
    faults: [
      { kind: 'crash', planned: 31_000, fired: 30_900, effects: 30_100, sample: { sampled: 3, changed: 2 } },
      { kind: 'bit-rot', planned: 200, fired: 180, effects: 0 },
    ],
    invariants: [{ invariant: 'linearizable', looked: 58_000_000, unit: 'operations', seeds: 9_999 }],
    points: [{ point: 'a leader fails over', seeds: 0 }],
    sites: [{ site: 'election/late', passed: 9_000, on: 2_250, taken: 2_100 }],
    warnings: ['faults of kind bit-rot never had an effect', 'no seed reached "a leader fails over"'],
  }

  test('says how many passed, and how to get each failure back', () => {
    expect(`\n${sweepSummary(sweep)}\n`).toMatchInlineSnapshot(`
      "
      violated  a store keeps every acknowledged write while machines come and go
        seeds       1..10000: 9,997 passed, 2 failed, 1 undecided
        time        600000s virtual in 400s, 1,500 times as fast
        rate        25 runs, 4,750,000 events a second
        faults      crash    planned 31,000, fired 30,900, had an effect 30,100, changed 2 of 3 sampled runs
                    bit-rot  planned 200, fired 180, had an effect 0
        invariants  linearizable  looked 58,000,000 times at operations, on 9,999 of 10,000 seeds
        points      a leader fails over  reached by 0 of 10,000 seeds
        buggify     election/late  seeds: passed 9,000, on 2,250, taken 2,100
        warnings    faults of kind bit-rot never had an effect
                    no seed reached "a leader fails over"

        seed 17  linearizable: no order explains 3 operations on k1
          faultline run chaos --seed 17

        seed 4711  deadlock: client-2 still waits
          faultline run chaos --seed 4711

        seed 99  events-bound: more than 10,000,000 events
          faultline run chaos --seed 99
      "
    `)
  })

  test('shows ten failures and says how many more there are', () => {
    const many = {
      ...sweep,
      failed: Array.from({ length: 25 }, (_, seed) => ({ ...sweep.failed[0]!, seed })),
    }
    expect(sweepSummary(many)).toContain('and 15 more')
  })

  test('says what was reached, and whether more is to be expected', () => {
    const coverage = { features: 1_017, lastNew: 87, isPlateau: true }
    const textOf = (own: Partial<typeof coverage>): string =>
      sweepSummary({ ...sweep, coverage: { ...coverage, ...own } })
    expect(textOf({})).toContain('1,017 features, the last new one came with seed 87: a plateau')
    expect(textOf({ isPlateau: false })).toContain('with seed 87, and no plateau yet')
  })

  test('says which seeds a shard has', () => {
    const shard = { ...sweep, seeds: { first: 2, last: 10_000, step: 4 } }
    expect(sweepSummary(shard)).toContain('2..10000 in steps of 4: 9,997 passed')
  })

  test('shows twenty warnings and says how many more there are', () => {
    const many = { ...sweep, warnings: Array.from({ length: 25 }, (_, place) => `warning ${place}`) }
    expect(sweepSummary(many)).toContain('warning 19\n              and 5 more')
  })
})

describe('colours', () => {
  test('are used on a terminal only, and not where NO_COLOR is set', () => {
    expect(paletteFor({ isTTY: true }, {})).toBe(coloured)
    expect(paletteFor({ isTTY: true }, { NO_COLOR: '' })).toBe(coloured)
    expect(paletteFor({ isTTY: true }, { NO_COLOR: '1' })).toBe(plain)
    expect(paletteFor({}, {})).toBe(plain)
  })

  test('change nothing of the text', () => {
    // oxlint-disable-next-line no-control-regex -- control sequences are what this test is about
    const stripped = runSummary(run, 812, coloured).replace(/\u001b\[\d+m/g, '')
    expect(stripped).toBe(runSummary(run, 812))
  })
})
