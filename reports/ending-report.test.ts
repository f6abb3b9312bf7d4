import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

import type { Event, Outcome } from '../sim/index.ts'
import { checkReport } from './check-report.ts'
import { endingReport } from './ending-report.ts'
import { failureReport } from './failure-report.ts'
import { headline, runSummary, type SummarisedRun } from './run-summary.ts'
import { plain } from './palette.ts'

const simulator = fileURLToPath(new URL('../sim/node/process.ts', import.meta.url))
const stack = `Error: no\n    at tick (/home/me/clock.ts:3:9)\n    at Process.call (${simulator}:113:12)\n    at node:internal/x:1:1`
const fields = { seq: 9, at: 1_000_000, node: 'clock', kind: 'timer-fire', cause: 8, timer: 3 }
const fields10 = {
  seq: 10,
  at: 1_000_000,
  node: 'clock',
  kind: 'exit',
  cause: 9,
  code: 1,
  error: 'Error: no',
  stack,
}
const [fire, exit] = [fields, fields10].map((each): Event => {
  const event: object = each
  return event as Event
})
const command = 'npx faultline replay clock-seed-1.ndjson.gz'

describe('the report of a run that ended without a violation and without a pass', () => {
  test('shows the last events, where the trace is, and ends with the line that replays it', () => {
    const outcome: Outcome = { kind: 'deadlock', waiting: ['clock'] }
    expect(
      `\n${endingReport({ outcome, lastEvents: [fire!], tracePath: 'clock-seed-1.ndjson.gz', command })}\n`,
    ).toMatchInlineSnapshot(`
        "
          the last events:
          #9  0.001000000s  clock  timer-fire  timer 3  <- #8

          trace: clock-seed-1.ndjson.gz
          run it again with:
            npx faultline replay clock-seed-1.ndjson.gz
        "
      `)
  })

  test('says of a leak where in the program it was created', () => {
    const outcome: Outcome = { kind: 'leak', leak: { resource: 'Timeout', stack } }
    expect(endingReport({ outcome, lastEvents: [], command })).toContain(
      '  the real Timeout was created:\n    at tick (/home/me/clock.ts:3:9)\n\n',
    )
  })

  test('leaves the last events out where an invariant had the last word', () => {
    const report = endingReport({ outcome: { kind: 'undecided' }, lastEvents: [fire!], command })
    expect(report).not.toContain('the last events')
  })
})

test('an uncaught error is reported with the frames of its program, and of nothing else', () => {
  const violation = {
    invariant: 'no uncaught error',
    message: 'clock: Error: no',
    at: exit!.at,
    node: 'clock',
  }
  const report = failureReport({
    violation: { ...violation, seq: 10, witnesses: [10] },
    slice: [exit!],
    command,
  })
  expect(report.split('\n').filter((line) => line.includes(' at '))).toEqual([
    '  at 0.001000000s on clock, event #10',
    '    at tick (/home/me/clock.ts:3:9)',
  ])
})

test('an outcome that takes a sentence leaves the headline to its name', () => {
  const run = { title: 'a clock ticks', outcome: { kind: 'deadlock', waiting: ['clock'] } } as const
  const rest: Omit<SummarisedRun, keyof typeof run> = {
    seed: 1,
    parameters: {},
    digest: '00',
    events: 1,
    at: fire!.at,
    eventCounts: new Map(),
    drops: new Map(),
    operations: { ok: 0, fail: 0, info: 0 },
    unsynced: { kept: 0, lost: 0, torn: 0 },
    invariants: [],
    undecided: [],
    faults: [],
  }
  expect(headline(run, plain)).toBe('deadlock  a clock ticks')
  expect(runSummary({ ...run, ...rest }, 1).split('\n')[1]).toBe(
    '  outcome     nothing is left to happen, but clock still waits',
  )
})

describe('the report of a trace that was judged', () => {
  const reports = [
    { invariant: 'ticks', looked: 1, unit: 'probes tick' },
    { invariant: 'never late', looked: 0, unit: 'probes late' },
  ]
  const checked = {
    title: 'a clock ticks',
    recordedOutcome: 'passed',
    reports,
    violations: [],
    undecided: [],
  }

  test('says what holds, and on how much', () => {
    expect(`\n${checkReport({ ...checked, outcome: { kind: 'passed' } })}\n`).toMatchInlineSnapshot(`
      "
      holds  a clock ticks
        invariants  ticks       looked once at probes tick
                    never late  never looked at anything (probes late)
      "
    `)
  })

  test('says what is violated, what is undecided, and what the run itself ended as', () => {
    const violation = { invariant: 'ticks', message: 'late\nby 3ms', at: fire!.at, node: 'clock', seq: 9 }
    const report = checkReport({
      ...checked,
      outcome: { kind: 'violated' },
      recordedOutcome: 'deadlock',
      violations: [{ ...violation, witnesses: [] }],
      undecided: [{ invariant: 'never late', message: 'the run ended before' }],
    })
    expect(`\n${report}\n`).toMatchInlineSnapshot(`
      "
      violated  a clock ticks
        recorded    deadlock
        invariants  ticks       looked once at probes tick
                    never late  never looked at anything (probes late)
        violated    ticks at 0.001000000s on clock, event #9
                      late
                      by 3ms
        undecided   never late: the run ended before
      "
    `)
  })
})
