// How many cases of a suite were really run: one test may be hundreds of them, which the number of tests does not show.

import { appendFileSync } from 'node:fs'

/**
 * Tells that so many cases of a suite were run and as they had to be: called by a test once it knows. Several counts of one suite
 * add up. `tools/test-report.js` prints them at the end of `.ci/run`.
 */
export function countSuite(suite: string, cases: number): void {
  const report = process.env['FAULTLINE_TEST_REPORT']
  if (report !== undefined) appendFileSync(`${report}.suites`, `${JSON.stringify({ suite, cases })}\n`)
}
