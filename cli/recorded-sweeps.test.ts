// A file of sweeps that somebody else has written to: what is wrong with which line, and no more of it than is shown.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { recordedSweeps } from './recorded-sweeps.ts'
import type { SweepRecord } from '../reports/index.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-sweeps-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const column = [1, 2, 3]
const series = { at: column, rate: column, failed: column, p50: [1, null, 2], p95: column, p99: column }
const record: SweepRecord = {
  begin: '2026-01-01T00:00:00.000Z',
  wallMs: 10,
  seeds: '1..10',
  passed: 9,
  failed: 1,
  undecided: 0,
  events: 100,
  warnings: ['no seed reached "a"'],
  points: [['a', 0]],
  faults: [['crash', 2, 1]],
  causes: [['one leader', 'two leaders', 1, 4]],
  progress: [[5, 10, 1]],
  coverage: [{ fault: 'crash', state: 'leader', count: 1 }],
  states: ['leader'],
  run: { seed: 3, series, bands: [{ label: 'crash', from: 1, to: 2 }] },
}
const { states: _states, run: _run, causes: _causes, ...ofOlderVersion } = record

function read(...lines: readonly string[]): ReturnType<typeof recordedSweeps> {
  writeFileSync(join(folder, 'sweeps.ndjson'), lines.map((line) => `${line}\n`).join(''))
  return recordedSweeps(folder)
}

test('what a sweep has kept comes back, also from older versions', () => {
  expect(read(JSON.stringify(record), JSON.stringify(ofOlderVersion))).toEqual({
    sweeps: [record, ofOlderVersion],
    notes: [],
  })
})

test.each<readonly [unknown, string]>([
  ['{"begin":', 'got no JSON'],
  [[], 'got [], wanted an object'],
  [{ ...record, wallMs: -1 }, 'wallMs: got -1, wanted a number of at least 0'],
  [
    {
      ...record,
      points: [
        ['a', 1],
        ['b', '2'],
      ],
    },
    'points[1][1]: got "2", wanted a number of at least 0',
  ],
  [{ ...record, faults: [['crash', 1]] }, 'faults[0]: got ["crash",1], wanted a list of 3'],
  [{ ...record, coverage: { length: 1 } }, 'coverage: got {"length":1}, wanted a list'],
  [{ ...record, states: Array(501).fill('x') }, 'states: got 501 entries, wanted at most 500'],
  [{ ...record, run: { ...record.run, seed: null } }, 'run.seed: got null, wanted a number of at least 0'],
  [
    { ...record, run: { ...record.run, bands: [{ label: 'crash', from: 1 }] } },
    'run.bands[0].to: got nothing, wanted a number of at least 0',
  ],
  [
    { ...record, run: { ...record.run, series: { ...series, p99: [1, 2, '<b>'] } } },
    'run.series.p99[2]: got "<b>", wanted a number of at least 0',
  ],
  [
    { ...record, run: { ...record.run, series: { ...series, at: [1, 3, 2] } } },
    'run.series.at[2]: got 2, wanted more than 3',
  ],
  [
    { ...record, run: { ...record.run, series: { ...series, rate: [1] } } },
    'run.series.rate: got 1 entries, wanted 3',
  ],
  [{ ...record, begin: 'x'.repeat(2 ** 20) }, 'characters, wanted at most 1048576'],
])('a line that is no record is left out, and said to be: %#', (bad, problem) => {
  const { sweeps, notes } = read(JSON.stringify(record), typeof bad === 'string' ? bad : JSON.stringify(bad))
  expect(sweeps).toEqual([record])
  expect(notes).toHaveLength(1)
  expect(notes[0]).toContain(
    `${join(folder, 'sweeps.ndjson')}: line 2 is no record of a sweep, and left out: `,
  )
  expect(notes[0]).toContain(problem)
})

test('of a long file only the end is read, and it says so', () => {
  const bad = `"${'x'.repeat(1000)}"`
  const lines = [...Array<string>(17_000).fill(bad), ...Array<string>(2000).fill(JSON.stringify(record))]
  const { sweeps, notes } = read(...lines)
  expect(sweeps).toHaveLength(1000)
  expect(notes).toHaveLength(22)
  expect(notes[0]).toMatch(/line 1 after byte \d+ is no record/)
  expect(notes.at(-2)).toMatch(/: \d+ more lines are no records of sweeps, and left out$/)
  expect(notes.at(-1)).toMatch(/: sweeps of before byte \d+ are left out$/)
})

test('a file that cannot be read is a note, and no file is one that is still to come', () => {
  expect(recordedSweeps(folder).notes).toEqual(['no sweep of this scenario has ended yet'])
  mkdirSync(join(folder, 'sweeps.ndjson'))
  expect(recordedSweeps(folder)).toEqual({
    sweeps: [],
    notes: [`${join(folder, 'sweeps.ndjson')}: got something else, wanted a file`],
  })
})
