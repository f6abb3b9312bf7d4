// What there is to say about a sweep: how many seeds passed, which did not and how to run them again, and what was tested.

import type { FoundScenario } from './find-scenario.ts'
import { resultLine } from './result-line.ts'
import type { VariationFlags } from './variation-flags.ts'
import type { SweepFailure, SweepResult as SweepReport } from '../reports/index.ts'
import {
  type Data,
  describeOutcome,
  type EffectSample,
  exitCode,
  type SeedRange,
  type SeedResult,
  type SweepResult,
  tallyVacuity,
  vacuityWarnings,
} from '../sim/index.ts'

/** A sweep that is over. */
export interface Swept {
  readonly found: FoundScenario
  readonly flags: SweptFlags
  readonly result: SweepResult
  readonly samples: readonly EffectSample[]
  /** What a guided sweep says of itself. */
  readonly guided?: SweepReport['guided']
  readonly wallMs: number
}

interface SweptFlags extends VariationFlags {
  readonly seeds: SeedRange
  readonly set: ReadonlyMap<string, Data>
  readonly plan?: string
  readonly ci?: true
}

/** The report of a sweep. */
export function sweepReport({ found, flags, result, samples, guided, wallMs }: Swept): SweepReport {
  const { results, isInterrupted } = result
  const withCode = (code: number): SeedResult[] => results.filter(({ outcome }) => exitCode(outcome) === code)
  const asFailure = (result: SeedResult): SweepFailure => failureOf(found, flags, result)
  const vacuity = tallyVacuity(results, samples)
  return {
    title: found.scenario.title,
    seeds: flags.seeds,
    isInterrupted,
    passed: withCode(0).length,
    failed: withCode(1).map(asFailure),
    undecided: withCode(3).map(asFailure),
    events: results.reduce((sum, { events }) => sum + events, 0),
    virtual: results.reduce((sum, result) => sum + result.virtual, 0),
    wallMs,
    ...vacuity,
    ...(result.coverage === undefined ? {} : { coverage: result.coverage }),
    ...(guided === undefined ? {} : { guided }),
    warnings: vacuityWarnings(vacuity),
  }
}

/** 1 when a seed failed or, where that is asked for, something was not tested; 3 when a seed was not judged. */
export function sweepExitCode(
  { results, isInterrupted }: SweepResult,
  { warnings }: SweepReport,
  { strict }: { readonly strict?: true },
): number {
  const codes = results.map(({ outcome }) => exitCode(outcome))
  if (codes.includes(1) || (strict === true && warnings.length > 0)) return 1
  return codes.includes(3) || isInterrupted ? 3 : 0
}

function failureOf(found: FoundScenario, flags: SweptFlags, result: SeedResult): SweepFailure {
  const { seed, outcome, violation } = result
  return {
    seed,
    name: violation?.invariant ?? outcome.kind,
    message: violation?.message ?? describeOutcome(outcome),
    command: resultLine(found.name, flags, result),
  }
}
