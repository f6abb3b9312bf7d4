// A finished run on one screen: what was run, how fast, what happened, and whether anything was put to the test.

import {
  type DataRecord,
  describeOutcome,
  type Duration,
  exitCode,
  formatDuration,
  type Outcome,
  type RunResult,
  toSeconds,
} from '../sim/index.ts'

import { fieldsText } from './data-text.ts'
import { invariantLines } from './invariant-lines.ts'
import type { Palette } from './palette.ts'
import { plain } from './palette.ts'
import { countsText, countText, type Row, rowLines } from './rows.ts'

/** What became of one fault of the plan. */
export interface FaultCount {
  readonly kind: string
  /** How often it began. */
  readonly begun: number
  /** How often it changed what happened. */
  readonly effects: number
}

/** A run as the summary needs it: a result of `run`. */
export type SummarisedRun = Pick<
  RunResult,
  | 'title'
  | 'seed'
  | 'parameters'
  | 'outcome'
  | 'digest'
  | 'events'
  | 'at'
  | 'drops'
  | 'operations'
  | 'unsynced'
  | 'invariants'
  | 'undecided'
> & {
  readonly eventCounts: ReadonlyMap<string, number>
  readonly faults: readonly FaultCount[]
}

/** The summary, without a line feed at the end. `wallMs` is how long the run took on the wall clock. */
export function runSummary(run: SummarisedRun, wallMs: number, palette: Palette = plain): string {
  const rows: readonly Row[] = [
    ['outcome', ...reasonLines(run.outcome, palette)],
    ['seed', String(run.seed)],
    ['parameters', ...parameterLines(run.parameters)],
    ['time', speedText(run.at, wallMs)],
    ['events', `${countText(run.events)} (${countText(perSecond(run.events, wallMs))} a second)`],
    ['messages', messagesText(run.eventCounts)],
    ['drops', ...(run.drops.size === 0 ? [] : [countsText(run.drops)])],
    ['faults', ...faultLines(run.faults, palette)],
    ['disks', ...unsyncedLines(run.unsynced)],
    ['operations', operationsText(run.operations)],
    ['invariants', ...invariantLines(run.invariants, palette)],
    [
      'undecided',
      ...run.undecided.map(({ invariant, message }) => palette.warning(`${invariant}: ${message}`)),
    ],
    ['digest', run.digest],
  ]
  return [headline(run, palette), ...rowLines(rows, palette)].join('\n')
}

/** The outcome in a word or two and the title on one line. */
export function headline(run: Pick<SummarisedRun, 'outcome' | 'title'>, palette: Palette): string {
  const [word = ''] = describeOutcome(run.outcome).split(': ')
  return `${outcomeStyle(run.outcome, palette)(palette.bold(word))}  ${run.title}`
}

/** What there is to say about the outcome beyond the word. */
function reasonLines(outcome: Outcome, palette: Palette): readonly string[] {
  const [, ...reason] = describeOutcome(outcome).split(': ')
  return reason.length === 0 ? [] : [outcomeStyle(outcome, palette)(reason.join(': '))]
}

function outcomeStyle(outcome: Outcome, palette: Palette): (text: string) => string {
  if (outcome.kind === 'passed') return palette.good
  return exitCode(outcome) === 3 ? palette.warning : palette.bad
}

/** Virtual time against wall time: `60s virtual in 812ms, 74 times as fast`. */
export function speedText(virtual: number, wallMs: number): string {
  const wall = formatDuration(Math.round(wallMs * 1e6) as Duration)
  const factor = toSeconds(virtual as Duration) / (wallMs / 1000)
  const ratio = factor >= 10 ? countText(Math.round(factor)) : factor.toFixed(1)
  return `${formatDuration(virtual as Duration)} virtual in ${wall}${wallMs > 0 ? `, ${ratio} times as fast` : ''}`
}

function parameterLines(parameters: DataRecord): readonly string[] {
  return Object.keys(parameters).length === 0 ? [] : [fieldsText(parameters, 200)]
}

function perSecond(count: number, wallMs: number): number {
  return wallMs > 0 ? Math.round((count / wallMs) * 1000) : 0
}

function messagesText(counts: ReadonlyMap<string, number>): string {
  const of = (kind: string): number => counts.get(kind) ?? 0
  const duplicates = of('duplicate') === 0 ? '' : `, ${countText(of('duplicate'))} duplicated`
  return `${countText(of('send'))} sent, ${countText(of('deliver'))} delivered${duplicates}`
}

function unsyncedLines({ kept, lost, torn }: SummarisedRun['unsynced']): readonly string[] {
  if (kept + lost + torn === 0) return []
  return [
    `of unsynced writes crashes kept ${countText(kept)}, lost ${countText(lost)}, tore ${countText(torn)}`,
  ]
}

function operationsText({ ok, fail, info }: SummarisedRun['operations']): string {
  return `${countText(ok)} ok, ${countText(fail)} fail, ${countText(info)} info`
}

function faultLines(faults: readonly FaultCount[], palette: Palette): readonly string[] {
  if (faults.length === 0) return ['none']
  const fired = faults.filter(({ begun }) => begun > 0)
  const effective = faults.filter(({ effects }) => effects > 0)
  const counts = `${faults.length} planned, ${fired.length} fired, ${effective.length} had an effect`
  const idle = [...new Set(faults.map(({ kind }) => kind))].filter(
    (kind) => !effective.some((fault) => fault.kind === kind),
  )
  const kinds = effective.length === 0 ? [] : [countsText(byKind(effective))]
  return [
    counts,
    ...kinds,
    ...(idle.length === 0 ? [] : [palette.warning(`without any effect: ${idle.join(', ')}`)]),
  ]
}

function byKind(faults: readonly FaultCount[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { kind } of faults) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
