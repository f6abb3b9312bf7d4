// What is kept of sweeps that are over, a line each, beside the failures that they found: what a campaign's page shows.

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { SweepRecord, SweepResult as SweepReport } from '../reports/index.ts'
import type { SeedResult } from '../sim/index.ts'

const recordsFile = 'sweeps.ndjson'
const samplesMax = 300
const warningsMax = 50
const causesMax = 100

/** Watches how far a sweep is. */
export class SweepClock {
  readonly begin: string = new Date().toISOString()
  readonly #startedAt = performance.now()
  #samples: (readonly [ms: number, done: number, failed: number])[] = []
  #gap = 1
  #done = 0
  #failed = 0

  /** A seed is done. */
  take({ outcome }: SeedResult): void {
    this.#done++
    if (outcome.kind !== 'passed') this.#failed++
    if (this.#done % this.#gap === 0) this.#sample()
    if (this.#samples.length < samplesMax) return
    this.#samples = this.#samples.filter((_, place) => place % 2 === 1)
    this.#gap *= 2
  }

  /** All samples, the last one of now. */
  get progress(): SweepRecord['progress'] {
    if (this.#samples.at(-1)?.[1] !== this.#done) this.#sample()
    return this.#samples
  }

  #sample(): void {
    this.#samples.push([Math.round(performance.now() - this.#startedAt), this.#done, this.#failed])
  }
}

/** Keeps a sweep that is over. Says what kept it from that; null when nothing did. */
export function recordSweep(
  folder: string,
  { begin, progress }: SweepClock,
  report: SweepReport,
  results: readonly SeedResult[],
): string | null {
  const { first, last, step = 1 } = report.seeds
  const record: SweepRecord = {
    begin,
    wallMs: Math.round(report.wallMs),
    seeds: `${first}..${last}${step === 1 ? '' : ` in steps of ${step}`}`,
    passed: report.passed,
    failed: report.failed.length,
    undecided: report.undecided.length,
    events: report.events,
    warnings: report.warnings.slice(0, warningsMax),
    points: report.points.map(({ point, seeds }) => [point, seeds]),
    faults: report.faults.map(({ kind, planned, effects }) => [kind, planned, effects]),
    causes: causesOf(report.failed),
    progress,
    coverage: coverageOf(results),
  }
  try {
    mkdirSync(folder, { recursive: true })
    appendFileSync(join(folder, recordsFile), `${JSON.stringify(record)}\n`)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** How many seeds failed in the same way: the first line of what is said of them is the same. */
function causesOf(failed: SweepReport['failed']): NonNullable<SweepRecord['causes']> {
  const causes = new Map<string, [name: string, message: string, seeds: number, first: number]>()
  for (const { seed, name, message } of failed) {
    const [first = ''] = message.split('\n', 1)
    const key = JSON.stringify([name, first])
    const cause = causes.get(key)
    if (cause === undefined) causes.set(key, [name, first, 1, seed])
    else causes.set(key, [name, first, cause[2] + 1, Math.min(cause[3], seed)])
  }
  return [...causes.values()].sort((a, b) => b[2] - a[2]).slice(0, causesMax)
}

const faultAtState = /^fault (\S+) at (\S+) (.+)$/

/** In how many seeds each kind of fault hit a node in each state, where seeds say what they have reached. */
function coverageOf(results: readonly SeedResult[]): SweepRecord['coverage'] {
  const counts = new Map<string, { fault: string; state: string; count: number }>()
  for (const feature of results.flatMap(({ features }) => features ?? [])) {
    const [, fault, , state] = faultAtState.exec(feature) ?? []
    if (fault === undefined || state === undefined) continue
    const entry = counts.get(feature) ?? { fault, state, count: 0 }
    entry.count++
    counts.set(feature, entry)
  }
  return [...counts.values()]
}

/** The sweeps that were kept in a folder, and a sentence for each line that is none. */
export function recordedSweeps(folder: string): {
  readonly sweeps: readonly SweepRecord[]
  readonly notes: readonly string[]
} {
  const path = join(folder, recordsFile)
  if (!existsSync(path)) return { sweeps: [], notes: ['no sweep of this scenario has ended yet'] }
  const sweeps: SweepRecord[] = []
  const notes: string[] = []
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, place) => {
      if (line === '') return
      const record = parsedRecord(line)
      if (record === null) notes.push(`${path}: line ${place + 1} is no record of a sweep, and left out`)
      else sweeps.push(record)
    })
  return { sweeps, notes }
}

function parsedRecord(line: string): SweepRecord | null {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

const causeTypes = ['string', 'string', 'number', 'number']
const counts = ['wallMs', 'passed', 'failed', 'undecided', 'events'] as const

function isRecord(value: unknown): value is SweepRecord {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as { readonly [field: string]: unknown }
  const isRow =
    (types: readonly string[]) =>
    (row: unknown): boolean =>
      Array.isArray(row) && types.every((type, place) => typeof row[place] === type)
  return (
    counts.every((field) => Number.isFinite(fields[field])) &&
    typeof fields['begin'] === 'string' &&
    typeof fields['seeds'] === 'string' &&
    isListOf(fields['warnings'], (each) => typeof each === 'string') &&
    isListOf(fields['points'], isRow(['string', 'number'])) &&
    isListOf(fields['faults'], isRow(['string', 'number', 'number'])) &&
    (fields['causes'] === undefined || isListOf(fields['causes'], isRow(causeTypes))) &&
    isListOf(fields['progress'], isRow(['number', 'number', 'number'])) &&
    isListOf(fields['coverage'], isCoverage)
  )
}

function isListOf(value: unknown, test: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(test)
}

function isCoverage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { fault, state, count } = value as { readonly [field: string]: unknown }
  return typeof fault === 'string' && typeof state === 'string' && Number.isFinite(count)
}
