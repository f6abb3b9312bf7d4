// What came of a replay: the same run again, or the first event that differs, both versions, and the likely reason.

import type { Divergence, Event, ReplayResult } from '../sim/index.ts'

import { differenceText, headerChangeLines, type Sides } from './difference-text.ts'
import { eventLines } from './event-lines.ts'
import { type Palette, plain } from './palette.ts'
import { countText } from './rows.ts'

const sides: Sides = { a: 'recorded', b: 'now' }

/** The report, without a line feed at the end. */
export function replayReport(result: ReplayResult, palette: Palette = plain): string {
  return (result.kind === 'same' ? sameLines(result, palette) : divergedLines(result, palette)).join('\n')
}

function sameLines(result: ReplayResult & { readonly kind: 'same' }, palette: Palette): readonly string[] {
  const headline = `${palette.good(palette.bold('same'))}  all ${countText(result.events)} events, digest ${result.digest}`
  return result.changes.length === 0
    ? [headline]
    : [headline, ...headerChangeLines(result.changes, sides, palette)]
}

function divergedLines(
  result: ReplayResult & { readonly kind: 'diverged' },
  palette: Palette,
): readonly string[] {
  const { divergence, changes } = result
  return [
    `${palette.bad(palette.bold('diverged'))}  at event #${divergence.seq}${reasonText(divergence)}`,
    ...section('recorded', divergence.recorded, palette),
    ...section('now', divergence.rerun, palette),
    ...headerChangeLines(changes, sides, palette),
    ...list('the events before, in both runs', divergence.before, palette),
    ...causeLists(divergence, palette),
  ]
}

function reasonText({ difference }: Divergence): string {
  return difference === null ? '' : `, ${differenceText(difference, sides)}`
}

function section(title: string, event: Event | null, palette: Palette): readonly string[] {
  const lines = event === null ? ['  the run was over'] : eventLines([event], { palette })
  return [`  ${title}:`, ...lines.map((line) => `  ${line}`)]
}

function list(title: string, events: readonly Event[], palette: Palette): readonly string[] {
  if (events.length === 0) return []
  return [`  ${title}:`, ...eventLines(events, { palette }).map((line) => `  ${line}`)]
}

function causeLists(divergence: Divergence, palette: Palette): readonly string[] {
  const { recordedCauses, rerunCauses } = divergence
  const isSame = recordedCauses[0]?.seq === rerunCauses[0]?.seq
  if (isSame) return list('its causes, nearest first', recordedCauses, palette)
  return [
    ...list('its causes as recorded, nearest first', recordedCauses, palette),
    ...list('its causes now, nearest first', rerunCauses, palette),
  ]
}
