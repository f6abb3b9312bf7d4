// A trace that was judged without running anything: what holds, what is violated, what could not be judged.

import {
  describeOutcome,
  exitCode,
  formatInstant,
  type InvariantReport,
  type Outcome,
  type Undecided,
  type Violation,
} from '../sim/index.ts'

import { invariantLines } from './invariant-lines.ts'
import { type Palette, plain } from './palette.ts'
import { type Row, rowLines } from './rows.ts'

/** What came of judging a trace. */
export interface CheckedTrace {
  readonly title: string
  readonly outcome: Outcome
  /** How the run ended when it was recorded, in a word. */
  readonly recordedOutcome: string
  readonly reports: readonly InvariantReport[]
  readonly violations: readonly Violation[]
  readonly undecided: readonly Undecided[]
}

/** The report, without a line feed at the end. */
export function checkReport(checked: CheckedTrace, palette: Palette = plain): string {
  const { title, outcome, recordedOutcome, reports, violations, undecided } = checked
  const rows: readonly Row[] = [
    // A deadlock or a leak is nothing that an invariant sees.
    ...(recordedOutcome === outcome.kind || recordedOutcome === ''
      ? []
      : [['recorded', recordedOutcome] as const]),
    ['invariants', ...invariantLines(reports, palette)],
    ['violated', ...violations.flatMap((violation) => violationLines(violation, palette))],
    ['undecided', ...undecided.map(({ invariant, message }) => `${palette.warning(invariant)}: ${message}`)],
  ]
  return [`${headlineOf(outcome, palette)}  ${title}`, ...rowLines(rows, palette)].join('\n')
}

function headlineOf(outcome: Outcome, palette: Palette): string {
  if (outcome.kind === 'passed') return palette.good(palette.bold('holds'))
  const style = exitCode(outcome) === 3 ? palette.warning : palette.bad
  return style(palette.bold(describeOutcome(outcome)))
}

function violationLines(
  { invariant, at, node, seq, message }: Violation,
  palette: Palette,
): readonly string[] {
  const where = node === '' ? '' : ` on ${node}`
  return [
    `${palette.bad(invariant)} at ${formatInstant(at)}${where}, event #${seq}`,
    ...message.split('\n').map((line) => `  ${line}`),
  ]
}
