// `npm run bench`: every row of DESIGN.md's performance budget against a baseline measured in the same run, and whether
// cost grows linearly. `--short` for CI, `--json FILE` for machines.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'

import { benchConformance } from './conformance.bench.ts'
import type { Detail } from './detail.ts'
import { benchIdleNode } from './idle-node.bench.ts'
import { benchLinearCost, type LinearCost } from './linear-cost.bench.ts'
import { benchLinearizability } from './linearizability.bench.ts'
import { currentLoad, describeMachine, type MachineReport } from './machine.ts'
import { benchMessages } from './messages.bench.ts'
import { benchPending } from './pending.bench.ts'
import type { Row } from './row.ts'
import { benchStore } from './store.bench.ts'
import { showDetails, showLinearCosts, showRows } from './table.ts'
import { benchTrace, benchTraceWriting } from './trace.bench.ts'

/** Everything that was measured. */
interface Results {
  readonly machine: MachineReport
  readonly isShort: boolean
  readonly rows: readonly Row[]
  readonly linearCosts: readonly LinearCost[]
  readonly details: readonly Detail[]
}

/** How much is measured. */
interface Extent {
  readonly rounds: number
  readonly messages: number
  readonly seeds: number
  readonly events: number
  readonly linear: Parameters<typeof benchLinearCost>[0]
}

const shortExtent: Extent = {
  rounds: 3,
  messages: 200_000,
  seeds: 1,
  events: 100_000,
  linear: { messages: 50_000, storeSeconds: 2, eventsFactor: 10, rounds: 1 },
}

const fullExtent: Extent = {
  rounds: 9,
  messages: 1_000_000,
  seeds: 4,
  events: 500_000,
  linear: { messages: 200_000, storeSeconds: 5, eventsFactor: 100, rounds: 3 },
}

const usage = `Usage: npm run bench -- [--short] [--json FILE]
  --short      in less than a minute: fewer rounds, smaller samples, no details
  --json FILE  also write the results to a file (by custom bench/results/NAME.json)`

async function main(): Promise<void> {
  const flags = readFlags()
  if (flags === null) return
  const results = await measure(flags.short ? shortExtent : fullExtent, flags.short)
  print(results)
  if (flags.json !== undefined) writeJson(flags.json, results)
}

function readFlags(): { readonly short: boolean; readonly json: string | undefined } | null {
  try {
    const { values } = parseArgs({
      options: {
        short: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (!values.help) return { short: values.short, json: values.json }
    console.log(usage)
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}\n${usage}`)
    process.exitCode = 2
  }
  return null
}

async function measure(extent: Extent, isShort: boolean): Promise<Results> {
  const { rounds, messages, seeds, events } = extent
  const loadAtBegin = currentLoad()
  const rows: Row[] = []
  const parts: readonly (() => Promise<Row | readonly Row[]>)[] = [
    () => benchMessages({ messages, rounds }),
    () => benchTraceWriting(rounds),
    () => benchStore({ seeds, rounds }),
    () => benchIdleNode(),
    () => benchPending({ events, rounds }),
    () => benchConformance(rounds),
  ]
  for (const part of parts) rows.push(...[await part()].flat())
  const linearCosts = await benchLinearCost(extent.linear)
  const details = isShort ? [] : [...(await benchTrace()), ...(await benchLinearizability())]
  return { machine: describeMachine(loadAtBegin), isShort, rows, linearCosts, details }
}

function print({ machine, rows, linearCosts, details }: Results): void {
  const { cpu, cores, platform, node, faultline, loadAtBegin, loadAtEnd } = machine
  console.log(`faultline ${faultline}, node ${node}, ${platform}, ${cores} x ${cpu}`)
  console.log(`load ${loadAtBegin.toFixed(1)} at the beginning, ${loadAtEnd.toFixed(1)} at the end\n`)
  console.log(
    'Figures and verdicts by CPU time; "here" is the budget as the baseline scales it to this moment\n',
  )
  console.log(showRows(rows))
  console.log(`\nCost of an event as worlds and runs grow\n\n${showLinearCosts(linearCosts)}`)
  if (details.length > 0) console.log(`\nDetails, best of a few by wall time\n\n${showDetails(details)}`)
  console.log(`\n${summary(rows, linearCosts)}`)
}

function summary(rows: readonly Row[], linearCosts: readonly LinearCost[]): string {
  const judged = rows.flatMap(({ verdict }) => (verdict === null ? [] : [verdict]))
  const met = judged.filter(({ isMet }) => isMet).length
  const off = linearCosts.filter(({ isOffLinear }) => isOffLinear).length
  return `${met} of ${judged.length} budgets met; ${off} of ${linearCosts.length} costs more than 2x off linear`
}

function writeJson(path: string, results: Results): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
}

await main()
