// `npm run bench`: every row of DESIGN.md's performance budget against a baseline measured in the same run, and whether
// cost grows linearly. `--short` for CI, `--json FILE` for machines.

import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

import type { LinearCost } from './linear-cost.bench.ts'
import { currentLoad, describeMachine, type MachineReport } from './machine.ts'
import { type Figures, parts } from './parts.ts'
import type { Row } from './row.ts'
import { showDetails, showLinearCosts, showRows } from './table.ts'
import { youngGenerationMiB } from '../sim/index.ts'

/** Everything that was measured. */
interface Results extends Figures {
  readonly machine: MachineReport
  readonly isShort: boolean
}

const usage = `Usage: npm run bench -- [--short] [--json FILE]
  --short      in about two minutes: fewer rounds, smaller samples, no details
  --json FILE  also write the results to a file (by custom bench/results/NAME.json)`

async function main(): Promise<void> {
  const flags = readFlags()
  if (flags === null) return
  const results = await measure(flags.short)
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

async function measure(isShort: boolean): Promise<Results> {
  const loadAtBegin = currentLoad()
  const measured: Figures[] = []
  for (const name of parts.keys()) measured.push(await measurePart(name, isShort))
  return {
    machine: describeMachine(loadAtBegin),
    isShort,
    rows: measured.flatMap(({ rows }) => rows),
    linearCosts: measured.flatMap(({ linearCosts }) => linearCosts),
    details: measured.flatMap(({ details }) => details),
  }
}

async function measurePart(name: string, isShort: boolean): Promise<Figures> {
  if (process.stderr.isTTY) process.stderr.write(`measuring ${name} …\n`)
  const register = new URL('../cli/register.js', import.meta.url).href
  const part = fileURLToPath(new URL('./part.ts', import.meta.url))
  // The heap of a sweep's threads, of which the semi-space is a third.
  const heap = `--max-semi-space-size=${youngGenerationMiB / 3}`
  const flags = [heap, '--import', register, part, name, isShort ? 'short' : 'full']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, flags)
  // What a part had to leave out.
  process.stderr.write(stderr)
  return JSON.parse(stdout) as Figures
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
