// What led to a violation, an event a line.

import { eventLines } from './event-lines.ts'
import { foldTimers, type TimerRun } from './fold-timers.ts'
import type { Palette } from './palette.ts'
import { type Event, formatInstant } from '../sim/index.ts'

const linesMax = 40

/** The events as lines, of many the last ones, with those of a periodic timer on one line; `>` marks some of them. */
export function coneLines(
  slice: readonly Event[],
  marked: ReadonlySet<number>,
  palette: Palette,
): readonly string[] {
  const entries = foldTimers(slice).slice(-linesMax)
  const single = entries.filter((entry) => entry.kind !== 'timer-run')
  const lines = eventLines(single, { palette, marked })
  const lineOf = new Map(single.map(({ seq }, place) => [seq, lines[place] ?? '']))
  return entries.map((entry) =>
    entry.kind === 'timer-run' ? runLine(entry, palette) : (lineOf.get(entry.seq) ?? ''),
  )
}

function runLine({ first, last, fires }: TimerRun, palette: Palette): string {
  const span = `from ${formatInstant(first.at)} to ${formatInstant(last.at)}`
  return `  ${palette.dim(`#${first.seq} to #${last.seq}`)}  ${palette.node(first.node)}  a timer fires and is set again, ${fires.length} times ${span}`
}
