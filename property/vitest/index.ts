// faultline/vitest: scenarios as tests, and a matcher for runs. Importing it sets the matcher up.

import { expect, test as vitestTest, type TestAPI, type TestContext } from 'vitest'

import { firstFailure, type ScenarioTestOptions } from './scenario-test.ts'
import { toPass } from './to-pass.ts'
import type { Scenario } from '../../sim/index.ts'

export type { ScenarioTestOptions } from './scenario-test.ts'
export type { Seeds } from './seed-list.ts'
export { expect }

declare module 'vitest' {
  interface Matchers<T> {
    /** Passes when the run of a scenario did; says what went wrong where it did not. */
    toPass(): T
  }
}

expect.extend({ toPass })

/** vitest's own `test`, with `test.scenario`. */
export type ScenarioTestAPI = TestAPI & {
  /**
   * One test of one scenario on many seeds, run in this process. The first seed that does not pass is shrunk and kept below
   * `.faultline`; the test fails with its report, whose last line replays it, and has its trace and plan as attachments.
   */
  readonly scenario: (scenario: Scenario, options: ScenarioTestOptions) => void
}

/** Not a test of this project: it makes those of others. */
const defineTest: TestAPI = vitestTest
const timeoutDefault = 120_000

/** vitest's `test`, with `test.scenario`. */
export const test: ScenarioTestAPI = Object.assign(vitestTest.extend({}), { scenario: scenarioTest })

function scenarioTest(scenario: Scenario, options: ScenarioTestOptions): void {
  const place = new Error('where the test is')
  Error.captureStackTrace(place, scenarioTest)
  defineTest(scenario.title, { timeout: options.timeout ?? timeoutDefault }, async ({ annotate }) => {
    const failure = await firstFailure(scenario, options)
    if (failure === null) return
    if ('tracePath' in failure) await attach(annotate, failure)
    throw failureError(failure.report, place)
  })
}

async function attach(
  annotate: TestContext['annotate'],
  { tracePath, planPath }: { readonly tracePath: string; readonly planPath: string },
): Promise<void> {
  await annotate('the trace of the shrunk run', { path: tracePath, contentType: 'application/gzip' })
  await annotate('its fault plan', { path: planPath, contentType: 'application/json' })
}

/** An error that vitest shows at the test, not in the depths of what found it. */
function failureError(report: string, place: Error): Error {
  const error = new Error(report)
  error.name = 'ScenarioFailure'
  error.stack = place.stack?.replace(/^.*$/m, `ScenarioFailure: ${report}`) ?? report
  return error
}
