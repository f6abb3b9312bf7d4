// One bug of the zoo, measured: how soon seeds find it, how soon the naive baseline does, and whether its fixed twin ever
// fails.

import type { ZooBug } from '../scenarios/zoo/index.ts'
import {
  type Candidate,
  type Data,
  run,
  type Seed,
  type SeedResult,
  shrink,
  shrinkStart,
  sweep,
  type Variation,
} from '../sim/index.ts'

/** How well seeds find a bug. */
export interface Search {
  /** In how many of the seeds it was found. */
  readonly found: number
  /** How many seeds a search takes, in the median of searches that follow each other; null: more than all there were. */
  readonly median: number | null
  /** How many seeds neither passed nor violated the bug's invariant: each is a mistake of ours. */
  readonly otherwise: number
}

/** A shrunk failure. */
export interface Shrunk {
  readonly seed: Seed
  readonly faults: number
  /** How often they begin in its run: a trigger may begin one fault many times. */
  readonly begins: number
  readonly operations: number
  readonly events: number
  /** How long shrinking took, in real time. */
  readonly seconds: number
  /** Whether time did not run out before nothing more could be left out. */
  readonly isMinimal: boolean
}

/** What was measured of one bug. */
export interface ZooRow {
  readonly name: string
  readonly seeds: number
  readonly search: Search
  /** By first-in scheduling and latencies that are uniform: what naive simulators do. */
  readonly baseline: Search
  /** What is left of the failure of the first seed that finds it; null when none does. */
  readonly shrunk: Shrunk | null
  readonly twinSeeds: number
  /** Seeds of the fixed twin that do not pass. */
  readonly falseAlarms: readonly Seed[]
}

/** How much to measure, and on how many threads. */
export interface ZooOptions {
  readonly seeds: number
  readonly twinSeeds: number
  readonly jobs: number
}

const baseline: Variation = { network: 'uniform', strategy: { kind: 'first-in' } }

/** Measures one bug. */
export async function measureBug(bug: ZooBug, { seeds, twinSeeds, jobs }: ZooOptions): Promise<ZooRow> {
  const twin = await runSeeds(bug, twinSeeds, { jobs, isFixed: true })
  const results = await runSeeds(bug, seeds, { jobs })
  const first = results.find(({ violation }) => violation?.invariant === bug.invariant)
  return {
    name: bug.name,
    seeds,
    search: searchOf(bug, results),
    shrunk: first === undefined ? null : await shrinkFirst(bug, first.seed, jobs),
    baseline: searchOf(bug, await runSeeds(bug, seeds, { jobs, variation: baseline })),
    twinSeeds,
    falseAlarms: twin.filter(({ outcome }) => outcome.kind !== 'passed').map(({ seed }) => seed),
  }
}

/** After so long shrinking gives up, with what was reached by then. */
export const shrinkSecondsMax = 60

async function shrinkFirst(bug: ZooBug, seed: Seed, jobs: number): Promise<Shrunk> {
  const begin = performance.now()
  const elapsed = (): number => (performance.now() - begin) / 1000
  const job = { scenarioUrl: urlOf(bug), set: new Map<string, Data>(), plan: null, isChecked: false }
  const { after, candidate, isMinimal } = await shrink(job, shrinkStart(bug.scenario, { seed }), {
    jobs,
    isOver: () => elapsed() > shrinkSecondsMax,
  })
  const seconds = elapsed()
  const begins = await countBegins(bug, seed, candidate)
  const { faults, operations, events } = after
  return { seed, faults, begins, operations, events, seconds, isMinimal }
}

async function countBegins(bug: ZooBug, seed: Seed, candidate: Candidate): Promise<number> {
  const { faults } = await run(bug.scenario, { seed, ...candidate, isChecked: false })
  return faults.reduce((sum, { begun }) => sum + begun, 0)
}

function urlOf({ name }: ZooBug): string {
  return new URL(`../scenarios/zoo/${name}.ts`, import.meta.url).href
}

interface RunOptions {
  readonly jobs: number
  readonly isFixed?: boolean
  readonly variation?: Variation
}

async function runSeeds(bug: ZooBug, last: number, options: RunOptions): Promise<readonly SeedResult[]> {
  const set = new Map<string, Data>(options.isFixed === true ? [['isFixed', true]] : [])
  const job = {
    scenarioUrl: urlOf(bug),
    set,
    plan: null,
    isChecked: false,
    variation: options.variation ?? {},
  }
  const { results } = await sweep(job, { seeds: { first: 1, last }, jobs: options.jobs })
  return results
}

function searchOf({ invariant }: ZooBug, results: readonly SeedResult[]): Search {
  const isFound = results.map(({ violation }) => violation?.invariant === invariant)
  const found = isFound.filter(Boolean).length
  const passed = results.filter(({ outcome }) => outcome.kind === 'passed').length
  return { found, median: medianSearch(isFound), otherwise: results.length - found - passed }
}

/**
 * The median length of the searches of which seeds in a row are made: each begins behind the seed that ended the one before.
 * The last one may not have ended; null when it is the median, so that more seeds are needed to tell.
 */
export function medianSearch(isFound: readonly boolean[]): number | null {
  const ends = isFound.flatMap((found, place) => (found ? [place + 1] : []))
  const lengths = ends.map((end, place) => end - (ends[place - 1] ?? 0)).sort((a, b) => a - b)
  const isLastOpen = (ends.at(-1) ?? 0) < isFound.length
  const searches = lengths.length + (isLastOpen ? 1 : 0)
  return lengths[Math.floor((searches - 1) / 2)] ?? null
}
