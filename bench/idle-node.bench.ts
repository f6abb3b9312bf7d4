// How much memory an idle simulated node takes. Measured in a process of its own, which can collect its garbage on
// demand and has nothing else in its memory.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { Row } from './row.ts'
import { judgeFigure } from './verdict.ts'

const budget = { bound: 'at-most', figure: 4096 } as const

/** Measures the row about memory. */
export async function benchIdleNode(): Promise<Row> {
  const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
  const register = new URL('../cli/register.js', import.meta.url).href
  const flags = ['--expose-gc', '--import', register, path('./idle-nodes.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, flags)
  const figure = Number(stdout)
  if (!(figure > 0)) throw new Error(`idle nodes: got "${stdout}", wanted a number of bytes`)
  return {
    name: 'memory of an idle simulated node (of 10,000)',
    unit: 'bytes',
    figure,
    wallFigure: null,
    baseline: null,
    budget,
    verdict: judgeFigure(figure, budget, 1),
  }
}
