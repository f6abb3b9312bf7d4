// LATENCY GRAPH: a column for each sample, its age below it, read from top to bottom.

import type { LatencySample } from './latency.ts'

const columns = 80
const rows = 4
/** What a cell holds that is filled to a third, to two, and whole. */
const fill = ['_', 'o', '#'] as const

/** Draws the samples of an event; `now` is in seconds since 1970, `worst` in milliseconds. */
export function latencyGraph(
  event: string,
  {
    samples,
    worst,
    now,
  }: { readonly samples: readonly LatencySample[]; readonly worst: number; readonly now: number },
): string {
  const durations = samples.map(({ took }) => took)
  const [high, low] = [Math.max(...durations), Math.min(...durations)]
  const blocks: string[] = []
  for (let at = 0; at < samples.length; at += columns)
    blocks.push(block(samples.slice(at, at + columns), { low, range: Math.max(high - low, 1), now }))
  return `${event} - high ${high} ms, low ${low} ms (all time high ${worst} ms)\n${'-'.repeat(columns)}\n${blocks.join('\n')}`
}

function block(
  samples: readonly LatencySample[],
  { low, range, now }: { readonly low: number; readonly range: number; readonly now: number },
): string {
  const steps = rows * fill.length
  const heights = samples.map(({ took }) => Math.min(Math.trunc(((took - low) * steps) / range), steps - 1))
  const labels = samples.map(({ at }) => age(now - at))
  const labelMax = Math.max(...labels.map((label) => label.length))
  const lines = [
    ...Array.from({ length: rows }, (_, row) =>
      heights.map((height) => cell(height - (rows - row - 1) * fill.length)).join(''),
    ),
    ' '.repeat(samples.length),
    ...Array.from({ length: labelMax }, (_, at) => labels.map((label) => label[at] ?? ' ').join('')),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function cell(height: number): string {
  if (height < 0) return ' '
  return fill[height] ?? '|'
}

function age(seconds: number): string {
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}
