// How much memory projections of a long trace take, which must not depend on how long it is. Each is made in a process of its
// own; the row tells of the one that took most.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { Row } from './row.ts'
import { judgeFigure } from './verdict.ts'

const eventCount = 2_000_000
// Those that hold most; all others were seen to take less.
const projections = ['stats', 'page', 'parquet', 'otlp']
const budget = { bound: 'at-most', figure: 512 } as const

/** Measures the row about long traces. */
export async function benchStreamMemory(): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'))
  try {
    const path = join(folder, 'run.ndjson')
    await streamTrace('write', path, String(eventCount))
    let most = { name: '', mebibytes: 0 }
    for (const name of projections) {
      const mebibytes = Number(await streamTrace(name, path)) / 1024 / 1024
      if (!(mebibytes > 0)) throw new Error(`${name}: got no figure of its memory`)
      if (mebibytes > most.mebibytes) most = { name, mebibytes }
    }
    return {
      name: `memory for a trace of 2,000,000 events, most for ${most.name}`,
      unit: 'MiB',
      figure: most.mebibytes,
      wallFigure: null,
      baseline: null,
      budget,
      verdict: judgeFigure(most.mebibytes, budget, 1),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function streamTrace(...words: readonly string[]): Promise<string> {
  const register = new URL('../cli/register.js', import.meta.url).href
  const script = fileURLToPath(new URL('./stream-trace.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', register, script, ...words])
  return stdout
}
