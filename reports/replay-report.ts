// What came of a replay: the same run again, or the first event that differs, both versions, and the likely reason.

import type { Divergence, ReplayResult } from '../sim/index.ts'

import { differenceText, headerChangeLines, type Sides } from './difference-text.ts'
import { eventList, eventSection } from './event-sections.ts'
import { type Palette, plain } from './palette.ts'
import { countText } from './rows.ts'

const sides: Sides = { a: 'recorded', b: 'now' }
const over = 'the run was over'

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
    ...eventSection('recorded', divergence.recorded ?? over, palette),
    ...eventSection('now', divergence.rerun ?? over, palette),
    ...headerChangeLines(changes, sides, palette),
    ...eventList('the events before, in both runs', divergence.before, palette),
    ...causeLists(divergence, palette),
  ]
}

function reasonText({ difference }: Divergence): string {
  return difference === null ? '' : `, ${differenceText(difference, sides)}`
}

function causeLists(divergence: Divergence, palette: Palette): readonly string[] {
  const { recordedCauses, rerunCauses } = divergence
  const isSame = recordedCauses[0]?.seq === rerunCauses[0]?.seq
  if (isSame) return eventList('its causes, nearest first', recordedCauses, palette)
  return [
    ...eventList('its causes as recorded, nearest first', recordedCauses, palette),
    ...eventList('its causes now, nearest first', rerunCauses, palette),
  ]
}
