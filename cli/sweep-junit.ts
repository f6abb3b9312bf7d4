// A sweep as JUnit XML: a test for each seed, and one for each known failure that was tried first.

import type { FoundScenario } from './find-scenario.ts'
import { replayLine } from './command-line.ts'
import type { KnownFailure } from './sweep-failures.ts'
import {
  junitXml,
  type SweepFailure,
  type SweepResult as SweepReport,
  type TestCase,
} from '../reports/index.ts'
import type { Seed } from '../sim/index.ts'

/** What of a sweep becomes tests. */
export interface SweptTests {
  readonly found: FoundScenario
  readonly report: SweepReport
  readonly known: readonly KnownFailure[]
  /** The seeds that were run, in order. */
  readonly seeds: readonly Seed[]
}

/** The file. A seed that could not be judged is an error; warnings of what was not tested are the output of the suite. */
export function sweepJunit({ found, report, known, seeds }: SweptTests): string {
  const failed = problemsOf(report.failed, 'failure')
  const undecided = problemsOf(report.undecided, 'error')
  const cases = seeds.map((seed): TestCase => {
    return { name: `seed ${seed}`, problem: failed.get(seed) ?? undecided.get(seed) ?? null }
  })
  return junitXml({
    name: found.name,
    seconds: report.wallMs / 1000,
    properties: new Map([['title', report.title]]),
    cases: [...known.map(knownCase), ...cases],
    output: report.warnings.join('\n'),
  })
}

function knownCase({ name, folder, stillFails }: KnownFailure): TestCase {
  const command = replayLine(`${folder}/shrunk.ndjson.gz`)
  const problem = { kind: 'failure', type: name, message: 'a known failure still fails', command } as const
  return { name: `known failure ${folder}`, problem: stillFails ? problem : null }
}

function problemsOf(
  failures: readonly SweepFailure[],
  kind: 'failure' | 'error',
): ReadonlyMap<Seed, NonNullable<TestCase['problem']>> {
  return new Map(
    failures.map(({ seed, name, message, command }) => [seed, { kind, type: name, message, command }]),
  )
}
