// The header and the end of the trace of a run: everything that the run was made from, and how it ended.

import type { DataRecord } from './data.ts'
import type { TraceEnd, TraceHeader } from './log/index.ts'
import type { RunSetup } from './run-setup.ts'
import type { RunOptions, RunResult } from './run.ts'
import type { Scenario } from './scenario.ts'
import { variationData } from './variation.ts'

/** Which code made a run. */
export interface CodeIdentity {
  /** A name of a shipped scenario, or the path of a scenario's file. */
  readonly scenario: string
  readonly version: string
  /** A hash over the code; '' when nobody took it. */
  readonly fingerprint: string
}

/** The header of a run's trace: the settings that are really used, not those that were asked for. */
export function traceHeader(
  scenario: Scenario,
  options: RunOptions,
  setup: RunSetup,
  code: CodeIdentity,
): TraceHeader {
  return {
    scenario: code.scenario,
    title: scenario.title,
    parameters: setup.prepared.values,
    seed: options.seed,
    plan: setup.plan,
    version: code.version,
    fingerprint: code.fingerprint,
    nodeVersion: process.version,
    platform: `${process.platform}-${process.arch}`,
    options: recordedOptions(options, setup),
  }
}

/** The end of a run's trace. */
export function traceEnd(result: RunResult): TraceEnd {
  return {
    outcome: result.outcome.kind,
    violations: result.violations.map((violation) => ({ ...violation })),
  }
}

function recordedOptions(options: RunOptions, { variation }: RunSetup): DataRecord {
  const { goesOnAfterViolation = false, eventsMax, instantStepsMax } = options
  return {
    variation: variationData(variation),
    goesOnAfterViolation,
    ...(eventsMax === undefined ? {} : { eventsMax }),
    ...(instantStepsMax === undefined ? {} : { instantStepsMax }),
  }
}
