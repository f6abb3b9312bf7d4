// The numbers of a trace as text, with small bar charts.

import { type Duration, formatDuration } from '../sim/index.ts'

import { barText } from './bar-text.ts'
import { type Palette, plain } from './palette.ts'
import { countText, rowLines } from './rows.ts'
import { shownText } from './shown-text.ts'
import type { PhaseStats, Spread, TraceStats } from './trace-stats.ts'

const pairsMax = 20

/** The numbers as text, without a line feed at the end. `wallMs`: how long the run takes, where it was measured. */
export function statsReport(stats: TraceStats, wallMs: number | null, palette: Palette = plain): string {
  const { events, at, kinds, messages, pairs, phases } = stats
  const virtual = at as number as Duration
  const pace =
    wallMs === null
      ? []
      : [
          `${formatDuration(virtual)} virtual in ${wallMs.toFixed(0)} ms, ${(virtual / 1e6 / wallMs).toPrecision(2)} times as fast`,
        ]
  return [
    ...rowLines(
      [
        ['events', countText(events)],
        ['time', ...(wallMs === null ? [`${formatDuration(virtual)} virtual`] : pace)],
      ],
      palette,
    ),
    ...section('events by kind', kinds, palette, ([, total]) => countText(total)),
    ...section(
      'messages by kind',
      messages,
      palette,
      ([, sent, delivered]) => `${countText(sent)} sent, ${countText(delivered)} delivered`,
    ),
    ...section(
      'messages by pair',
      pairs.slice(0, pairsMax),
      palette,
      ([, sent, dropped]) =>
        `${countText(sent)} sent${dropped === 0 ? '' : `, ${countText(dropped)} dropped`}`,
    ),
    ...(pairs.length > pairsMax ? [palette.dim(`  … ${pairs.length - pairsMax} pairs more`)] : []),
    ...phases.flatMap((phase) => phaseLines(phase, palette)),
  ].join('\n')
}

function section<R extends readonly [name: string, size: number, ...rest: readonly number[]]>(
  title: string,
  rows: readonly R[],
  palette: Palette,
  text: (row: R) => string,
): readonly string[] {
  if (rows.length === 0) return []
  const most = Math.max(...rows.map(([, size]) => size))
  const lines = rows.map(
    (row) => [shownText(row[0]), `${palette.good(barText(row[1], most))}  ${text(row)}`] as const,
  )
  return ['', palette.bold(title), ...rowLines(lines, palette)]
}

function phaseLines(phase: PhaseStats, palette: Palette): readonly string[] {
  const { from, to, events, delivered, dropped, transit, operations, latency } = phase
  const length = (to - from) as Duration
  const perSecond = (total: number): string =>
    length === 0 ? '' : ` (${countText(Math.round((total * 1e9) / length))} a second)`
  const done = operations.ok + operations.fail + operations.info
  return [
    '',
    palette.bold(`phase ${shownText(phase.phase)}: ${formatDuration(length)}`),
    ...rowLines(
      [
        ['events', `${countText(events)}${perSecond(events)}`],
        [
          'messages',
          `${countText(delivered)} delivered${perSecond(delivered)}, ${countText(dropped)} dropped`,
        ],
        ...(transit === null ? [] : [['transit', spreadText(transit)] as const]),
        ...(done === 0
          ? []
          : [
              [
                'operations',
                `${operations.ok} ok, ${operations.fail} fail, ${operations.info} info${perSecond(done)}`,
              ] as const,
            ]),
        ...(latency === null ? [] : [['latency', spreadText(latency)] as const]),
      ],
      palette,
    ),
  ]
}

function spreadText({ median, p99, max }: Spread): string {
  return `median ${formatDuration(median)}, 99 % ${formatDuration(p99)}, max ${formatDuration(max)}`
}
