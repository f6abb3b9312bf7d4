// `npm run zoo`: in how many seeds each bug of the zoo is found, and how soon, beside first-in scheduling with uniform
// latencies; and whether fixed twins ever fail.

import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'

import { columns } from './table.ts'
import {
  measureBug,
  shrinkSecondsMax,
  type Search,
  type Shrunk,
  type ZooOptions,
  type ZooRow,
} from './zoo-row.ts'
import { zoo, type ZooBug } from '../scenarios/zoo/index.ts'

const usage = `Usage: npm run zoo -- [--seeds N] [--twin-seeds N] [--jobs N] [--json FILE] [BUG...]
  --seeds N       how many seeds of each bug (default 1000)
  --twin-seeds N  how many seeds of each fixed twin (default: so many that all together are 10,000)
  --jobs N        how many threads (default: one a core)
  --json FILE     also write the results to a file
  BUG             only these bugs (default: all)`

interface Flags extends ZooOptions {
  readonly bugs: readonly ZooBug[]
  readonly json: string | undefined
}

const twinSeedsTogether = 10_000
const faultsMax = 3

async function main(): Promise<void> {
  const flags = readFlags()
  if (flags === null) return
  const rows: ZooRow[] = []
  for (const bug of flags.bugs) {
    if (process.stderr.isTTY) process.stderr.write(`searching ${bug.name} …\n`)
    rows.push(await measureBug(bug, flags))
  }
  console.log(table(rows))
  console.log(`\n${summary(rows)}`)
  if (flags.json !== undefined) writeJson(flags.json, rows)
}

function readFlags(): Flags | null {
  try {
    const count = { type: 'string' } as const
    const { values, positionals } = parseArgs({
      options: {
        seeds: count,
        'twin-seeds': count,
        jobs: count,
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    })
    if (!values.help)
      return {
        seeds: readCount('--seeds', values.seeds, 1000),
        twinSeeds: readCount('--twin-seeds', values['twin-seeds'], Math.ceil(twinSeedsTogether / zoo.length)),
        jobs: readCount('--jobs', values.jobs, availableParallelism()),
        bugs: readBugs(positionals),
        json: values.json,
      }
    console.log(usage)
  } catch (error) {
    console.error(`zoo: ${error instanceof Error ? error.message : String(error)}\n${usage}`)
    process.exitCode = 2
  }
  return null
}

function readCount(flag: string, text: string | undefined, byDefault: number): number {
  const count = text === undefined ? byDefault : Number(text)
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`${flag}: got "${text}", wanted a whole number of at least 1`)
  return count
}

function readBugs(names: readonly string[]): readonly ZooBug[] {
  const known = new Map(zoo.map((bug) => [bug.name, bug]))
  if (names.length === 0) return zoo
  return names.map((name) => {
    const bug = known.get(name)
    if (bug === undefined)
      throw new RangeError(`bug: got "${name}", wanted one of ${[...known.keys()].join(', ')}`)
    return bug
  })
}

function table(rows: readonly ZooRow[]): string {
  const heads = [
    'bug',
    'found in',
    'median seeds',
    'shrunk to',
    'in',
    'baseline found in',
    'its median',
    'twin failed in',
  ]
  return columns([heads, ...rows.map(cells)])
}

function cells({ name, seeds, search, shrunk, baseline, twinSeeds, falseAlarms }: ZooRow): readonly string[] {
  return [
    name,
    `${search.found} of ${seeds}`,
    medianText(search, seeds),
    ...shrunkTexts(shrunk),
    `${baseline.found} of ${seeds}`,
    medianText(baseline, seeds),
    `${falseAlarms.length} of ${twinSeeds}`,
  ]
}

function medianText({ median }: Search, seeds: number): string {
  return median === null ? `more than ${seeds}` : String(median)
}

function shrunkTexts(shrunk: Shrunk | null): readonly string[] {
  if (shrunk === null) return ['-', '-']
  const { faults, begins, operations, seconds, isMinimal } = shrunk
  return [
    `${faults} faults, begun ${begins} times, ${operations} operations`,
    `${seconds.toFixed(1)} s${isMinimal ? '' : ', not done'}`,
  ]
}

/** The median bug, and whatever should not be there. */
function summary(rows: readonly ZooRow[]): string {
  const found = rows.filter(({ search }) => search.found > 0)
  const medians = rows.map(({ search }) => search.median ?? Infinity).sort((a, b) => a - b)
  const alarms = rows.flatMap(({ name, falseAlarms }) => falseAlarms.map((seed) => `${name} seed ${seed}`))
  const otherwise = rows.filter(({ search, baseline }) => search.otherwise + baseline.otherwise > 0)
  return [
    `${found.length} of ${rows.length} bugs found; the median bug takes ${medians[Math.floor((rows.length - 1) / 2)]} seeds`,
    shrinkSummary(rows),
    `${rows.reduce((sum, { twinSeeds }) => sum + twinSeeds, 0)} seeds of twins, of which ${alarms.length} do not pass`,
    ...(alarms.length === 0 ? [] : [`false alarms: ${alarms.join(', ')}`]),
    ...otherwise.map(
      ({ name, search, baseline }) =>
        `${name}: ${search.otherwise + baseline.otherwise} seeds neither passed nor violated its invariant`,
    ),
  ].join('\n')
}

/** How many are small enough and soon enough; of these, in how many no trigger begins a fault again and again. */
function shrinkSummary(rows: readonly ZooRow[]): string {
  const shrunk = rows.map((row) => row.shrunk).filter((each) => each !== null)
  const small = shrunk.filter(({ faults, seconds }) => faults <= faultsMax && seconds <= shrinkSecondsMax)
  const rare = small.filter(({ begins }) => begins <= faultsMax)
  return `${small.length} of them are left with at most ${faultsMax} faults within ${shrinkSecondsMax} s each, ${rare.length} of these with faults that begin at most ${faultsMax} times in all`
}

function writeJson(path: string, rows: readonly ZooRow[]): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(rows, null, 2)}\n`)
}

await main()
