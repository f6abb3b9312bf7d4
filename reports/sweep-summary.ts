// Many seeds of one scenario: how many passed, what failed and how to get it back, and whether the sweep tested anything.

import { type InvariantCount, invariantLines } from './invariant-lines.ts'
import { speedText } from './run-summary.ts'
import { type Palette, plain } from './palette.ts'
import { countText, type Row, rowLines } from './rows.ts'

/** One seed that did not pass. */
export interface SweepFailure {
  readonly seed: number
  /** The violated invariant, or the outcome in a word. */
  readonly name: string
  readonly message: string
  /** The command line that runs it again. */
  readonly command: string
}

/** How often a kind of fault was in a plan, began, and changed something, over all seeds. */
export interface SweepFault {
  readonly kind: string
  readonly planned: number
  readonly fired: number
  readonly effects: number
}

/** What came of a sweep. */
export interface SweepResult {
  readonly title: string
  readonly seeds: { readonly first: number; readonly last: number }
  /** Whether it was stopped before all seeds were run. */
  readonly isInterrupted?: boolean
  readonly passed: number
  /** Seeds with a violation, in order. */
  readonly failed: readonly SweepFailure[]
  /** Seeds that could not be judged (a bound, a time-out), in order. */
  readonly undecided: readonly SweepFailure[]
  readonly events: number
  /** Virtual time of all runs together, in nanoseconds. */
  readonly virtual: number
  readonly wallMs: number
  readonly faults: readonly SweepFault[]
  /** For each invariant how often it looked at something, over all seeds. */
  readonly invariants: readonly InvariantCount[]
}

const failuresShown = 10

/** The summary, without a line feed at the end. */
export function sweepSummary(sweep: SweepResult, palette: Palette = plain): string {
  const runs = sweep.passed + sweep.failed.length + sweep.undecided.length
  const rows: readonly Row[] = [
    ['seeds', `${sweep.seeds.first}..${sweep.seeds.last}: ${verdictText(sweep, palette)}`],
    ['time', speedText(sweep.virtual, sweep.wallMs)],
    [
      'rate',
      `${perSecond(runs, sweep.wallMs)} runs, ${perSecond(sweep.events, sweep.wallMs)} events a second`,
    ],
    ['faults', ...mostFirst(sweep.faults).map((fault) => faultLine(fault, sweep, palette))],
    ['invariants', ...invariantLines(sweep.invariants, palette)],
  ]
  return [
    `${headlineText(sweep, palette)}  ${sweep.title}`,
    ...rowLines(rows, palette),
    ...failureLines(sweep.failed, palette.bad, palette),
    ...failureLines(sweep.undecided, palette.warning, palette),
  ].join('\n')
}

function headlineText(sweep: SweepResult, palette: Palette): string {
  if (sweep.failed.length > 0) return palette.bad(palette.bold('violated'))
  if (sweep.undecided.length > 0) return palette.warning(palette.bold('undecided'))
  return sweep.isInterrupted === true
    ? palette.warning(palette.bold('interrupted'))
    : palette.good(palette.bold('passed'))
}

function verdictText({ passed, failed, undecided }: SweepResult, palette: Palette): string {
  const bad = failed.length === 0 ? '0 failed' : palette.bad(`${countText(failed.length)} failed`)
  const open =
    undecided.length === 0 ? '0 undecided' : palette.warning(`${countText(undecided.length)} undecided`)
  return `${countText(passed)} passed, ${bad}, ${open}`
}

function perSecond(count: number, wallMs: number): string {
  const rate = wallMs > 0 ? (count / wallMs) * 1000 : 0
  return rate >= 10 ? countText(Math.round(rate)) : rate.toFixed(1)
}

function mostFirst(faults: readonly SweepFault[]): readonly SweepFault[] {
  return faults.toSorted((a, b) => b.planned - a.planned || (a.kind < b.kind ? -1 : 1))
}

function faultLine(fault: SweepFault, sweep: SweepResult, palette: Palette): string {
  const width = Math.max(...sweep.faults.map(({ kind }) => kind.length))
  const counts = `planned ${countText(fault.planned)}, fired ${countText(fault.fired)}, had an effect ${countText(fault.effects)}`
  const line = `${fault.kind.padEnd(width)}  ${counts}`
  return fault.effects === 0 ? palette.warning(line) : line
}

function failureLines(
  failures: readonly SweepFailure[],
  style: (text: string) => string,
  palette: Palette,
): readonly string[] {
  const shown = failures
    .slice(0, failuresShown)
    .flatMap(({ seed, name, message, command }) => [
      '',
      `  seed ${seed}  ${style(name)}: ${message.split('\n')[0] ?? ''}`,
      `    ${palette.dim(command)}`,
    ])
  const more = failures.length - failuresShown
  return more > 0 ? [...shown, '', `  and ${countText(more)} more`] : shown
}
