// Many seeds of one scenario: how many passed, what failed and how to get it back, and whether the sweep tested anything.

import { invariantLines } from './invariant-lines.ts'
import { speedText } from './run-summary.ts'
import { type Palette, plain } from './palette.ts'
import { countText, type Row, rowLines } from './rows.ts'
import {
  type FaultVacuity,
  type PlaceRange,
  placeOf,
  type PointVacuity,
  type SiteVacuity,
  type SweepCoverage,
  type Unreached,
  type Vacuity,
} from '../sim/index.ts'

/** One seed that did not pass. */
export interface SweepFailure {
  readonly seed: number
  /** The violated invariant, or the outcome in a word. */
  readonly name: string
  readonly message: string
  /** The command line that runs it again. */
  readonly command: string
}

/** What came of a sweep. */
export interface SweepResult extends Vacuity {
  readonly title: string
  /** `step`: only every so many of them. */
  readonly seeds: { readonly first: number; readonly last: number; readonly step?: number }
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
  /** What its seeds have reached; only where it was asked for. */
  readonly coverage?: SweepCoverage
  /** How a guided sweep went: of its runs, how many were mutants, of how many parents, and what they reached first. */
  readonly guided?: {
    readonly mutants: number
    readonly parents: number
    readonly features: number
    readonly featuresOfMutants: number
    /** Whether it ended because nothing new came. */
    readonly isPlateau: boolean
  }
  /** What was to be tested and was not. */
  readonly warnings: readonly string[]
}

const failuresShown = 10

/** The summary, without a line feed at the end. */
export function sweepSummary(sweep: SweepResult, palette: Palette = plain): string {
  const runs = runCount(sweep)
  const rows: readonly Row[] = [
    ['seeds', `${seedsText(sweep.seeds)}: ${verdictText(sweep, palette)}`],
    ['time', speedText(sweep.virtual, sweep.wallMs)],
    [
      'rate',
      `${perSecond(runs, sweep.wallMs)} runs, ${perSecond(sweep.events, sweep.wallMs)} events a second`,
    ],
    ['faults', ...mostFirst(sweep.faults).map((fault) => faultLine(fault, sweep, palette))],
    ['invariants', ...invariantLines(sweep.invariants, palette, runs)],
    ['points', ...pointLines(sweep.points, runs, palette)],
    ['buggify', ...siteLines(sweep.sites, palette)],
    ['programs', ...programLines(sweep.unreached, palette)],
    ['guided', ...(sweep.guided === undefined ? [] : [guidedText(sweep.guided)])],
    ['coverage', ...(sweep.coverage === undefined ? [] : [coverageText(sweep.coverage)])],
    ['warnings', ...warningLines(sweep.warnings, palette)],
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

function seedsText({ first, last, step = 1 }: SweepResult['seeds']): string {
  return step === 1 ? `${first}..${last}` : `${first}..${last} in steps of ${step}`
}

function runCount({ passed, failed, undecided }: SweepResult): number {
  return passed + failed.length + undecided.length
}

function mostFirst(faults: readonly FaultVacuity[]): readonly FaultVacuity[] {
  return faults.toSorted((a, b) => b.planned - a.planned || (a.kind < b.kind ? -1 : 1))
}

function faultLine(fault: FaultVacuity, sweep: SweepResult, palette: Palette): string {
  const width = Math.max(...sweep.faults.map(({ kind }) => kind.length))
  const { sample } = fault
  const counts = `planned ${countText(fault.planned)}, fired ${countText(fault.fired)}, had an effect ${countText(fault.effects)}`
  const line = `${fault.kind.padEnd(width)}  ${counts}${sample === undefined ? '' : sampleText(sample)}`
  return fault.effects === 0 || sample?.changed === 0 ? palette.warning(line) : line
}

function sampleText({ changed, sampled }: NonNullable<FaultVacuity['sample']>): string {
  return `, changed ${countText(changed)} of ${countText(sampled)} sampled ${sampled === 1 ? 'run' : 'runs'}`
}

function pointLines(points: readonly PointVacuity[], runs: number, palette: Palette): readonly string[] {
  const width = Math.max(0, ...points.map(({ point }) => point.length))
  return points.map(({ point, seeds }) => {
    const line = `${point.padEnd(width)}  reached by ${countText(seeds)} of ${countText(runs)} seeds`
    return seeds === 0 ? palette.warning(line) : line
  })
}

function siteLines(sites: readonly SiteVacuity[], palette: Palette): readonly string[] {
  const width = Math.max(0, ...sites.map(({ site }) => site.length))
  return sites.map(({ site, passed, on, taken }) => {
    const line = `${site.padEnd(width)}  seeds: passed ${countText(passed)}, on ${countText(on)}, taken ${countText(taken)}`
    return taken === 0 ? palette.warning(line) : line
  })
}

const filesShown = 30
const partsShown = 12

/** For each file of the programs what no seed came to, by the lines. */
function programLines(unreached: Unreached | undefined, palette: Palette): readonly string[] {
  if (unreached === undefined) return []
  const lacking = unreached.filter(([, ranges]) => ranges.length > 0)
  const width = Math.max(0, ...lacking.map(([file]) => file.length))
  const lines = lacking.slice(0, filesShown).map(([file, ranges]) => {
    const more = ranges.length > partsShown ? ', …' : ''
    return `${file.padEnd(width)}  never reached: ${ranges.slice(0, partsShown).map(rangeText).join(', ')}${more}`
  })
  return [
    `${countText(unreached.length - lacking.length)} of ${countText(unreached.length)} files reached in all parts`,
    ...lines.map((line) => palette.warning(line)),
    ...(lacking.length > filesShown ? [`and ${countText(lacking.length - filesShown)} files more`] : []),
  ]
}

/** Whole lines as `7` or `7-9`; a part of a line with its columns, from 1, as editors count them. */
function rangeText([from, to]: PlaceRange): string {
  const [first, last] = [placeOf(from), placeOf(to - 1)]
  return first.line === last.line
    ? `${first.line}:${first.column + 1}-${last.column + 1}`
    : `${first.line}-${last.line}`
}

function guidedText({
  mutants,
  parents,
  features,
  featuresOfMutants,
  isPlateau,
}: NonNullable<SweepResult['guided']>): string {
  return `${countText(mutants)} mutants of ${countText(parents)} runs that reached something new; ${countText(featuresOfMutants)} of ${countText(features)} features were first reached by a mutant${isPlateau ? ': a plateau' : ''}`
}

function coverageText({ features, lastNew, isPlateau }: SweepCoverage): string {
  const when = lastNew === null ? 'no seed reached anything' : `the last new one came with seed ${lastNew}`
  return `${countText(features)} features, ${when}${isPlateau ? ': a plateau' : ', and no plateau yet'}`
}

const warningsShown = 20

function warningLines(warnings: readonly string[], palette: Palette): readonly string[] {
  const more = warnings.length - warningsShown
  const shown = warnings.slice(0, warningsShown)
  return [...shown, ...(more > 0 ? [`and ${countText(more)} more`] : [])].map((line) => palette.warning(line))
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
