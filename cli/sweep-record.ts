// What is kept of sweeps that are over, a line each, beside the failures that they found: what a campaign's page shows. A line
// is a `SweepRecord` as JSON and has bounds, a few thousand bytes mostly; `recorded-sweeps.ts` reads them.

import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

import type { SweepRecord, SweepResult as SweepReport, SweepRun } from '../reports/index.ts'
import { type SeedResult, signatureOf } from '../sim/index.ts'

/** Where it is kept, in the folder of the scenario. */
export const recordsFile = 'sweeps.ndjson'
/** How long a line is at most. */
export const recordBytesMax: number = 1024 * 1024
/** How many entries the lists of a record have at most. */
export const recordLengths: RecordLengths = {
  samples: 300,
  warnings: 50,
  causes: 100,
  points: 1000,
  faults: 200,
  coverage: 5000,
  states: 500,
  stretches: 500,
  bands: 1000,
}

type RecordLengths = Readonly<
  Record<
    'samples' | 'warnings' | 'causes' | 'points' | 'faults' | 'coverage' | 'states' | 'stretches' | 'bands',
    number
  >
>

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
    if (this.#samples.length < recordLengths.samples) return
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

/** A sweep that is over. */
export interface EndedSweep {
  readonly clock: SweepClock
  readonly report: SweepReport
  readonly results: readonly SeedResult[]
  /** What clients saw in one of its runs; absent where there is none to be seen. */
  readonly run?: SweepRun
}

/** Keeps a sweep. Says what kept it from that; null when nothing did. */
export function recordSweep(folder: string, sweep: EndedSweep): string | null {
  const line = JSON.stringify(recordOf(sweep))
  const size = Buffer.byteLength(line)
  if (size > recordBytesMax) return `it would be ${size} bytes, of at most ${recordBytesMax}`
  try {
    mkdirSync(folder, { recursive: true })
    appendFileSync(join(folder, recordsFile), `${line}\n`)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function recordOf({ clock: { begin, progress }, report, results, run }: EndedSweep): SweepRecord {
  const { first, last, step = 1 } = report.seeds
  const { warnings, points, faults, causes, coverage, states } = recordLengths
  return {
    begin,
    wallMs: Math.round(report.wallMs),
    seeds: `${first}..${last}${step === 1 ? '' : ` in steps of ${step}`}`,
    passed: report.passed,
    failed: report.failed.length,
    undecided: report.undecided.length,
    events: report.events,
    warnings: report.warnings.slice(0, warnings),
    points: report.points.slice(0, points).map(({ point, seeds }) => [point, seeds]),
    faults: report.faults.slice(0, faults).map(({ kind, planned, effects }) => [kind, planned, effects]),
    causes: causesOf(results).slice(0, causes),
    progress,
    coverage: coverageOf(results).slice(0, coverage),
    states: statesOf(results).slice(0, states),
    ...(run === undefined ? {} : { run }),
  }
}

/** How many seeds did not pass in the same way, as kept failures have it: by invariant (or outcome) and what it says. */
function causesOf(results: readonly SeedResult[]): NonNullable<SweepRecord['causes']> {
  const causes = new Map<string, [name: string, message: string, seeds: number, first: number]>()
  for (const result of results) {
    const signature = signatureOf(result)
    if (signature === null) continue
    const { name, message } = signature
    const key = JSON.stringify([name, message])
    const [, , seeds, first] = causes.get(key) ?? [name, message, 0, result.seed]
    causes.set(key, [name, message, seeds + 1, Math.min(first, result.seed)])
  }
  return [...causes.values()].sort((a, b) => b[2] - a[2] || a[3] - b[3])
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

const publishedState = /^probe \S+ (.+)$/

/** The states that nodes were in, where seeds say what they have reached; not the steps from one to the next. */
function statesOf(results: readonly SeedResult[]): readonly string[] {
  const states = new Set<string>()
  for (const feature of results.flatMap(({ features }) => features ?? [])) {
    const state = publishedState.exec(feature)?.[1]
    if (state !== undefined && !state.includes(' to ')) states.add(state)
  }
  return [...states].sort()
}
