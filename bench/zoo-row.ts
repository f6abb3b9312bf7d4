// One bug of the zoo, measured: how soon seeds find it, how soon the naive baseline does, and whether its fixed twin ever
// fails.

import type { ZooBug } from '../scenarios/zoo/index.ts'
import { type Data, type Seed, type SeedResult, sweep, type Variation } from '../sim/index.ts'

/** How well seeds find a bug. */
export interface Search {
  /** In how many of the seeds it was found. */
  readonly found: number
  /** How many seeds a search takes, in the median of searches that follow each other; null: more than all there were. */
  readonly median: number | null
  /** How many seeds neither passed nor violated the bug's invariant: each is a mistake of ours. */
  readonly otherwise: number
}

/** What was measured of one bug. */
export interface ZooRow {
  readonly name: string
  readonly seeds: number
  readonly search: Search
  /** By first-in scheduling and latencies that are uniform: what naive simulators do. */
  readonly baseline: Search
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
  const twin = await run(bug, twinSeeds, { jobs, isFixed: true })
  return {
    name: bug.name,
    seeds,
    search: searchOf(bug, await run(bug, seeds, { jobs })),
    baseline: searchOf(bug, await run(bug, seeds, { jobs, variation: baseline })),
    twinSeeds,
    falseAlarms: twin.filter(({ outcome }) => outcome.kind !== 'passed').map(({ seed }) => seed),
  }
}

interface RunOptions {
  readonly jobs: number
  readonly isFixed?: boolean
  readonly variation?: Variation
}

async function run(bug: ZooBug, last: number, options: RunOptions): Promise<readonly SeedResult[]> {
  const scenarioUrl = new URL(`../scenarios/zoo/${bug.name}.ts`, import.meta.url).href
  const set = new Map<string, Data>(options.isFixed === true ? [['isFixed', true]] : [])
  const job = { scenarioUrl, set, plan: null, isChecked: false, variation: options.variation ?? {} }
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
